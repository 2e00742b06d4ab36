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

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

	@Test
	void asyncAndScheduledMethodsRunOnBootsThreads() {
		this.runner.withBean(Threads.class).run((context) -> {
			Threads threads = context.getBean(Threads.class);
			threads.async();
			threads.job();
			await().untilAsserted(() -> assertThat(threads.names().keySet()).hasSize(3));
			assertThat(threads.names().get("async")).startsWith("task-");
			assertThat(threads.names().get("scheduled")).startsWith("scheduling-");
			assertThat(threads.names().get("job")).startsWith("jobs-default-");
		});
	}

	@Test
	void usersExecutorAndSchedulerArePrivateToTheUser() {
		this.runner.withBean("own", Executor.class, () -> Unusable::task)
			.withBean("ownScheduler", TaskScheduler.class, () -> unusable(TaskScheduler.class))
			.run((context) -> {
				// as without background jobs: Boot's back off
				assertThat(beans(context, Executor.class)).containsExactly("own");
				assertThat(beans(context, TaskScheduler.class)).containsExactly("ownScheduler");
			});
	}

	@Test
	void jobsRunWithoutTheUsersBeans() {
		JobsContextRunner.create()
			.withBean("own", Executor.class, () -> Unusable::task)
			.withBean("ownScheduler", TaskScheduler.class, () -> unusable(TaskScheduler.class))
			.withBean("stringRedisTemplate", StringRedisTemplate.class, Unusable.Template::new)
			.withBean(Work.class)
			.run((context) -> {
				assertThat(beans(context, Executor.class)).containsExactly("own");
				assertThat(context).getBean(StringRedisTemplate.class).isInstanceOf(Unusable.Template.class);
				Work work = context.getBean(Work.class);
				work.work();
				await().untilAsserted(() -> assertThat(work.done()).isEqualTo(1));
			});
	}

	@Test
	void usersMapperStaysAsItIs() {
		JsonMapper own = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
		JobsContextRunner.create().withBean(JsonMapper.class, () -> own).withBean(Work.class).run((context) -> {
			assertThat(context).getBean(JsonMapper.class).isSameAs(own);
			assertThat(beans(context, ObjectMapper.class)).hasSize(1);
			Work work = context.getBean(Work.class);
			work.work();
			await().untilAsserted(() -> assertThat(work.done()).isEqualTo(1));
		});
	}

	private static <T> T unusable(Class<T> type) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "hashCode" -> System.identityHashCode(proxy);
					case "equals" -> proxy == arguments[0];
					case "toString" -> "unusable";
					default -> throw new IllegalStateException(method.getName() + " is the user's");
				}));
	}

	private static List<String> beans(ApplicationContext context, Class<?> type) {
		return List.of(context.getBeanNamesForType(type));
	}

	@EnableScheduling
	@Configuration(proxyBeanMethods = false)
	static class SchedulingConfiguration {

	}

	static class Work {

		private final AtomicInteger done = new AtomicInteger();

		@BackgroundJob
		@RecurringJob(cron = "@yearly")
		void work() {
			this.done.incrementAndGet();
		}

		int done() {
			return this.done.get();
		}

	}

	@EnableAsync(proxyTargetClass = true)
	static class Threads {

		private final Map<String, String> names = new ConcurrentHashMap<>();

		@Async
		void async() {
			note("async");
		}

		@Scheduled(fixedRate = 3600_000)
		void scheduled() {
			note("scheduled");
		}

		@BackgroundJob
		void job() {
			note("job");
		}

		Map<String, String> names() {
			return this.names;
		}

		private void note(String what) {
			this.names.put(what, Thread.currentThread().getName());
		}

	}

	static class Unusable {

		static void task(Runnable task) {
			throw new IllegalStateException("This executor is the user's");
		}

		static class Template extends StringRedisTemplate {

			@Override
			public void afterPropertiesSet() {
				// it has no connection factory, so every use of it fails
			}

		}

	}

}
