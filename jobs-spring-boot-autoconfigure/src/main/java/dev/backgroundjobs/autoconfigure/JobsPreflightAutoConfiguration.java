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

import java.time.Clock;

import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.Preflight;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.redis.RedisConnections;
import dev.backgroundjobs.redis.RedisPreflight;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the look at Redis when the application starts.
 */
@AutoConfiguration(after = JobsAutoConfiguration.class)
@ConditionalOnBean(RedisConnections.class)
public final class JobsPreflightAutoConfiguration {

	@Bean
	static LazyInitializationExcludeFilter backgroundJobsPreflightLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(RedisPreflight.class);
	}

	@Bean
	@ConditionalOnMissingBean(Preflight.class)
	RedisPreflight backgroundJobsPreflight(RedisConnections connections, JobMethodRegistry methods,
			JobsProperties properties) {
		return new RedisPreflight(connections,
				() -> methods.all()
					.stream()
					.map(JobMethod::definition)
					.map(JobDefinition::queue)
					.distinct()
					.sorted()
					.toList(),
				properties.getPreflight().getMode(), properties.isFailFast(), Clock.systemUTC());
	}

}
