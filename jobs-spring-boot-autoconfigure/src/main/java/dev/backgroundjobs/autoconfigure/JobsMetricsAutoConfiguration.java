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

import java.util.function.ToIntFunction;

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.observation.MicrometerJobListener;
import dev.backgroundjobs.observation.MicrometerJobObservations;
import dev.backgroundjobs.observation.QueueSizeMeters;
import dev.backgroundjobs.observation.WorkerSlotMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration of meters.
 */
@AutoConfiguration(after = JobsRedisAutoConfiguration.class, before = JobsAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, JobClaims.class })
public final class JobsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MicrometerJobListener backgroundJobsMicrometerListener(MeterRegistry registry) {
		return new MicrometerJobListener(registry);
	}

	/**
	 * What is observed is timed already.
	 */
	@Bean
	MeterFilter backgroundJobsObservationMeterFilter() {
		return MicrometerJobObservations.meterFilter();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "background-jobs.worker.enabled", matchIfMissing = true)
	WorkerSlotMeters backgroundJobsWorkerSlotMeters(ObjectProvider<JobListenerContainerRegistry> containers) {
		return new WorkerSlotMeters(() -> sum(containers, JobListenerContainer::getConcurrency),
				() -> sum(containers, JobListenerContainer::getBusy));
	}

	private static int sum(ObjectProvider<JobListenerContainerRegistry> containers,
			ToIntFunction<JobListenerContainer> number) {
		return containers.stream().flatMap((registry) -> registry.getContainers().stream()).mapToInt(number).sum();
	}

	@Bean
	@ConditionalOnMissingBean
	@Conditional(OnQueueMetersCondition.class)
	QueueSizeMeters backgroundJobsQueueSizeMeters(JobQueries queries) {
		return new QueueSizeMeters(queries);
	}

}
