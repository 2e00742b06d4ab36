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

package dev.backgroundjobs.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.autoconfigure.JobsMetricsAutoConfiguration;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.RecoveredJob;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Timers of enqueueing, waiting and execution.
 */
class MicrometerJobListenerTests {

	private static final Failure FAILURE = Failure.of(new IllegalStateException());

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final MicrometerJobListener listener = new MicrometerJobListener(this.registry);

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(JobsMetricsAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class, () -> this.registry)
		.withBean(Work.class);

	@Test
	void jobThatEndsWellIsTimed() {
		this.runner.run((context) -> {
			JobHandle<Void> handle = context.getBean(Work.class).work();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			await().untilAsserted(() -> assertThat(timers()).containsExactlyInAnyOrder(
					"background.jobs.enqueue error=none job.name=Work.work outcome=enqueued queue=metered: 1",
					"background.jobs.wait job.name=Work.work queue=metered: 1",
					"background.jobs.execution error=none job.name=Work.work outcome=completed queue=metered: 1"));
		});
	}

	@Test
	void failedAttemptsAreTimedByOutcomeAndError() {
		this.runner.run((context) -> {
			JobHandle<Void> handle = context.getBean(Work.class).fail();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			await().untilAsserted(() -> assertThat(timers()).contains(
					"background.jobs.execution error=IllegalStateException job.name=Work.fail outcome=retried "
							+ "queue=metered: 2",
					"background.jobs.execution error=IllegalStateException job.name=Work.fail outcome=buried "
							+ "queue=metered: 1",
					"background.jobs.wait job.name=Work.fail queue=metered: 3"));
		});
	}

	@Test
	void moreJobsMakeNoMoreMeters() {
		this.runner.run((context) -> {
			Work work = context.getBean(Work.class);
			List<JobHandle<Void>> handles = Stream.generate(work::work).limit(20).toList();
			await().untilAsserted(() -> assertThat(handles).allMatch((handle) -> handle.state() == JobState.SUCCEEDED));
			assertThat(timers()).hasSize(3);
			assertThat(this.registry.getMeters().stream().flatMap((meter) -> meter.getId().getTags().stream()))
				.extracting(Tag::getValue)
				.noneMatch((value) -> value.contains("~"));
		});
	}

	@Test
	void refusedCallIsTimedWithItsError() {
		this.listener.enqueued(claimed().job(), Duration.ofMillis(30), new IllegalStateException());
		Timer timer = this.registry.get("background.jobs.enqueue")
			.tags("queue", "mail", "job.name", "Mail.send", "outcome", "rejected", "error", "IllegalStateException")
			.timer();
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(30);
	}

