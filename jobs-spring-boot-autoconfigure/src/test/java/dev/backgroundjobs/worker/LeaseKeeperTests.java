/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Renewal;
import dev.backgroundjobs.core.Settlement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When leases are renewed, on a clock that the test moves.
 */
class LeaseKeeperTests {

	private static final Duration LEASE = Duration.ofSeconds(50);

	private static final long INTERVAL = LEASE.toMillis() / 5;

	private static final long FIRST = Long.MAX_VALUE / 2;

	private final Store store = new Store();

	private final Timer timer = new Timer();

	private final LeaseKeeper leases = new LeaseKeeper(this.store, LEASE, this::nanos, this.timer);

	private long now;

	@AfterEach
	void stop() {
		this.timer.shutdownNow();
	}

	@Test
	void singleLeaseIsRenewedFiveTimesInItsLength() {
		keep("mail", 1);
		this.leases.start();
		pass(LEASE.toMillis());
		assertThat(this.store.calls).extracting(Call::at)
			.containsExactly(INTERVAL, 2 * INTERVAL, 3 * INTERVAL, 4 * INTERVAL, 5 * INTERVAL);
	}

	@Test
	void manyLeasesAreRenewedInCallsOfBoundedSizeThatAreSpreadOverTheInterval() {
		keep("mail", 5000);
		keep("web", 250);
		this.leases.start();
		pass(2 * INTERVAL - 1);
		this.store.calls.clear();
		pass(INTERVAL);
		assertThat(this.store.calls).hasSize(27).allMatch((call) -> call.tokens().size() <= 200);
		assertThat(this.store.calls).extracting(Call::at).doesNotHaveDuplicates();
		assertThat(this.store.calls.get(26).at() - this.store.calls.get(0).at()).isGreaterThan(INTERVAL * 9 / 10);
		Set<String> renewed = new HashSet<>();
		this.store.calls.forEach((call) -> renewed.addAll(call.tokens()));
		assertThat(renewed).hasSize(5250);
	}

	@Test
	void eachOfManyLeasesIsRenewedOnceInEveryInterval() {
		keep("mail", 1000);
		this.leases.start();
		pass(LEASE.toMillis() + INTERVAL);
		List<Long> times = this.store.calls.stream()
			.filter((call) -> call.tokens().contains("mail:700"))
			.map(Call::at)
			.toList();
		assertThat(times).hasSizeBetween(5, 6);
		for (int k = 1; k < times.size(); k++) {
			assertThat(times.get(k) - times.get(k - 1)).isEqualTo(INTERVAL);
		}
	}

	private void keep(String queue, int count) {
		for (int k = 0; k < count; k++) {
			this.leases.keep(this.leases.lease(QueuePartition.of(queue), queue + ":" + k, nanos()));
		}
	}

	private long nanos() {
		return FIRST + TimeUnit.MILLISECONDS.toNanos(this.now);
	}

	private void pass(long millis) {
		long end = this.now + millis;
		while (this.now < end) {
			this.now++;
			this.timer.run(this.now);
		}
	}

	/**
	 * Runs what is due when it is told the time, on the thread of the test.
	 */
	private final class Timer extends ScheduledThreadPoolExecutor {

		private final List<Task> tasks = new ArrayList<>();

		Timer() {
			super(1);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
			return add(new Task(command, LeaseKeeperTests.this.now + unit.toMillis(delay), 0));
		}

		@Override
		public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay,
				TimeUnit unit) {
			return add(
					new Task(command, LeaseKeeperTests.this.now + unit.toMillis(initialDelay), unit.toMillis(delay)));
		}

		private ScheduledFuture<?> add(Task task) {
			this.tasks.add(task);
			// nobody asks for it
			return super.schedule(() -> {
			}, 0, TimeUnit.MILLISECONDS);
		}

		void run(long time) {
			for (Task task : List.copyOf(this.tasks)) {
				if (task.at() <= time) {
					this.tasks.remove(task);
					if (task.period() > 0) {
						this.tasks.add(new Task(task.command(), time + task.period(), task.period()));
					}
					task.command().run();
				}
			}
		}

	}

	private record Task(Runnable command, long at, long period) {

	}

	private record Call(long at, Collection<String> tokens) {

	}

	private final class Store implements JobClaims {

		private final List<Call> calls = new ArrayList<>();

		@Override
		public Claimant claimant(QueuePartition partition, String id, ClaimOptions options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Renewal> renew(QueuePartition partition, Collection<String> tokens, Duration lease) {
			this.calls.add(new Call(LeaseKeeperTests.this.now, List.copyOf(tokens)));
			return CompletableFuture.completedFuture(new Renewal(Set.of()));
		}

		@Override
		public CompletionStage<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Settlement> settle(ClaimedJob claimed, JobOutcome outcome) {
			throw new UnsupportedOperationException();
		}

	}

}
