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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * The health group {@code workers} over HTTP, with the properties of Boot left alone, in
 * either kind of web application.
 */
class HealthGroupTests {

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void everyFindingIsUnavailableInTheGroupOnly(WebApplicationType type) throws InterruptedException {
		try (RedisServer redis = RedisServer.start(); ConfigurableApplicationContext context = run(type, redis)) {
			RestTestClient client = client(context);
			expect(client, "/actuator/health/workers", 200, "UP");
			for (int i = 0; i < 20; i++) {
				context.getBean(Jobs.class).fail();
			}
			expect(client, "/actuator/health/workers", 503, "FAILING");
			context.getBean(Jobs.class).block();
			context.getBean(Jobs.class).fail();
			expect(client, "/actuator/health/workers", 503, "BACKLOG");
			configure(redis, "allkeys-lru");
			expect(client, "/actuator/health/workers", 503, "UNSAFE");
			context.getBean(JobListenerContainerRegistry.class).stop();
			expect(client, "/actuator/health/workers", 503, "NO_WORKERS");
			for (String path : new String[] { "", "/liveness", "/readiness" }) {
				expect(client, "/actuator/health" + path, 200, "UP");
			}
		}
	}

	private static ConfigurableApplicationContext run(WebApplicationType type, RedisServer redis) {
		SpringApplication application = new SpringApplication(Configuration.class);
		application.setWebApplicationType(type);
		application.setDefaultProperties(Map.of("server.port", "0", "spring.data.redis.port",
				String.valueOf(redis.port()), "background-jobs.namespace", "test-" + UUID.randomUUID(),
				"background-jobs.health.failure-rate", "0.9", "background-jobs.health.backlog-depth", "0",
				"background-jobs.worker.concurrency", "1", "background-jobs.worker.shutdown-timeout", "0s"));
		return application.run();
	}

	private static RestTestClient client(ConfigurableApplicationContext context) {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
	}

	private static void expect(RestTestClient client, String path, int code, String status) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> client.get()
				.uri(path)
				.exchange()
				.expectStatus()
				.isEqualTo(code)
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo(status));
	}

	private static void configure(RedisServer redis, String policy) {
		RedisClient client = RedisClient.create(redis.uri());
		try {
			client.connect().sync().configSet("maxmemory-policy", policy);
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Configuration {

		@Bean
		Jobs jobs() {
			return new Jobs();
		}

	}

	static class Jobs {

		@BackgroundJob("mail")
		void fail() {
			throw new NonRetryableJobException("no use");
		}

		@BackgroundJob("mail")
		void block() throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

}
