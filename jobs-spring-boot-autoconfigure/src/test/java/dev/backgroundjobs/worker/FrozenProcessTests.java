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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Renewal;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.json.JacksonJobPayloadCodec;
import dev.backgroundjobs.method.ConfiguredSettings;
import dev.backgroundjobs.method.JobDeclarations;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.method.JobSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of jobs whose process stood still, on a clock that the test moves. Between
 * a freeze and an outage of Redis there is one difference: in an outage this process goes
 * on ticking.
 */
@ExtendWith(OutputCaptureExtension.class)
class FrozenProcessTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Duration TICK = LEASE.dividedBy(5);

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);

	private final Store store = new Store();

	private final ScheduledThreadPoolExecutor timer = WorkerThreads.single("timer");

	private final LeaseKeeper leases = new LeaseKeeper(this.store, LEASE, this::time, this.timer);

	private final Isolation isolation = new Isolation(this.store, LEASE, 3, this.timer);

	private final Jobs jobs = new Jobs();

	private volatile boolean broken;

	private JobExecutor executor;

	private int claims;

	@BeforeEach
	void prepare() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("jobs", this.jobs);
		JobMethodRegistry methods = new JobMethodRegistry(beans, new JobDeclarations(),
				new ConfiguredSettings(Map.of(), Map.of(), JobSettings.NONE));
		methods.afterSingletonsInstantiated();
		this.executor = new JobExecutor(methods,
				new AttemptCaller(new JobMethodInvoker(methods, new JacksonJobPayloadCodec(JsonMapper.shared())),
						JobObservations.NONE),
				this.store, this.leases, this.timer, new JobListener() {
				}, Duration.ofHours(24));
		this.leases.tick();
	}

	@AfterEach
	void stop() {
		this.jobs.latch.countDown();
		this.timer.shutdownNow();
	}

	@Test
	void whatRanDuringAFreezeIsInterruptedAndThrownAway(CapturedOutput output) {
		start(run());
		start(run());
		await().until(() -> this.jobs.contexts.size() == 2);
		pass(LEASE.plusMillis(7500));
		this.leases.tick();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(2)
			.allSatisfy((outcome) -> assertThat(outcome).isEqualTo(new JobOutcome.Released(true))));
		assertThat(this.jobs.notes).containsExactly("interrupted", "interrupted");
		assertThat(this.jobs.contexts).allMatch(JobContext::leaseLost);
		assertThat(output).containsOnlyOnce("stood still for PT37.5S, longer than its lease of PT30S")
			.contains("2 running job(s) are interrupted");
	}

	@Test
	void whatEndsBeforeAnybodyNoticedTheFreezeIsThrownAway() {
		start(run());
		await().until(() -> this.jobs.contexts.size() == 1);
		pass(LEASE.plusMillis(1));
		this.jobs.latch.countDown();
		await().untilAsserted(() -> assertThat(this.store.outcomes).containsExactly(new JobOutcome.Released(true)));
		assertThat(this.jobs.notes).containsExactly("done");
	}

	@Test
	void whatWasClaimedBeforeAFreezeIsNotStartedAfterIt() {
		JobRun run = run();
		pass(LEASE.plusMillis(1));
		this.executor.execute(run);
		JobRun late = new JobRun(claimed("w:9"), this.leases.lease(QueuePartition.of("mail"), "w:9", 0), LEASE,
				this.isolation, (interrupted) -> {
				});
		late.lease().add(late);
		this.clock.set(LEASE.toNanos() + 1);
		this.leases.tick();
		this.leases.keep(late.lease());
		this.executor.execute(late);
		assertThat(this.store.outcomes).containsExactly(new JobOutcome.Released(false), new JobOutcome.Released(false));
		assertThat(this.jobs.contexts).isEmpty();
	}

	@Test
	void shortPausesAreNoticedByNobody(CapturedOutput output) {
		start(run());
		await().until(() -> this.jobs.contexts.size() == 1);
		for (int k = 0; k < 10; k++) {
			pass(LEASE);
			this.leases.tick();
		}
		this.jobs.latch.countDown();
		await().untilAsserted(() -> assertThat(this.store.outcomes).containsExactly(new JobOutcome.Succeeded()));
		assertThat(output).doesNotContain("stood still");
	}

	@Test
	void outageInterruptsNobodyAndKeepsResults(CapturedOutput output) {
		start(run());
		await().until(() -> this.jobs.contexts.size() == 1);
		this.store.away = true;
		for (int k = 0; k < 15; k++) {
			pass(TICK);
			this.leases.tick();
		}
		assertThat(this.jobs.contexts).as("uncertain").allMatch(JobContext::leaseLost);
		this.store.away = false;
		pass(TICK);
		this.leases.tick();
		assertThat(this.jobs.contexts).noneMatch(JobContext::leaseLost);
		this.jobs.latch.countDown();
		await().untilAsserted(() -> assertThat(this.store.outcomes).containsExactly(new JobOutcome.Succeeded()));
		assertThat(this.jobs.notes).containsExactly("done");
		assertThat(output).contains("could not be renewed").doesNotContain("stood still");
	}

	@Test
	void whatWasClaimedAfterTheFreezeStays() {
		start(run());
		await().until(() -> this.jobs.contexts.size() == 1);
		pass(LEASE.dividedBy(2));
		start(run());
		await().until(() -> this.jobs.contexts.size() == 2);
		pass(LEASE.dividedBy(2).plusMillis(1));
		this.leases.tick();
		await().untilAsserted(() -> assertThat(this.store.outcomes).containsExactly(new JobOutcome.Released(true)));
		this.jobs.latch.countDown();
		await().untilAsserted(() -> assertThat(this.store.outcomes).contains(new JobOutcome.Succeeded()).hasSize(2));
	}

	@Test
	void renewalsGoOnAfterAnErrorThatNobodyExpected() {
		Duration lease = Duration.ofMillis(100);
		LeaseKeeper keeper = new LeaseKeeper(this.store, lease, this.clock::get, this.timer);
		keeper.keep(run().lease());
		this.store.error = new OutOfMemoryError("test");
		keeper.start();
		await().until(() -> this.store.renewals > 3);
	}

	@Test
	void runHasEndedForOthersAlthoughAnErrorFollows() {
		JobRun run = run();
		start(run);
		await().until(() -> this.jobs.contexts.size() == 1);
		this.broken = true;
		this.jobs.latch.countDown();
		await().until(() -> !run.isRunning());
		assertThat(this.jobs.notes).containsExactly("done");
	}

	private long time() {
		if (this.broken) {
			throw new IllegalStateException("test");
		}
		return this.clock.get();
	}

	private void pass(Duration time) {
		this.clock.addAndGet(time.toNanos());
	}

	private void start(JobRun run) {
		Thread thread = new Thread(new FutureTask<>(() -> this.executor.execute(run)));
		thread.setDaemon(true);
		thread.start();
	}

	private JobRun run() {
		String token = "w:" + ++this.claims;
		Lease lease = this.leases.lease(QueuePartition.of("mail"), token, this.clock.get());
		JobRun run = new JobRun(claimed(token), lease, LEASE, this.isolation, (interrupted) -> {
		});
		lease.add(run);
		this.leases.keep(lease);
		return run;
	}

	private static ClaimedJob claimed(String token) {
		JobId id = new JobId(QueuePartition.of("mail"), token.replace(':', '-'));
		Instant now = Instant.EPOCH;
		return new ClaimedJob(
				new Job(id, "Jobs.block", "[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL), token,
				Attempts.NONE, now, now, now);
	}

	static class Jobs {

		private final List<JobContext> contexts = new CopyOnWriteArrayList<>();

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final CountDownLatch latch = new CountDownLatch(1);

		@BackgroundJob
		void block() throws InterruptedException {
			this.contexts.add(JobContext.current());
			try {
				this.latch.await();
				this.notes.add("done");
			}
			catch (InterruptedException ex) {
				this.notes.add("interrupted");
				throw ex;
			}
		}

	}

	/**
	 * Renews what it is asked to, unless it is away.
	 */
	private static final class Store implements JobClaims {

		private final List<JobOutcome> outcomes = new CopyOnWriteArrayList<>();

		private volatile boolean away;

		private volatile @Nullable Error error;

		private volatile int renewals;

		@Override
		public Claimant claimant(QueuePartition partition, String id, ClaimOptions options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Renewal> renew(QueuePartition partition, Collection<String> tokens, Duration lease) {
			Error thrown = this.error;
			this.error = null;
			if (thrown != null) {
				throw thrown;
			}
			this.renewals++;
			return this.away ? CompletableFuture.failedFuture(new IllegalStateException("away"))
					: CompletableFuture.completedFuture(new Renewal(Set.of()));
		}

		@Override
		public CompletionStage<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease) {
			return CompletableFuture.completedFuture(Settlement.ACCEPTED);
		}

		@Override
		public CompletionStage<Settlement> settle(ClaimedJob claimed, JobOutcome outcome) {
			this.outcomes.add(outcome);
			return CompletableFuture.completedFuture(Settlement.ACCEPTED);
		}

	}

}
