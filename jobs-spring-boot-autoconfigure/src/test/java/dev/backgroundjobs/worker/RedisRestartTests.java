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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.redis.Keyspace;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Redis is killed and restarted, over and over, while jobs are enqueued and run; the
 * system property {@code jobs.redis.restarts} says how often.
 */
class RedisRestartTests {

	private static final int RESTARTS = Integer.getInteger("jobs.redis.restarts", 2);

	private final RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "everysec");

	private final ApplicationContextRunner runner = JobsContextRunner.on(this.redis)
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.worker.lease=2s", "background-jobs.worker.poll-interval=100ms",
				"background-jobs.enqueue.timeout=500ms");

	@AfterEach
	void auditAndStopRedis() {
		Keyspace.check(this.redis);
		this.redis.close();
	}

	@Test
	void nothingAcceptedIsLostAndWorkersGoOn() {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobClient client = context.getBean(JobClient.class);
			Load load = new Load((number) -> client.enqueue(() -> jobs.run(number)));
			try (load) {
				for (int restart = 0; restart < RESTARTS; restart++) {
					moreJobsRun(jobs);
					this.redis.kill();
					this.redis.restart();
				}
				moreJobsRun(jobs);
			}
			await().untilAsserted(() -> assertThat(jobs.ran()).containsAll(load.accepted()));
			await().untilAsserted(() -> {
				QueueFigures figures = context.getBean(JobQueries.class).figures("default");
				long enqueued = figures.counters().getOrDefault("enqueued", 0L);
				assertThat(figures.counters()).containsEntry("completed", enqueued);
				assertThat(enqueued).isBetween((long) load.accepted().size(),
						(long) load.accepted().size() + load.unknown());
			});
		});
	}

	@Test
	void whoAwaitsAJobGetsItsResultAcrossARestart() {
		this.runner.run((context) -> {
			JobListenerContainerRegistry workers = context.getBean(JobListenerContainerRegistry.class);
			workers.stop();
			JobHandle<Integer> handle = context.getBean(Jobs.class).square(7);
			CompletableFuture<@Nullable Integer> waiting = CompletableFuture
				.supplyAsync(() -> handle.await(Duration.ofMinutes(2)));
			String awaited = "bj:{" + context.getEnvironment().getProperty("background-jobs.namespace")
					+ ".default}:aw";
			StringRedisTemplate template = context.getBean(StringRedisTemplate.class);
			await().untilAsserted(() -> assertThat(template.hasKey(awaited)).isTrue());
			this.redis.kill();
			await().until(() -> isAway(handle));
			this.redis.restart();
			workers.start();
			assertThat(waiting).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(49);
		});
	}

	private static boolean isAway(JobHandle<?> handle) {
		try {
			return handle.info() == null;
		}
		catch (DataAccessException ex) {
			return true;
		}
	}

	private static void moreJobsRun(Jobs jobs) {
		int before = jobs.ran().size();
		await().until(() -> jobs.ran().size() >= before + 50);
	}

	static class Jobs {

		private final Set<Integer> ran = ConcurrentHashMap.newKeySet();

		Set<Integer> ran() {
			return this.ran;
		}

		@BackgroundJob
		JobHandle<Integer> square(int number) {
			return JobHandle.completed(number * number);
		}

		@BackgroundJob
		void run(int number) {
			this.ran.add(number);
		}

	}

}
