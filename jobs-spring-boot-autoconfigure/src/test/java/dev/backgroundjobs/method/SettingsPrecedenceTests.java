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

package dev.backgroundjobs.method;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.RetryDecision;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.backoff.ExponentialBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which level of settings wins: {@code jobs.<pattern>}, annotation, queue, all jobs,
 * built-in. What a call says is above them all; see {@code JobClientTests}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SettingsPrecedenceTests {

	private static final String[] JOB = { "background-jobs.jobs.[Plain.job].timeout=1s",
			"background-jobs.jobs.[Annotated.job].timeout=1s", "background-jobs.jobs.[Plain.job].retry.max-retries=1",
			"background-jobs.jobs.[Annotated.job].retry.max-retries=1",
			"background-jobs.jobs.[Plain.job].retry.delay=1s", "background-jobs.jobs.[Annotated.job].retry.delay=1s",
			"background-jobs.jobs.[Plain.job].retry.multiplier=1.5",
			"background-jobs.jobs.[Annotated.job].retry.multiplier=1.5",
			"background-jobs.jobs.[Plain.job].retry.jitter=1s", "background-jobs.jobs.[Annotated.job].retry.jitter=1s",
			"background-jobs.jobs.[Plain.job].retry.max-delay=11s",
			"background-jobs.jobs.[Annotated.job].retry.max-delay=11s" };

	private static final String[] QUEUE = { "background-jobs.queues.slow.timeout=3s",
			"background-jobs.queues.slow.retry.max-retries=3", "background-jobs.queues.slow.retry.delay=3s",
			"background-jobs.queues.slow.retry.multiplier=3.5", "background-jobs.queues.slow.retry.jitter=3s",
			"background-jobs.queues.slow.retry.max-delay=33s" };

	private static final String[] ALL = { "background-jobs.job.timeout=4s", "background-jobs.retry.max-retries=4",
			"background-jobs.retry.delay=4s", "background-jobs.retry.multiplier=4.5", "background-jobs.retry.jitter=4s",
			"background-jobs.retry.max-delay=44s" };

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Plain.class)
		.withBean(Annotated.class)
		.withPropertyValues("background-jobs.worker.enabled=false");

	static Stream<Level> levels() {
		return Stream.of(new Level("the job's properties win over all else", "Annotated.job", true, true, true, 1),
				new Level("annotation", "Annotated.job", false, true, true, 2),
				new Level("queue", "Plain.job", false, true, true, 3),
				new Level("the job's properties win over its queue's", "Plain.job", true, true, true, 1),
				new Level("all jobs", "Plain.job", false, false, true, 4));
	}

	@ParameterizedTest
	@MethodSource("levels")
	void firstLevelThatIsSetWins(Level level) {
		this.runner.withPropertyValues(level.properties()).run((context) -> {
			JobDefinition job = job(context, level.job());
			int number = level.expected();
			assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(number));
			ExponentialBackOff backOff = (ExponentialBackOff) job.retryPolicy().getBackOff();
			assertThat(backOff.getMaxAttempts()).isEqualTo(number);
			assertThat(backOff.getInitialInterval()).isEqualTo(number * 1000L);
			assertThat(backOff.getMultiplier()).isEqualTo(number + 0.5);
			assertThat(backOff.getJitter()).isEqualTo(number * 1000L);
			assertThat(backOff.getMaxInterval()).isEqualTo(number * 11_000L);
		});
	}

	@Test
	void builtInValuesApplyWhereNothingIsSet() {
		this.runner.run((context) -> {
			JobDefinition job = job(context, "Plain.job");
			assertThat(job.timeout()).isNull();
			assertThat(job.enabled()).isTrue();
			ExponentialBackOff backOff = (ExponentialBackOff) job.retryPolicy().getBackOff();
			assertThat(backOff.getMaxAttempts()).isEqualTo(10);
			assertThat(backOff.getInitialInterval()).isEqualTo(10_000);
			assertThat(backOff.getMultiplier()).isEqualTo(3);
			assertThat(backOff.getJitter()).isEqualTo(2_000);
			assertThat(backOff.getMaxInterval()).isEqualTo(3_600_000);
		});
	}

	@Test
	void eachSettingIsTakenFromItsOwnLevel() {
		this.runner
			.withPropertyValues("background-jobs.jobs.[Annotated.job].retry.delay=7s",
					"background-jobs.jobs.[*.job].retry.multiplier=2", "background-jobs.job.timeout=4s")
			.run((context) -> {
				JobDefinition job = job(context, "Annotated.job");
				ExponentialBackOff backOff = (ExponentialBackOff) job.retryPolicy().getBackOff();
				assertThat(backOff.getInitialInterval()).isEqualTo(7000);
				assertThat(backOff.getMultiplier()).isEqualTo(2);
				assertThat(backOff.getMaxAttempts()).isEqualTo(2);
				assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(2));
			});
	}

	@Test
	void queueOfTheJobsPropertiesWinsOverTheAnnotationAndGivesItsSettings() {
		this.runner
			.withPropertyValues("background-jobs.jobs.[Plain*].queue=fast", "background-jobs.queues.fast.timeout=9s",
					"background-jobs.queues.slow.timeout=3s")
			.run((context) -> {
				assertThat(job(context, "Plain.job").queue()).isEqualTo("fast");
				assertThat(job(context, "Plain.job").timeout()).isEqualTo(Duration.ofSeconds(9));
			});
	}

	@Test
	void queuePriorityAndExpiryOfTheJobsPropertiesWinOverTheAnnotation() {
		this.runner.withBean(Urgent.class)
			.withPropertyValues("background-jobs.jobs.[Urgent.set].queue=calm",
					"background-jobs.jobs.[Urgent.set].priority=low",
					"background-jobs.jobs.[Urgent.set].expires-after=1h")
			.run((context) -> {
				JobDefinition set = job(context, "Urgent.set");
				assertThat(set.queue()).isEqualTo("calm");
				assertThat(set.priority()).isEqualTo(JobPriority.LOW);
				assertThat(set.expiresAfter()).isEqualTo(Duration.ofHours(1));
				JobDefinition annotated = job(context, "Urgent.annotated");
				assertThat(annotated.queue()).isEqualTo("urgent");
				assertThat(annotated.priority()).isEqualTo(JobPriority.HIGH);
				assertThat(annotated.expiresAfter()).isEqualTo(Duration.ofMinutes(1));
				JobDefinition plain = job(context, "Plain.job");
				assertThat(plain.priority()).isEqualTo(JobPriority.NORMAL);
				assertThat(plain.expiresAfter()).isNull();
			});
	}

	@Test
	void optionsOfTheCallWinOverTheJobsProperties() {
		this.runner.withBean(Urgent.class)
			.withPropertyValues("background-jobs.jobs.[Urgent.set].queue=calm",
					"background-jobs.jobs.[Urgent.set].priority=low", "background-jobs.queues.rush.timeout=1m")
			.run((context) -> {
				Urgent urgent = context.getBean(Urgent.class);
				JobClient jobs = context.getBean(JobClient.class);
				JobInfo plain = jobs.enqueue(urgent::set).info();
				assertThat(plain).isNotNull();
				assertThat(plain.queue()).isEqualTo("calm");
				assertThat(plain.priority()).isEqualTo(JobPriority.LOW);
				JobInfo chosen = jobs.queue("rush").priority(JobPriority.HIGH).enqueue(urgent::set).info();
				assertThat(chosen).isNotNull();
				assertThat(chosen.queue()).isEqualTo("rush");
				assertThat(chosen.priority()).isEqualTo(JobPriority.HIGH);
			});
	}

	@Test
	void settingsAreThoseOfTheQueueFromWhichTheJobWasClaimed() {
		this.runner.withPropertyValues(QUEUE)
			.withPropertyValues("background-jobs.queues.other.timeout=8s")
			.run((context) -> {
				JobMethod method = context.getBean(JobMethodRegistry.class).find("Plain.job");
				assertThat(method).isNotNull();
				assertThat(method.definitionIn("slow").timeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(method.definitionIn("other").timeout()).isEqualTo(Duration.ofSeconds(8));
				assertThat(method.definitionIn("other").queue()).isEqualTo("other");
				assertThat(method.definitionIn("third").timeout()).isNull();
			});
	}

	@Test
	void mostSpecificPatternWins() {
		this.runner
			.withPropertyValues("background-jobs.jobs.[*].timeout=1s", "background-jobs.jobs.[Plain.*].timeout=2s",
					"background-jobs.jobs.[*job].timeout=3s", "background-jobs.jobs.[*.other].timeout=4s",
					"background-jobs.jobs.[Plain.*o*].timeout=5s", "background-jobs.jobs.[Annotated.job].timeout=6s",
					"background-jobs.jobs.[Annotated.jo*b].timeout=7s")
			.run((context) -> {
				assertThat(job(context, "Plain.job").timeout()).isEqualTo(Duration.ofSeconds(5));
				assertThat(job(context, "Annotated.job").timeout()).isEqualTo(Duration.ofSeconds(6));
			});
	}

	@Test
	void excludedExceptionsCanBeProperties() {
		this.runner
			.withPropertyValues("background-jobs.retry.excludes=java.lang.IllegalStateException",
					"background-jobs.jobs.[Annotated.job].retry.excludes=java.io.IOException,java.lang.Error")
			.run((context) -> {
				assertThat(outcome(job(context, "Plain.job"), new IllegalStateException()))
					.isInstanceOf(JobOutcome.Dead.class);
				assertThat(outcome(job(context, "Plain.job"), new IOException())).isInstanceOf(JobOutcome.Retry.class);
				assertThat(outcome(job(context, "Annotated.job"), new IllegalStateException()))
					.isInstanceOf(JobOutcome.Retry.class);
				assertThat(outcome(job(context, "Annotated.job"), new IOException()))
					.isInstanceOf(JobOutcome.Dead.class);
			});
	}

	@Test
	void patternWithoutAJobIsSaidWithTheNamesThereAre(CapturedOutput output) {
		this.runner
			.withPropertyValues("background-jobs.jobs.[Plane.*].timeout=1s",
					"background-jobs.jobs.[Plain.*].timeout=1s")
			.run((context) -> assertThat(output)
				.contains("background-jobs.jobs has settings for [Plane.*], which no job")
				.contains("its jobs are [Plain.job, Annotated.job]")
				.doesNotContain("[Plane.*, Plain.*]"));
	}

	@Test
	void patternsThatMatchAreNotMentioned(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.jobs.[Plain.*].timeout=1s")
			.run((context) -> assertThat(output).doesNotContain("has settings for"));
	}

	private static JobDefinition job(AssertableApplicationContext context, String name) {
		JobMethod method = context.getBean(JobMethodRegistry.class).find(name);
		assertThat(method).isNotNull();
		return method.definition();
	}

	private static JobOutcome outcome(JobDefinition job, Throwable failure) {
		return RetryDecision.of(failure, job.retryPolicy(), 0);
	}

	record Level(String name, String job, boolean ofJob, boolean ofQueue, boolean ofAll, int expected) {

		String[] properties() {
			return Stream
				.of(this.ofJob ? JOB : new String[0], this.ofQueue ? QUEUE : new String[0],
						this.ofAll ? ALL : new String[0])
				.flatMap((level) -> List.of(level).stream())
				.toArray(String[]::new);
		}

	}

	static class Urgent {

		@BackgroundJob(queue = "urgent", priority = JobPriority.HIGH, expiresAfter = "1m")
		void set() {
		}

		@BackgroundJob(queue = "urgent", priority = JobPriority.HIGH, expiresAfter = "1m")
		void annotated() {
		}

	}

	static class Plain {

		@BackgroundJob("slow")
		void job() {
		}

	}

	static class Annotated {

		@BackgroundJob(queue = "slow", timeout = "2s")
		@JobRetry(maxRetries = 2, delay = "2s", multiplier = 2.5, jitter = "2s", maxDelay = "22s")
		void job() {
		}

	}

}
