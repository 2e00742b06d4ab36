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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JobsDisabledException;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.redis.RedisConnections;
import dev.backgroundjobs.test.InlineJobStore;
import dev.backgroundjobs.test.JobTestClient;
import dev.backgroundjobs.test.MemoryJobStore;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.assertj.core.api.AssertProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When the modes for tests apply, and what they need.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobsTestModesAutoConfigurationTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis().withBean(Stamps.class);

	@ParameterizedTest
	@ValueSource(strings = { "inline", "manual" })
	void modeNeedsNoRedisAndStartsNoWorker(String mode) {
		this.runner.withPropertyValues("background-jobs.mode=" + mode)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobQueue.class)
				.hasSingleBean(JobQueries.class)
				.doesNotHaveBean(RedisConnections.class)
				.doesNotHaveBean(JobClaims.class)
				.doesNotHaveBean(JobListenerContainerRegistry.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "inline", "manual" })
	void modeLeavesTheRedisOfTheApplicationAlone(String mode) {
		this.runner
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, EndpointAutoConfiguration.class,
					WebEndpointAutoConfiguration.class, MetricsAutoConfiguration.class,
					JobsEndpointAutoConfiguration.class, JobsMetricsAutoConfiguration.class))
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("background-jobs.mode=" + mode, "spring.data.redis.port=1",
					"management.endpoints.web.exposure.include=backgroundjobs")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(RedisConnections.class);
				assertThat(context.getBean(Stamps.class).stamp().state())
					.isEqualTo(mode.equals("inline") ? JobState.SUCCEEDED : JobState.QUEUED);
			});
	}

	@Test
	void manualHasAClientAndInlineHasNone() {
		this.runner.withPropertyValues("background-jobs.mode=manual")
			.run((context) -> assertThat(context).hasSingleBean(JobTestClient.class)
				.hasSingleBean(MemoryJobStore.class));
		this.runner.withPropertyValues("background-jobs.mode=inline")
			.run((context) -> assertThat(context).doesNotHaveBean(JobTestClient.class)
				.hasSingleBean(InlineJobStore.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "inline", "manual" })
	void typoInAScheduleStopsTheStart(String mode) {
		this.runner.withPropertyValues("background-jobs.mode=" + mode, "nightly=0 3 * * *")
			.withBean(Nightly.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("The schedule of job 'Nightly.run' cannot be used"));
		this.runner.withPropertyValues("background-jobs.mode=" + mode, "nightly=-")
			.withBean(Nightly.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void queueTakesNoMoreJobsThanItMayHold() {
		this.runner
			.withPropertyValues("background-jobs.mode=manual", "background-jobs.queues.reports.capacity=2",
					"background-jobs.queues.reports.on-full=block")
			.withBean(Nightly.class)
			.run((context) -> {
				Nightly nightly = context.getBean(Nightly.class);
				nightly.report();
				context.getBean(JobClient.class).in(Duration.ofHours(1)).enqueue(nightly::report);
				assertThatExceptionOfType(QueueFullException.class).isThrownBy(nightly::report)
					.withMessageContaining("it holds 2 jobs that have not ended, of 2 at most "
							+ "(background-jobs.queues.reports.capacity)");
				context.getBean(JobTestClient.class).drain();
				nightly.report();
			});
	}

	@Test
	void redisIsTheDefault() {
		for (String[] mode : new String[][] { {}, { "background-jobs.mode=redis" } }) {
			JobsContextRunner.create()
				.withConfiguration(AutoConfigurations.of(JobsTestModesAutoConfiguration.class))
				.withPropertyValues(mode)
				.run((context) -> assertThat(context).hasSingleBean(RedisConnections.class)
					.doesNotHaveBean(MemoryJobStore.class)
					.doesNotHaveBean(JobTestClient.class));
		}
	}

	@Test
	void modeThatThereIsNotStopsTheStart() {
		this.runner.withPropertyValues("background-jobs.mode=memory")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("memory"));
	}

	@Test
	void disabledWins() {
		this.runner.withPropertyValues("background-jobs.mode=inline", "background-jobs.enabled=false")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(MemoryJobStore.class);
				assertThatExceptionOfType(JobsDisabledException.class)
					.isThrownBy(() -> context.getBean(Stamps.class).stamp());
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "inline", "manual" })
	void productionIsWarnedAndNeedsNothingOfATest(String mode, CapturedOutput output) {
		FilteredClassLoader production = new FilteredClassLoader(AssertProvider.class, TestContext.class);
		JobsContextRunner.withoutRedis()
			.withClassLoader(production)
			.withPropertyValues("background-jobs.mode=" + mode)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobTestClient.class));
		assertThat(output).contains("WARN")
			.contains("background-jobs.mode is " + mode)
			.contains("This is for tests: production needs background-jobs.mode=redis");
	}

	@Test
	void testIsNotWarned(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.mode=manual")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("background-jobs.mode is manual").doesNotContain("production");
	}

	@Test
	void propertiesOfRetentionApply() {
		this.runner.withPropertyValues("background-jobs.mode=manual", "background-jobs.retention.succeeded=5m")
			.run((context) -> {
				JobTestClient jobs = context.getBean(JobTestClient.class);
				JobHandle<Void> handle = context.getBean(Stamps.class).stamp();
				jobs.drain();
				jobs.clock().advance(Duration.ofMinutes(4));
				assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED);
				jobs.clock().advance(Duration.ofMinutes(2));
				assertThat(handle.info()).isNull();
			});
	}

	static class Nightly {

		@RecurringJob(cron = "${nightly:-}")
		void run() {
		}

		@BackgroundJob("reports")
		void report() {
		}

	}

	static class Stamps {

		@BackgroundJob
		JobHandle<Void> stamp() {
			return JobHandle.completed();
		}

	}

}
