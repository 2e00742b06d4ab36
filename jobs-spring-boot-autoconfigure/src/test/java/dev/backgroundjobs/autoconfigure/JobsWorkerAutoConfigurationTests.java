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

package dev.backgroundjobs.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobReport;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.recurring.RecurringJobScheduler;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.worker.WorkerOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The worker of a process.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobsWorkerAutoConfigurationTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create().withBean(Mail.class);

	@Test
	void workerWorksOnTheQueuesOfAllJobs() {
		this.runner.run((context) -> assertThat(containers(context)).isEqualTo(Map.of("mail", 10, "reports", 10)));
	}

	@Test
	void queueThatNoJobUsesIsSaidAtStart(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.worker.queues=mial").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("background-jobs.worker.queues names [mial]")
				.contains("those that are used: [mail, reports]");
		});
	}

	@Test
	void producerSaysThatItOnlyEnqueues(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> assertThat(output).containsPattern(
					"Enqueueing in namespace 'test-.*' on Redis localhost:\\d+/0; this process runs no jobs"));
	}

	@Test
	void producerHasNeitherWorkerNorSchedules() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(JobListenerContainerRegistry.class)
				.doesNotHaveBean(RecurringJobScheduler.class);
			assertThat(context.getBean(Mail.class).send().state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void queuesToWorkOnAreAProperty() {
		this.runner.withPropertyValues("background-jobs.worker.queues=reports,other")
			.run((context) -> assertThat(containers(context)).containsOnlyKeys("reports", "other"));
	}

	@Test
	void furtherQueuesMayBeNamedBesideAllKnownOnes() {
		this.runner
			.withPropertyValues("background-jobs.worker.queues=*,other",
					"background-jobs.queues.configured.worker-concurrency=2")
			.run((context) -> assertThat(containers(context)).containsOnlyKeys("mail", "reports", "other",
					"configured"));
	}

	@Test
	void concurrencyIsAProperty() {
		this.runner
			.withPropertyValues("background-jobs.worker.concurrency=7",
					"background-jobs.queues.mail.worker-concurrency=3")
			.run((context) -> assertThat(containers(context)).isEqualTo(Map.of("mail", 3, "reports", 7)));
	}

	@Test
	void otherPropertiesAreOptionsOfTheWorker() {
		WorkerOptions options = options(
				Map.of("background-jobs.worker.lease", "17s", "background-jobs.worker.poll-interval", "2s",
						"background-jobs.worker.shutdown-timeout", "5s", "background-jobs.worker.max-lease-losses", "8",
						"background-jobs.worker.interrupt-grace", "3s", "background-jobs.worker.max-stuck-threads", "6",
						"background-jobs.job.max-parked", "3h", "background-jobs.job.long-running", "7m",
						"background-jobs.job.max-log-lines", "7", "background-jobs.job.max-log", "3000B"),
				false);
		assertThat(options).isEqualTo(new WorkerOptions(List.of(), Duration.ofSeconds(17), Duration.ofSeconds(2),
				Duration.ofSeconds(5), 8, Duration.ofSeconds(3), 6, Duration.ofHours(3), Duration.ofMinutes(7), false,
				new JobReport.Limits(7, 3000)));
	}

	@Test
	void virtualThreadsAreAnOptionOfTheWorker() {
		assertThat(options(Map.of(), true).virtualThreads()).isTrue();
		assertThat(options(Map.of(), false).virtualThreads()).isFalse();
	}

	@Test
	void jobsRunOnPlatformThreads() {
		assertThat(threadGroup(this.runner)).isNotEqualTo("VirtualThreads");
	}

	@Test
	void jobsRunOnVirtualThreadsWhenTheApplicationUsesThemAndTheJdkHasThem() {
		boolean there = Runtime.version().feature() >= 21;
		assertThat("VirtualThreads"
			.equals(threadGroup(this.runner.withPropertyValues("spring.threads.virtual.enabled=true"))))
			.isEqualTo(there);
	}

	private static @Nullable String threadGroup(ApplicationContextRunner runner) {
		String[] group = new String[1];
		runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.send();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			group[0] = mail.threadGroup();
		});
		return group[0];
	}

	private static WorkerOptions options(Map<String, String> values, boolean virtualThreads) {
		JobsProperties properties = new Binder(new MapConfigurationPropertySource(values))
			.bindOrCreate("background-jobs", JobsProperties.class);
		return new WorkerOptionsConfigurer(properties, virtualThreads).configure(List.of());
	}

	private static Map<String, Integer> containers(ApplicationContext context) {
		return context.getBean(JobListenerContainerRegistry.class)
			.getContainers()
			.stream()
			.collect(Collectors.toMap(JobListenerContainer::getId, JobListenerContainer::getConcurrency));
	}

	static class Mail {

		private volatile @Nullable String threadGroup;

		@Nullable String threadGroup() {
			return this.threadGroup;
		}

		@BackgroundJob("mail")
		JobHandle<Void> send() {
			this.threadGroup = Thread.currentThread().getThreadGroup().getName();
			return JobHandle.completed();
		}

		@BackgroundJob("reports")
		void report() {
		}

	}

}
