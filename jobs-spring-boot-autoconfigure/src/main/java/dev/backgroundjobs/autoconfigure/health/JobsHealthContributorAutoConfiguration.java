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

package dev.backgroundjobs.autoconfigure.health;

import dev.backgroundjobs.actuate.BackgroundJobsHealthIndicator;
import dev.backgroundjobs.actuate.FailureRate;
import dev.backgroundjobs.autoconfigure.JobsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsProperties;
import dev.backgroundjobs.autoconfigure.JobsWorkerAutoConfiguration;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the health contributor {@code backgroundJobs} and the health
 * group {@code workers}.
 */
@AutoConfiguration(after = { JobsAutoConfiguration.class, JobsWorkerAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(JobClaims.class)
@ConditionalOnEnabledHealthIndicator("background-jobs")
public final class JobsHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	FailureRate backgroundJobsFailureRate() {
		return new FailureRate();
	}

	@Bean
	@ConditionalOnMissingBean(name = { "backgroundJobsHealthIndicator", "backgroundJobsHealthContributor" })
	BackgroundJobsHealthIndicator backgroundJobsHealthIndicator(DeploymentReader reader, JobQueries queries,
			ObjectProvider<JobListenerContainerRegistry> containers, FailureRate failureRate,
			JobsProperties properties) {
		return new BackgroundJobsHealthIndicator(reader, queries, containers.getIfAvailable(), failureRate,
				new HealthOptionsConfigurer(properties.getHealth()).configure());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthEndpointGroupsPostProcessor.class)
	static class GroupConfiguration {

		@Bean
		static WorkersHealthEndpointGroupsPostProcessor workersHealthEndpointGroupsPostProcessor() {
			return new WorkersHealthEndpointGroupsPostProcessor();
		}

	}

}
