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

import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.recurring.DeclaredSchedules;
import dev.backgroundjobs.test.InlineJobStore;
import dev.backgroundjobs.test.JobRunner;
import dev.backgroundjobs.test.JobTestClient;
import dev.backgroundjobs.test.ManualJobStore;
import dev.backgroundjobs.test.MemoryJobStore;
import dev.backgroundjobs.test.MemorySchedules;
import org.assertj.core.api.AssertProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration of the modes for tests, in which memory takes the place of Redis.
 */
@AutoConfiguration(before = JobsRedisAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "background-jobs.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(JobQueue.class)
@EnableConfigurationProperties(JobsProperties.class)
public final class JobsTestModesAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(JobsTestModesAutoConfiguration.class);

	private static final String MODE = "background-jobs.mode";

	private static JobRunner runner(JobMethodRegistry methods, JobMethodInvoker invoker, JobsProperties properties,
			ObjectProvider<JobListener> listeners) {
		return new JobRunner(methods, invoker, listeners.orderedStream().toList(), properties.getJob().getMaxParked());
	}

	private static SmartInitializingSingleton announcement(String what, ResourceLoader resources) {
		boolean test = ClassUtils.isPresent("org.springframework.test.context.TestContext", resources.getClassLoader());
		return () -> {
			if (test) {
				logger.info(what);
			}
			else {
				logger.warn("{}. This is for tests: production needs {}=redis", what, MODE);
			}
		};
	}

	/**
	 * Each call runs at once.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = MODE, havingValue = "inline")
	static class InlineConfiguration {

		@Bean
		InlineJobStore backgroundJobsInlineStore(JobMethodRegistry methods, JobMethodInvoker invoker,
				JobsProperties properties, ObjectProvider<JobListener> listeners) {
			return new InlineJobStore(properties.getRetention().getSucceeded(), properties.getRetention().getDead(),
					runner(methods, invoker, properties, listeners));
		}

		@Bean
		MemorySchedules backgroundJobsInlineSchedules(InlineJobStore store,
				ObjectProvider<DeclaredSchedules> declared) {
			return new MemorySchedules(store, () -> declared.getObject().all());
		}

		@Bean
		SmartInitializingSingleton backgroundJobsInlineAnnouncement(ResourceLoader resources) {
			return announcement(MODE + " is inline: calls of job methods run at once, on the thread of their caller, "
					+ "and nothing is retried or survives this process", resources);
		}

	}

	/**
	 * Calls are kept until a test runs them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = MODE, havingValue = "manual")
	static class ManualConfiguration {

		@Bean
		ManualJobStore backgroundJobsMemoryStore(JobsProperties properties, JobMethodRegistry methods) {
			return new ManualJobStore(properties.getRetention().getSucceeded(), properties.getRetention().getDead(),
					methods::maxRetries, new QueueCapacityConfigurer(properties).configure());
		}

		@Bean
		MemorySchedules backgroundJobsMemorySchedules(MemoryJobStore store,
				ObjectProvider<DeclaredSchedules> declared) {
			return new MemorySchedules(store, () -> declared.getObject().all());
		}

		@Bean
		SmartInitializingSingleton backgroundJobsManualAnnouncement(ResourceLoader resources) {
			return announcement(MODE + " is manual: calls of job methods are kept in memory, and no job runs unless a "
					+ "test runs it with JobTestClient", resources);
		}

	}

	/**
	 * What tests run them with.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = MODE, havingValue = "manual")
	@ConditionalOnClass(AssertProvider.class)
	static class JobTestClientConfiguration {

		@Bean
		JobTestClient jobTestClient(MemoryJobStore store, JobMethodRegistry methods, JobMethodInvoker invoker,
				JobPayloadCodec codec, MemorySchedules schedules, JobsProperties properties,
				ObjectProvider<JobListener> listeners) {
			return new JobTestClient(store, runner(methods, invoker, properties, listeners), codec, schedules);
		}

	}

}
