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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.actuate.BackgroundJobsEndpoint;
import dev.backgroundjobs.actuate.BackgroundJobsEndpointWebExtension;
import dev.backgroundjobs.actuate.BackgroundJobsHealthIndicator;
import dev.backgroundjobs.autoconfigure.health.JobsHealthContributorAutoConfiguration;
import dev.backgroundjobs.observation.MicrometerJobListener;
import dev.backgroundjobs.observation.QueueSizeMeters;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What needs a library that may be missing, or that the application may replace.
 */
class OptionalDependenciesTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withUserConfiguration(OptionalConfiguration.class)
		.withBean(Work.class)
		.withPropertyValues("management.endpoints.web.exposure.include=backgroundjobs");

	private final ApplicationContextRunner metered = this.runner.withBean(SimpleMeterRegistry.class);

	@Test
	void allIsThereWithAllLibraries() {
		this.metered.run((context) -> assertThat(context).hasSingleBean(MicrometerJobListener.class)
			.hasSingleBean(QueueSizeMeters.class)
			.hasSingleBean(BackgroundJobsEndpoint.class)
			.hasSingleBean(BackgroundJobsEndpointWebExtension.class)
			.hasSingleBean(BackgroundJobsHealthIndicator.class)
			.hasSingleBean(HealthEndpointGroupsPostProcessor.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.core", "io.micrometer.tracing", "org.springframework.boot.health",
			"org.springframework.boot.actuate" })
	void jobsRunWithoutTheLibrary(String library) {
		this.runner.withClassLoader(new FilteredClassLoader(library)).run((context) -> {
			assertThat(context).hasNotFailed();
			JobHandle<Void> handle = context.getBean(Work.class).work();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
		});
	}

	@Test
	void jobsAreObservedWithoutTracing() {
		List<String> observed = new CopyOnWriteArrayList<>();
		ObservationHandler<Observation.Context> handler = new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				observed.add(context.getName());
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		};
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(handler);
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.tracing"))
			.withBean(ObservationRegistry.class, () -> registry)
			.withBean(ObservationHandler.class, () -> handler)
			.run((context) -> {
				assertThat(context).doesNotHaveBean("backgroundJobsDelayedJobTracingObservationHandler");
				context.getBean(Work.class).work();
				await().untilAsserted(() -> assertThat(observed).containsExactlyInAnyOrder("background.jobs.enqueue",
						"background.jobs.execution"));
			});
	}

	@Test
	void thereAreNoMetersWithoutMicrometer() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).doesNotHaveBean("backgroundJobsMicrometerListener")
				.doesNotHaveBean("backgroundJobsQueueSizeMeters")
				.hasSingleBean(BackgroundJobsEndpoint.class));
	}

	@Test
	void thereAreNoMetersWithoutRegistry() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(MicrometerJobListener.class)
			.doesNotHaveBean(QueueSizeMeters.class));
	}

	@Test
	void thereIsNoHealthWithoutItsLibrary() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).doesNotHaveBean("backgroundJobsHealthIndicator")
				.hasSingleBean(BackgroundJobsEndpoint.class));
	}

	@Test
	void thereIsNoGroupWithoutTheHealthEndpoint() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health.actuate"))
			.run((context) -> assertThat(context).hasSingleBean(BackgroundJobsHealthIndicator.class)
				.doesNotHaveBean("workersHealthEndpointGroupsPostProcessor"));
	}

	@Test
	void thereIsNoEndpointWithoutActuator() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).doesNotHaveBean("backgroundJobsEndpoint"));
	}

	@Test
	void thereIsNoEndpointUnlessItIsExposed() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsEndpoint.class));
	}

	@Test
	void healthCanBeDisabled() {
		this.runner.withPropertyValues("management.health.background-jobs.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsHealthIndicator.class)
				.doesNotHaveBean(HealthEndpointGroupsPostProcessor.class));
	}

	@Test
	void healthOfTheApplicationWins() {
		HealthIndicator own = () -> Health.unknown().build();
		this.runner.withBean("backgroundJobsHealthIndicator", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context).getBean(HealthIndicator.class).isSameAs(own));
	}

	@Test
	void metersOfTheApplicationWin() {
		MicrometerJobListener own = new MicrometerJobListener(new SimpleMeterRegistry());
		this.metered.withBean("own", MicrometerJobListener.class, () -> own)
			.run((context) -> assertThat(context).getBean(MicrometerJobListener.class).isSameAs(own));
	}

	@Test
	void disabledJobsHaveNeitherHealthNorMeters() {
		this.metered.withPropertyValues("background-jobs.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsHealthIndicator.class)
				.doesNotHaveBean(MicrometerJobListener.class)
				.doesNotHaveBean(BackgroundJobsEndpoint.class));
	}

	/**
	 * Imported by name and read without being loaded, as Boot does.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JobsMetricsAutoConfiguration.class, JobsEndpointAutoConfiguration.class,
			JobsHealthContributorAutoConfiguration.class, JobsObservationAutoConfiguration.class })
	static class OptionalConfiguration {

	}

	/**
	 * Public, as its proxy is defined by another class loader.
	 */
	public static class Work {

		@BackgroundJob
		public JobHandle<Void> work() {
			return JobHandle.completed();
		}

	}

}
