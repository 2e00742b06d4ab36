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
import java.util.concurrent.Executor;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.scheduling.annotation.EnableScheduling;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Boot's own beans are there as they are without background jobs, and are the only ones
 * of their types.
 */
class BootDefaultsTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(
				AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class))
		.withUserConfiguration(SchedulingConfiguration.class)
		.withBean(Work.class);

	@Test
	void executorsAreBoots() {
		this.runner.run((context) -> assertThat(beans(context, Executor.class))
			.containsExactlyInAnyOrder("applicationTaskExecutor", "taskScheduler"));
	}

	@Test
	void mapperIsBoots() {
		this.runner
			.run((context) -> assertThat(beans(context, ObjectMapper.class)).containsExactly("jacksonJsonMapper"));
	}

	@Test
	void connectionFactoryAndTemplatesAreBoots() {
		this.runner.run((context) -> {
			assertThat(beans(context, RedisConnectionFactory.class)).containsExactly("redisConnectionFactory");
			assertThat(beans(context, RedisOperations.class)).containsExactlyInAnyOrder("redisTemplate",
					"stringRedisTemplate");
		});
	}

	private static List<String> beans(ApplicationContext context, Class<?> type) {
		return List.of(context.getBeanNamesForType(type));
	}

	@EnableScheduling
	@Configuration(proxyBeanMethods = false)
	static class SchedulingConfiguration {

	}

	static class Work {

		@BackgroundJob
		@RecurringJob(cron = "@daily")
		void work() {
		}

	}

}
