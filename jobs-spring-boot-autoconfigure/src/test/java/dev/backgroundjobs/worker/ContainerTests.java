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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobReport;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Renewal;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.json.JacksonJobPayloadCodec;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.method.ConfiguredSettings;
import dev.backgroundjobs.method.JobDeclarations;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.method.JobSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When a container claims, and what becomes of what it got.
 */
class ContainerTests {

	private final ScheduledThreadPoolExecutor pollThread = WorkerThreads.single("poll");

	private final WorkerThreads threads = new WorkerThreads(false);

	private final Store store = new Store();

	private final Isolation isolation = new Isolation(this.store, Duration.ofSeconds(30), 3, this.pollThread);

	private PollRate pollRate = new PollRate(Duration.ofMinutes(1));

	@AfterEach
	void stop() {
		this.pollThread.shutdownNow();
		this.threads.shutdown();
	}

	@Test
	void moreSlotsThanAClaimGivesAreFilledAtOnce() {
		this.store.add(300);
		container(250).start();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(300));
	}

	@Test
	void jobsForWhichThereIsNoThreadGoBackAndTheContainerGoesOn() {
		DefaultJobListenerContainer container = container(3);
		this.threads.shutdown();
		this.store.add(3);
		container.start();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(3)
			.allSatisfy((outcome) -> assertThat(outcome).isEqualTo(new JobOutcome.Released(false))));
		this.store.add(1);
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(4));
		await().untilAsserted(() -> assertThat(container.getBusy()).isZero());
	}

	@Test
	void stopGivesBackAtOnceWhatHasNotStarted() throws InterruptedException {
		this.store.add(1000);
		this.store.holdASlot = true;
		DefaultJobListenerContainer container = container(1);
		container.start();
		assertThat(this.store.held.await(10, TimeUnit.SECONDS)).isTrue();
		int started = this.store.outcomes.size();
		container.close();
		this.store.goOn.countDown();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(this.store.claimed));
		assertThat(this.store.outcomes.subList(started, this.store.claimed)).hasSizeGreaterThan(5)
			.containsOnly(new JobOutcome.Released(false));
		// what is released later stands further in front
		assertThat(this.store.settled.subList(started, this.store.claimed))
			.isSortedAccordingTo(Comparator.reverseOrder());
	}

	@Test
	void noMoreIsClaimedWhileTooManyOutcomesAreNotConfirmed() {
		this.store.confirmed = new CompletableFuture<>();
		this.store.add(5000);
		container(10).start();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(2000));
		assertThat(this.store.claimed).isEqualTo(2000);
		this.store.confirmed.complete(Settlement.ACCEPTED);
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(5000));
	}

	@Test
	void slotThatWasBusyAtAPollClaimsWhenItIsFreeWithoutAWakeUp() {
		// the first slow job runs, the second waits behind it and goes back
		this.store.slow = 25;
		this.store.add(27);
		container(1, Duration.ofMillis(50)).start();
		await().untilAsserted(() -> assertThat(this.store.settled).contains(26));
		this.store.enqueue(27, 1, 0);
		this.pollThread.schedule(this.store.goOn::countDown, 300, TimeUnit.MILLISECONDS);
		await().untilAsserted(() -> assertThat(this.store.settled).contains(27));
	}

	@Test
	void suspectForWhichThereIsNoThreadIsNotTriedAgainAndAgainAtOnce() {
		this.store.takesBack = true;
		this.store.enqueue(0, 1, 2);
		DefaultJobListenerContainer container = container(1);
		this.threads.shutdown();
		container.start();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSizeGreaterThan(2)
			.containsOnly(new JobOutcome.Released(false)));
		await().during(Duration.ofSeconds(1)).until(() -> this.store.claims < 30);
	}

	@Test
	void containerGoesOnAfterAnErrorThatNobodyExpected() {
		this.store.error = new OutOfMemoryError("test");
		this.store.add(3);
		container(3).start();
		await().untilAsserted(() -> assertThat(this.store.outcomes).hasSize(3));
	}

	@Test
	void stopGivesBackTheJobsOfAClaimWhoseAnswerWasLost() {
		CompletableFuture<Claim> lost = new CompletableFuture<>();
		this.store.lost = lost;
		this.store.add(3);
		DefaultJobListenerContainer container = container(3);
		container.start();
		await().until(() -> this.store.claimed == 3);
		container.close();
		assertThat(container.isClaiming()).isTrue();
		lost.completeExceptionally(new IllegalStateException("lost"));
		await().until(() -> !container.isClaiming());
		assertThat(this.store.outcomes).hasSize(3).containsOnly(new JobOutcome.Released(false));
	}

	@Test
	void stopDoesNotWaitForAStoreThatDoesNotAnswer() {
		CompletableFuture<Claim> lost = new CompletableFuture<>();
		this.store.lost = lost;
		DefaultJobListenerContainer container = container(3);
		container.start();
		await().until(container::isClaiming);
		container.close();
		this.store.away = true;
		lost.completeExceptionally(new IllegalStateException("lost"));
		await().until(() -> !container.isClaiming());
	}

	@Test
	void wakeUpIsHandedOnWhileNothingMayStartBesideASuspect() {
		container(3).start();
		await().until(() -> this.store.claims == 1);
		ClaimedJob claimed = Store.claimed(0, 2);
		Lease lease = new Lease(claimed.job().id().partition(), claimed.token(), 0, () -> 0);
		JobRun suspect = new JobRun(claimed, lease, Duration.ofSeconds(30), this.isolation, (run) -> {
		});
		this.pollThread.execute(() -> this.isolation.add(suspect, (run) -> true, (run, outcome) -> {
		}));
		await().until(this.isolation::isClosed);
		this.store.add(1);
		await().until(() -> this.store.claims == 2);
		assertThat(this.store.claimed).isZero();
		assertThat(this.isolation.isClosed()).isTrue();
	}

	@Test
	void manyPartitionsOfManyContainersAreTogetherPolledNoMoreThanFiftyTimesASecond() {
		this.pollRate = new PollRate(Duration.ofMillis(150));
		container(1, Duration.ofMillis(150), "mail").serve(Map.of("mail", 4));
		container(1, Duration.ofMillis(150), "reports").serve(Map.of("reports", 3));
		assertThat(this.pollRate.interval()).isEqualTo(Duration.ofMillis(150));
		container(1, Duration.ofMillis(150), "exports").serve(Map.of("exports", 93));
		assertThat(this.pollRate.interval()).isEqualTo(Duration.ofSeconds(2));
	}

	private DefaultJobListenerContainer container(int concurrency) {
		return container(concurrency, Duration.ofMinutes(1));
	}

	private DefaultJobListenerContainer container(int concurrency, Duration pollInterval) {
		this.pollRate = new PollRate(pollInterval);
		return container(concurrency, pollInterval, "mail");
	}

	private DefaultJobListenerContainer container(int concurrency, Duration pollInterval, String queue) {
		Duration lease = Duration.ofSeconds(30);
		LeaseKeeper leases = new LeaseKeeper(this.store, lease, System::nanoTime, this.pollThread);
		JobMethodRegistry methods = new JobMethodRegistry(new DefaultListableBeanFactory(), new JobDeclarations(),
				new ConfiguredSettings(Map.of(), Map.of(), JobSettings.NONE));
		JobExecutor jobs = new JobExecutor(methods,
				new AttemptCaller(new JobMethodInvoker(methods, new JacksonJobPayloadCodec(JsonMapper.shared())),
						JobObservations.NONE),
				this.store, leases, this.pollThread, new JobListener() {
				}, Duration.ofHours(24));
		return new DefaultJobListenerContainer(JobListenerContainerOptions.of(queue, concurrency),
				new WorkerOptions(List.of(), lease, pollInterval, Duration.ZERO, 3, Duration.ofSeconds(10), null,
						Duration.ofHours(24), Duration.ofMinutes(30), false, new JobReport.Limits(1, 1)),
				new WorkerParts(this.store, leases, jobs, this.threads, this.pollThread, this.isolation,
						new StoreWatch(System::nanoTime), this.pollRate));
	}

	/**
	 * Gives no more jobs a claim than the real one does.
	 */
	static final class Store implements JobClaims, Claimant {

		private final Queue<ClaimedJob> queued = new ConcurrentLinkedQueue<>();

		private final List<JobOutcome> outcomes = new CopyOnWriteArrayList<>();

		private final List<Integer> settled = new CopyOnWriteArrayList<>();

		private final CountDownLatch held = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		private volatile boolean holdASlot;

		private volatile CompletableFuture<Settlement> confirmed = CompletableFuture
			.completedFuture(Settlement.ACCEPTED);

		/** The number of a job that does not end before it may go on. */
		private volatile int slow = -1;

		/** What goes back can be claimed again. */
		private volatile boolean takesBack;

		private volatile boolean away;

		private volatile @Nullable Error error;

		/** The answer of the first claim, which the next one repeats. */
		private volatile @Nullable CompletableFuture<Claim> lost;

		private final List<ClaimedJob> unanswered = new ArrayList<>();

		private volatile int claims;

		private volatile int claimed;

		private Runnable wakeUp = () -> {
		};

		void add(int number) {
			enqueue(0, number, 0);
			this.wakeUp.run();
		}

		/**
		 * Without a wake-up.
		 */
		void enqueue(int from, int number, int losses) {
			for (int i = from; i < from + number; i++) {
				this.queued.add(claimed(i, losses));
			}
		}

		static ClaimedJob claimed(int number, int losses) {
			Instant now = Instant.now();
			Job job = new Job(new JobId(QueuePartition.of("mail"), "job" + number), "unknown",
					"[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL);
			return new ClaimedJob(job, "none", new Attempts(0, losses, 0, 0), now, now, now);
		}

		@Override
		public Claimant claimant(QueuePartition partition, String id, ClaimOptions options) {
			this.wakeUp = options.wakeUp();
			return this;
		}

		@Override
		public void close() {
		}

		@Override
		public CompletionStage<Claim> claim(int slots) {
			this.claims++;
			Error thrown = this.error;
			if (thrown != null) {
				this.error = null;
				throw thrown;
			}
			if (this.away) {
				return CompletableFuture.failedFuture(new IllegalStateException("away"));
			}
			List<ClaimedJob> claimed = new ArrayList<>(this.unanswered);
			this.unanswered.clear();
			while (claimed.size() < Math.min(slots, MAX_SLOTS) && !this.queued.isEmpty()) {
				ClaimedJob next = this.queued.remove();
				claimed.add(new ClaimedJob(next.job(), "w:" + this.claims, next.attempts(), next.enqueuedAt(),
						next.dueAt(), next.claimedAt()));
			}
			this.claimed += claimed.size();
			CompletableFuture<Claim> answer = this.lost;
			if (answer != null) {
				this.lost = null;
				this.unanswered.addAll(claimed);
				return answer;
			}
			return CompletableFuture.completedFuture(new Claim(claimed, null, 0, List.of()));
		}

		@Override
		public CompletionStage<Renewal> renew(QueuePartition partition, Collection<String> tokens, Duration lease) {
			return CompletableFuture.completedFuture(new Renewal(Set.of()));
		}

		@Override
		public CompletionStage<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease) {
			return CompletableFuture.completedFuture(Settlement.ACCEPTED);
		}

		@Override
		public CompletionStage<Settlement> settle(ClaimedJob claimed, JobOutcome outcome) {
			int number = Integer.parseInt(claimed.job().id().local().substring(3));
			this.settled.add(number);
			this.outcomes.add(outcome);
			if (this.takesBack) {
				this.queued.add(claimed);
			}
			if (number == this.slow) {
				awaitGoOn();
			}
			if (this.holdASlot && this.claimed - this.outcomes.size() > 10) {
				this.holdASlot = false;
				this.held.countDown();
				awaitGoOn();
			}
			return this.confirmed;
		}

		private void awaitGoOn() {
			try {
				this.goOn.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
