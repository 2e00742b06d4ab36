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

import dev.backgroundjobs.actuate.BackgroundJobsEndpoint;
import dev.backgroundjobs.actuate.BackgroundJobsEndpointWebExtension;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobTypes;
import dev.backgroundjobs.core.Preflight;
import dev.backgroundjobs.schedule.ScheduleOperations;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the Actuator endpoint.
 */
@AutoConfiguration(after = JobsAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBooleanProperty(name = "background-jobs.enabled", matchIfMissing = true)
@ConditionalOnBean(JobQueries.class)
@ConditionalOnAvailableEndpoint(BackgroundJobsEndpoint.class)
@EnableConfigurationProperties(BackgroundJobsEndpointProperties.class)
public final class JobsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BackgroundJobsEndpoint backgroundJobsEndpoint(JobQueries queries, JobOperations operations, JobTypes types,
			ObjectProvider<ScheduleOperations> recurring, ObjectProvider<Preflight> preflight,
			BackgroundJobsEndpointProperties properties) {
		return new BackgroundJobsEndpoint(queries, operations, types, recurring.getIfAvailable(),
				preflight.getIfAvailable(), properties.getShowValues());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(BackgroundJobsEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	BackgroundJobsEndpointWebExtension backgroundJobsEndpointWebExtension(BackgroundJobsEndpoint endpoint,
			BackgroundJobsEndpointProperties properties) {
		return new BackgroundJobsEndpointWebExtension(endpoint, properties.getShowValues(), properties.getRoles());
	}

}
