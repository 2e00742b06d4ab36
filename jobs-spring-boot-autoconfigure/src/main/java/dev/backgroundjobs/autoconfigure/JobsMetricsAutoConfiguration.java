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

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.observation.MicrometerJobListener;
import dev.backgroundjobs.observation.QueueSizeMeters;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

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

	@Bean
	@ConditionalOnMissingBean
	QueueSizeMeters backgroundJobsQueueSizeMeters(JobQueries queries) {
		return new QueueSizeMeters(queries);
	}

}
