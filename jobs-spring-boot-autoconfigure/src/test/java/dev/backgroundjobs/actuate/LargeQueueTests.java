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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health is told in time, however many jobs wait.
 */
class LargeQueueTests {

	private static final Logger logger = LoggerFactory.getLogger(LargeQueueTests.class);

	private static final int JOBS = 1_000_000;

	private static final int LOOKS = 21;

	/** Copies of the job that is there, so many under ids that begin with a number. */
	private static final String COPY = """
			local record = redis.call('HGET', KEYS[1], 'first')
			for k = 1, tonumber(ARGV[2]) do
			  local id = ARGV[1] .. '-' .. k
			  redis.call('HSET', KEYS[1], id, record)
			  redis.call('RPUSH', KEYS[2], id)
			end
			return 'OK'
			""";

	private final String namespace = "test-" + UUID.randomUUID();

	@Test
	void healthOfAMillionJobsIsToldWithinTwoHundredMilliseconds() {
		try (RedisServer redis = RedisServer.start()) {
			producer(redis).run((context) -> {
				context.getBean(JobClient.class).id("first").enqueue(() -> context.getBean(Jobs.class).send());
				fill(redis);
				AtomicLong clock = new AtomicLong();
				BackgroundJobsHealthIndicator indicator = new BackgroundJobsHealthIndicator(
						context.getBean(DeploymentReader.class), context.getBean(JobQueries.class), null,
						new FailureRate(), new HealthOptions(10_000, null, null, false), clock::get);
				assertThat(queue(indicator.health()).queued()).isEqualTo(JOBS);
				List<Long> took = new ArrayList<>();
				for (int look = 0; look < LOOKS; look++) {
					// what was seen is kept for a second
					clock.addAndGet(Duration.ofSeconds(2).toNanos());
					long begin = System.nanoTime();
					indicator.health();
					took.add((System.nanoTime() - begin) / 1000);
				}
				took.sort(null);
				logger.info("Health with {} queued jobs, µs: median {}, longest {}", JOBS, took.get(LOOKS / 2),
						took.get(LOOKS - 1));
				// of the most, as the machine may stall for others
				assertThat(took.get(LOOKS / 2)).isLessThan(200_000L);
			});
		}
	}

	private ApplicationContextRunner producer(RedisServer redis) {
		return JobsContextRunner.on(redis)
			.withBean(Jobs.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.enabled=false");
	}

	private void fill(RedisServer server) {
		RedisClient client = RedisClient.create(server.uri());
		try {
			RedisCommands<String, String> redis = client.connect().sync();
			String[] keys = { "bj:{" + this.namespace + ".mail}:j", "bj:{" + this.namespace + ".mail}:r1" };
			for (int left = JOBS - 1; left > 0; left -= 10_000) {
				redis.eval(COPY, ScriptOutputType.STATUS, keys, String.valueOf(left),
						String.valueOf(Math.min(left, 10_000)));
			}
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	private static QueueHealth queue(@Nullable Health health) {
		assertThat(health).isNotNull();
		assertThat(health.getDetails().get("queues")).isInstanceOf(Map.class);
		Object queue = ((Map<?, ?>) health.getDetails().get("queues")).get("mail");
		assertThat(queue).isInstanceOf(QueueHealth.class);
		return (QueueHealth) queue;
	}

	static class Jobs {

		@BackgroundJob("mail")
		void send() {
		}

	}

}