	@Test
	void waitIsTimed() {
		this.listener.started(claimed(), Duration.ofMillis(70));
		assertThat(this.registry.get("background.jobs.wait").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(70);
	}

	static Stream<Arguments> outcomes() {
		return Stream.of(Arguments.of(new JobOutcome.Succeeded(), Settlement.ACCEPTED, null, "completed", "none"),
				Arguments.of(new JobOutcome.Succeeded(), Settlement.STALE, null, "completed", "none"),
				Arguments.of(new JobOutcome.Succeeded(), Settlement.UNCERTAIN, null, "completed", "none"),
				Arguments.of(new JobOutcome.Retry(Duration.ZERO, FAILURE), Settlement.ACCEPTED,
						new IllegalStateException(), "retried", "IllegalStateException"),
				Arguments.of(new JobOutcome.Dead(FAILURE), Settlement.ACCEPTED, new IllegalStateException(), "buried",
						"IllegalStateException"),
				Arguments.of(new JobOutcome.Released(true), Settlement.ACCEPTED, null, "released", "none"),
				Arguments.of(new JobOutcome.Snoozed(Duration.ZERO), Settlement.ACCEPTED, null, "snoozed", "none"),
				Arguments.of(new JobOutcome.Parked(Duration.ZERO, "UNKNOWN_JOB"), Settlement.ACCEPTED, null, "parked",
						"none"));
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void executionIsTimedByOutcome(JobOutcome outcome, Settlement settlement, @Nullable Throwable exception,
			String expected, String error) {
		this.listener
			.finished(new FinishedAttempt(claimed(), outcome, exception, Duration.ofMillis(20), settlement, Map.of()));
		Timer timer = this.registry.get("background.jobs.execution")
			.tags("queue", "mail", "job.name", "Mail.send", "outcome", expected, "error", error)
			.timer();
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
	}

	@Test
	void whatHappensIsCounted() {
		this.listener.started(claimed(), Duration.ZERO);
		assertThat(this.registry.getMeters().stream().filter(Counter.class::isInstance)).hasSize(8)
			.allSatisfy((meter) -> assertThat(((Counter) meter).count()).isZero());
		finish(new JobOutcome.Retry(Duration.ZERO, FAILURE), Settlement.ACCEPTED);
		finish(new JobOutcome.Retry(Duration.ZERO, FAILURE), Settlement.UNCERTAIN);
		finish(new JobOutcome.Dead(FAILURE), Settlement.ACCEPTED);
		finish(new JobOutcome.Dead(FAILURE), Settlement.STALE);
		this.listener.leaseLost(claimed());
		this.listener.recovered(new RecoveredJob(claimed().job().id(), "Mail.send", 3, true));
		this.listener.recovered(new RecoveredJob(claimed().job().id(), "Mail.send", 1, false));
		this.listener.expired("mail", 4);
		this.listener.trimmed("mail", 5);
		this.listener.dropped("mail", 6);
		assertThat(counted("retries", "job.name", "Mail.send")).isEqualTo(2);
		assertThat(counted("dead", "job.name", "Mail.send")).isEqualTo(2);
		assertThat(counted("stale", "job.name", "Mail.send")).isEqualTo(1);
		assertThat(counted("lease.lost", "job.name", "Mail.send")).isEqualTo(1);
		assertThat(counted("recovered")).isEqualTo(2);
		assertThat(counted("expired")).isEqualTo(4);
		assertThat(counted("trimmed")).isEqualTo(5);
		assertThat(counted("dropped")).isEqualTo(6);
	}

	@Test
	void callIsRejectedIfItIsCertainlyNotEnqueued() {
		this.listener.enqueued(claimed().job(), Duration.ZERO, null);
		this.listener.enqueued(claimed().job(), Duration.ZERO, new QueueFullException("full"));
		this.listener.enqueued(claimed().job(), Duration.ZERO,
				new EnqueueOutcomeUnknownException("mail~0~1", "who knows", new IllegalStateException()));
		assertThat(counted("rejected", "job.name", "Mail.send")).isEqualTo(1);
		assertThat(this.registry.find("background.jobs.enqueue").timers())
			.extracting((timer) -> timer.getId().getTag("outcome"))
			.containsExactlyInAnyOrder("enqueued", "rejected", "unknown");
	}

	@Test
	void slotsOfTheWorkerAndLagOfItsSchedulesAreMeasured() {
		this.runner.withPropertyValues("background-jobs.queues.metered.worker-concurrency=3", "tick=* * * * * *")
			.run((context) -> {
				WorkerSlotMeters meters = context.getBean(WorkerSlotMeters.class);
				meters.bindTo(this.registry);
				assertThat(slots("free") + slots("busy")).isEqualTo(3);
				Work work = context.getBean(Work.class);
				work.hold();
				await().untilAsserted(() -> assertThat(slots("busy")).isEqualTo(1));
				await().untilAsserted(() -> assertThat(slots("free")).isEqualTo(2));
				work.release();
				await().untilAsserted(() -> assertThat(this.registry.find("background.jobs.schedule.lag")
					.tags("queue", "metered", "job.name", "Work.tick")
					.timers()).singleElement().matches((timer) -> timer.count() > 0));
			});
	}

	@Test
	void gaugesOfQueuesAreWhereTheyAreWanted() {
		ApplicationContextRunner producer = this.runner.withPropertyValues("background-jobs.worker.enabled=false");
		producer.run((context) -> assertThat(context).doesNotHaveBean(QueueSizeMeters.class)
			.doesNotHaveBean(WorkerSlotMeters.class)
			.hasSingleBean(MicrometerJobListener.class));
		producer.withPropertyValues("background-jobs.metrics.queues=all")
			.run((context) -> assertThat(context).hasSingleBean(QueueSizeMeters.class));
		this.runner.withPropertyValues("background-jobs.metrics.queues=none")
			.run((context) -> assertThat(context).doesNotHaveBean(QueueSizeMeters.class)
				.hasSingleBean(WorkerSlotMeters.class));
	}

	private void finish(JobOutcome outcome, Settlement settlement) {
		this.listener.finished(new FinishedAttempt(claimed(), outcome, new IllegalStateException(), Duration.ZERO,
				settlement, Map.of()));
	}

	private double counted(String counter, String... tags) {
		return this.registry.get("background.jobs." + counter).tag("queue", "mail").tags(tags).counter().count();
	}

	private double slots(String state) {
		return this.registry.get("background.jobs.workers.slots").tag("state", state).gauge().value();
	}

	private static ClaimedJob claimed() {
		return new ClaimedJob(new Job(JobId.parse("mail~0~1"), "Mail.send", new byte[0], false, JobPriority.NORMAL),
				"token", Attempts.NONE, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
	}

	private Set<String> timers() {
		return this.registry.getMeters()
			.stream()
			.filter(Timer.class::isInstance)
			.map((meter) -> describe(meter) + ": " + ((Timer) meter).count())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String describe(Meter meter) {
		return meter.getId().getName() + meter.getId()
			.getTags()
			.stream()
			.map((tag) -> " " + tag.getKey() + "=" + tag.getValue())
			.sorted()
			.collect(Collectors.joining());
	}

	static class Work {

		private final CountDownLatch latch = new CountDownLatch(1);

		void release() {
			this.latch.countDown();
		}

		@BackgroundJob("metered")
		void hold() throws InterruptedException {
			this.latch.await();
		}

		@RecurringJob(cron = "${tick:-}")
		@BackgroundJob("metered")
		void tick() {
		}

		@BackgroundJob("metered")
		JobHandle<Void> work() {
			return JobHandle.completed();
		}

		@BackgroundJob("metered")
		@JobRetry(maxRetries = 2, delay = "1ms", jitter = "0ms")
		JobHandle<Void> fail() {
			throw new IllegalStateException("no luck");
		}

	}

}
