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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Renewal;
import dev.backgroundjobs.core.Settlement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What may start beside a job whose workers died.
 */
class IsolationTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final ScheduledThreadPoolExecutor pollThread = WorkerThreads.single("poll");

	private final Store store = new Store();

	/** Not the one under test: these runs never begin. */
	private final Isolation isolation = new Isolation(this.store, LONG, 3, this.pollThread);

	/** How often the store cannot even be asked. */
	private final AtomicInteger errors = new AtomicInteger();

	private final List<String> events = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		this.pollThread.shutdownNow();
	}

	@Test
	void jobIsSuspectFromItsSecondLossOn() {
		assertThat(isolation(LONG, 3).isSuspect(claimed("a", 1))).isFalse();
		assertThat(isolation(LONG, 3).isSuspect(claimed("a", 2))).isTrue();
		assertThat(isolation(LONG, 8).isSuspect(claimed("a", 2))).isTrue();
		assertThat(isolation(LONG, 2).isSuspect(claimed("a", 1))).isTrue();
		assertThat(isolation(LONG, 2).isSuspect(claimed("a", 0))).isFalse();
		assertThat(isolation(LONG, 1).isSuspect(claimed("a", 0))).isFalse();
	}

	@Test
	void suspectStartsWhenNothingElseRunsAndNothingStartsBesideIt() {
		Isolation isolation = isolation(LONG, 3);
		JobRun suspect = run("suspect", 2);
		JobRun ordinary = run("ordinary", 0);
		assertThat(isolation.enter(ordinary)).isTrue();
		assertThat(isolation.enter(ordinary)).isTrue();
		add(isolation, suspect);
		await().until(isolation::isClosed);
		assertThat(isolation.enter(run("late", 0))).isFalse();
		isolation.leave(ordinary);
		assertThat(isolation.enter(run("late", 0))).isFalse();
		assertThat(this.events).isEmpty();
		isolation.leave(ordinary);
		await().untilAsserted(() -> assertThat(this.events).containsExactly("alone suspect PT3M20S", "start suspect"));
		assertThat(isolation.enter(run("late", 0))).isFalse();
		assertThat(isolation.enter(suspect)).isTrue();
		isolation.leave(suspect);
		await().untilAsserted(() -> assertThat(this.events).last().isEqualTo("open"));
		assertThat(isolation.enter(run("late", 0))).isTrue();
	}

	@Test
	void suspectsRunOneAfterTheOther() {
		Isolation isolation = isolation(LONG, 3);
		JobRun first = run("first", 2);
		add(isolation, first);
		add(isolation, run("second", 4));
		await().until(() -> this.events.contains("start first"));
		assertThat(isolation.enter(first)).isTrue();
		assertThat(this.events).noneMatch((event) -> event.contains("second"));
		isolation.leave(first);
		await().untilAsserted(
				() -> assertThat(this.events).endsWith("start first", "alone second PT13M20S", "start second"));
	}

	@Test
	void otherJobsStartBesideASuspectThatRunsForLong() {
		Isolation isolation = isolation(Duration.ofMillis(600), 3);
		JobRun suspect = run("suspect", 2);
		add(isolation, suspect);
		await().until(() -> this.events.contains("start suspect"));
		assertThat(isolation.enter(suspect)).isTrue();
		await().untilAsserted(
				() -> assertThat(this.events).containsExactly("alone suspect PT0.2S", "start suspect", "open"));
		assertThat(isolation.enter(run("late", 0))).isTrue();
	}

	@Test
	void suspectGoesBackWithoutBeingStartedWhenTheOthersDoNotEnd() {
		Isolation isolation = isolation(Duration.ofMillis(600), 3);
		assertThat(isolation.enter(run("long", 0))).isTrue();
		add(isolation, run("suspect", 2));
		await().untilAsserted(() -> assertThat(this.events).hasSize(2));
		assertThat(this.events.get(0)).matches("back suspect Parked.delay=PT0.[1-4]\\d*S, reason=SUSPECT .*");
		assertThat(this.events.get(1)).isEqualTo("open");
	}

	@Test
	void gateStaysOpenForAsLongAsItWasClosed() {
		Isolation isolation = isolation(Duration.ofMillis(600), 3);
		JobRun ordinary = run("long", 0);
		assertThat(isolation.enter(ordinary)).isTrue();
		add(isolation, run("first", 2));
		await().until(() -> this.events.contains("open"));
		isolation.leave(ordinary);
		add(isolation, run("second", 2));
		assertThat(isolation.enter(ordinary)).as("open, although a suspect waits").isTrue();
		isolation.leave(ordinary);
	}

	@Test
	void suspectGoesBackAndTheNextOneStartsWhenTheStoreCannotBeAsked() {
		Isolation isolation = isolation(LONG, 3);
		this.errors.set(1);
		add(isolation, run("first", 2));
		await().untilAsserted(() -> assertThat(this.events).isNotEmpty());
		assertThat(this.events.get(0)).startsWith("back first Parked");
		add(isolation, run("second", 2));
		await().untilAsserted(() -> assertThat(this.events).contains("start second"));
	}

	@Test
	void suspectThatIsNotOursAnyMoreIsNotStarted() {
		this.store.answers = CompletableFuture.completedFuture(Settlement.STALE);
		Isolation isolation = isolation(LONG, 3);
		add(isolation, run("suspect", 2));
		await().untilAsserted(() -> assertThat(this.events).last().isEqualTo("open"));
		assertThat(this.events).noneMatch("start suspect"::equals)
			.anyMatch((event) -> event.startsWith("back suspect"));
	}

	@Test
	void otherJobsDoNotWaitForASuspectThatTheStoreDoesNotLetStart() {
		CompletableFuture<Settlement> answer = new CompletableFuture<>();
		this.store.answers = answer;
		Isolation isolation = isolation(Duration.ofMillis(600), 3);
		JobRun suspect = run("suspect", 2);
		add(isolation, suspect);
		await().untilAsserted(() -> assertThat(this.events).containsExactly("alone suspect PT0.2S", "open"));
		assertThat(isolation.enter(run("ordinary", 0))).isTrue();
		answer.complete(Settlement.ACCEPTED);
		await().untilAsserted(() -> assertThat(this.events).last().asString().startsWith("back suspect Parked"));
		assertThat(this.events).doesNotContain("start suspect");
		assertThat(isolation.isClosed()).isFalse();
	}

	@Test
	void waitingSuspectsGoBackAtOnceWhenTheWorkerStops() {
		Isolation isolation = isolation(LONG, 3);
		assertThat(isolation.enter(run("long", 0))).isTrue();
		add(isolation, run("suspect", 2));
		isolation.stop();
		add(isolation, run("late", 2));
		await().untilAsserted(() -> assertThat(this.events).containsExactly("back suspect Released[started=false]",
				"open", "back late Released[started=false]"));
	}

	private Isolation isolation(Duration lease, int maxLeaseLosses) {
		Isolation isolation = new Isolation(this.store, lease, maxLeaseLosses, this.pollThread);
		isolation.whenOpened(() -> this.events.add("open"));
		return isolation;
	}

	private void add(Isolation isolation, JobRun suspect) {
		this.pollThread.execute(() -> isolation.add(suspect, (run) -> this.events.add("start " + name(run)),
				(run, outcome) -> this.events.add("back " + name(run) + " " + outcome)));
	}

	private static String name(JobRun run) {
		return run.claimed().job().id().local();
	}

	private JobRun run(String id, int losses) {
		ClaimedJob claimed = claimed(id, losses);
		Lease lease = new Lease(claimed.job().id().partition(), claimed.token(), 0, () -> 0);
		return new JobRun(claimed, lease, LONG, this.isolation, (run) -> {
		});
	}

	private static ClaimedJob claimed(String id, int losses) {
		JobId jobId = new JobId(QueuePartition.of("mail"), id);
		Instant now = Instant.EPOCH;
		return new ClaimedJob(new Job(jobId, "send", "[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL),
				"w:1", new Attempts(0, losses, 0, 0), now, now, now);
	}

	/**
	 * Is asked whether a suspect may start.
	 */
	private final class Store implements JobClaims {

		private volatile CompletionStage<Settlement> answers = CompletableFuture.completedFuture(Settlement.ACCEPTED);

		@Override
		public Claimant claimant(QueuePartition partition, String id, ClaimOptions options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Renewal> renew(QueuePartition partition, Collection<String> tokens, Duration lease) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease) {
			if (IsolationTests.this.errors.getAndDecrement() > 0) {
				throw new OutOfMemoryError("none left for a moment");
			}
			IsolationTests.this.events.add("alone " + claimed.job().id().local() + " " + alone);
			return this.answers;
		}

		@Override
		public CompletionStage<Settlement> settle(ClaimedJob claimed, JobOutcome outcome) {
			throw new UnsupportedOperationException();
		}

	}

}
