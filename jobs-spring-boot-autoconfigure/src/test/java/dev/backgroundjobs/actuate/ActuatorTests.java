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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Health and endpoint as operators see them: over HTTP, with the properties of Boot left
 * alone.
 */
@ExtendWith(OutputCaptureExtension.class)
class ActuatorTests {

	@Test
	void withoutWorkersOnlyTheGroupIsUnavailable() {
		try (Application application = new Application("--background-jobs.worker.enabled=false",
				"--management.endpoint.health.show-details=always")) {
			application.jobs().work();
			application.get("/actuator/health", 200);
			application.client()
				.get()
				.uri("/actuator/health/workers")
				.exchange()
				.expectStatus()
				.isEqualTo(503)
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo("NO_WORKERS")
				.jsonPath("$.components.backgroundJobs.details.queues.operations.queued")
				.isEqualTo(1)
				.jsonPath("$.components.backgroundJobs.details.findings.NO_WORKERS")
				.isEqualTo("No worker works on [operations]");
		}
	}

	@Test
	void findingsCanBeMadePartOfTheApplicationsHealth() {
		try (Application application = new Application("--background-jobs.worker.enabled=false",
				"--background-jobs.health.in-application-status=true")) {
			application.get("/actuator/health", 503);
		}
	}

	@Test
	void groupOfTheApplicationWins() {
		try (Application application = new Application("--background-jobs.worker.enabled=false",
				"--management.endpoint.health.group.workers.include=ping")) {
			application.get("/actuator/health/workers", 200);
		}
	}

	@Test
	void redisThatRefusesIsSaidInWordsWithoutAStackTrace(CapturedOutput output) {
		try (RedisServer redis = RedisServer.start();
				Application application = new Application("--spring.data.redis.port=" + redis.port(),
						"--spring.data.redis.password=wrong", "--management.endpoint.health.show-details=always",
						"--spring.data.redis.username=nobody", "--background-jobs.worker.refusal-interval=100ms",
						"--management.endpoints.web.exposure.include=health,backgroundjobs")) {
			await().untilAsserted(() -> application.client()
				.get()
				.uri("/actuator/health/workers")
				.exchange()
				.expectStatus()
				.isEqualTo(503)
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo("DOWN")
				.jsonPath("$.components.backgroundJobs.details.redis")
				.value(String.class, (text) -> assertThat(text).contains("Redis refuses user name or password"))
				.jsonPath("$.components.backgroundJobs.details.setbacks.operations")
				.value(String.class, (text) -> assertThat(text).contains("WRONGPASS")));
			application.client()
				.get()
				.uri("/actuator/backgroundjobs")
				.exchange()
				.expectStatus()
				.isEqualTo(503)
				.expectBody()
				.jsonPath("$.message")
				.value(String.class, (text) -> assertThat(text).contains("Redis refuses user name or password"));
			assertThat(output).doesNotContain("Background jobs cannot be looked at");
		}
	}

	@Test
	void deadLetterIsFoundAndRetried() {
		try (Application application = new Application("--management.endpoints.web.exposure.include=backgroundjobs",
				"--management.endpoint.backgroundjobs.access=unrestricted")) {
			JobHandle<Void> handle = application.jobs().fail();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			application.client()
				.get()
				.uri("/actuator/backgroundjobs/dead/operations")
				.exchange()
				.expectBody()
				.jsonPath("$.total")
				.isEqualTo(1)
				.jsonPath("$.jobs[0].id")
				.isEqualTo(handle.id())
				.jsonPath("$.jobs[0].failures[0].type")
				.isEqualTo(NonRetryableJobException.class.getName())
				.jsonPath("$.jobs[0].failures[0].message")
				.isEqualTo("******");
			application.get("/actuator/backgroundjobs", 200);
			application.get("/actuator/backgroundjobs/queues/operations", 200);
			application.get("/actuator/backgroundjobs/queues/unheard-of", 404);
			application.get("/actuator/backgroundjobs/jobs/operations~0~unheard-of", 404);
			application.get("/actuator/backgroundjobs/jobs/nonsense", 400);
			application.get("/actuator/backgroundjobs/nonsense/operations", 400);
			application.post("/actuator/backgroundjobs/jobs/" + handle.id(), "queued", 200);
			await().untilAsserted(() -> {
				assertThat(handle.info()).isNotNull();
				assertThat(handle.info().attempt()).isEqualTo(2);
				assertThat(handle.state()).isEqualTo(JobState.DEAD);
			});
			application.post("/actuator/backgroundjobs/jobs/" + handle.id(), "cancelled", 409);
			application.post("/actuator/backgroundjobs/jobs/" + handle.id(), "nonsense", 400);
			application.post("/actuator/backgroundjobs/jobs/operations~0~unheard-of", "queued", 404);
		}
	}

	@Test
	void waitingJobIsPromotedOrCancelled() {
		try (Application application = new Application("--management.endpoints.web.exposure.include=backgroundjobs",
				"--management.endpoint.backgroundjobs.access=unrestricted")) {
			JobClient client = application.context.getBean(JobClient.class);
			JobHandle<Void> promoted = client.in(Duration.ofHours(1)).enqueue(() -> application.jobs().work());
			application.post("/actuator/backgroundjobs/jobs/" + promoted.id(), "queued", 200);
			await().untilAsserted(() -> assertThat(promoted.info()).as("it has run, and nobody follows it").isNull());
			JobHandle<Void> handle = client.in(Duration.ofHours(1)).enqueue(() -> application.jobs().work());
			application.post("/actuator/backgroundjobs/jobs/" + handle.id(), "cancelled", 200);
			assertThat(handle.state()).isNull();
		}
	}

	@Test
	void writingNeedsToBePermitted() {
		try (Application application = new Application("--management.endpoints.web.exposure.include=backgroundjobs")) {
			application.client()
				.get()
				.uri("/actuator/backgroundjobs")
				.exchange()
				.expectStatus()
				.isEqualTo(200)
				.expectBody()
				.jsonPath("$.preflight[0].check")
				.isEqualTo("persistence")
				.jsonPath("$.preflight[0].cure")
				.isEqualTo("CONFIG SET appendonly yes");
			application.post("/actuator/backgroundjobs/jobs/operations~0~any", "queued", 405);
		}
	}

	@Test
	void messagesAreShownWhenAllowed() {
		try (Application application = new Application("--management.endpoints.web.exposure.include=backgroundjobs",
				"--management.endpoint.backgroundjobs.show-values=always")) {
			JobHandle<Void> handle = application.jobs().fail();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			application.client()
				.get()
				.uri("/actuator/backgroundjobs/jobs/" + handle.id())
				.exchange()
				.expectBody()
				.jsonPath("$.failures[0].message")
				.isEqualTo("no use");
		}
	}

	/**
	 * A web application in a namespace of its own.
	 */
	private static final class Application implements AutoCloseable {

		private final String namespace = "test-" + UUID.randomUUID();

		private final ConfigurableApplicationContext context;

		Application(String... arguments) {
			RedisServer redis = RedisServer.shared();
			SpringApplication application = new SpringApplication(Configuration.class);
			application.setDefaultProperties(Map.of("server.port", "0", "spring.data.redis.host", redis.host(),
					"spring.data.redis.port", String.valueOf(redis.port()), "background-jobs.namespace", this.namespace,
					"background-jobs.worker.shutdown-timeout", "0s"));
			this.context = application.run(arguments);
		}

		Jobs jobs() {
			return this.context.getBean(Jobs.class);
		}

		RestTestClient client() {
			String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
			return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
		}

		void get(String path, int status) {
			client().get().uri(path).exchange().expectStatus().isEqualTo(status);
		}

		void post(String path, String state, int status) {
			client().post()
				.uri(path)
				.contentType(MediaType.APPLICATION_JSON)
				.body("{\"state\": \"" + state + "\"}")
				.exchange()
				.expectStatus()
				.isEqualTo(status);
		}

		@Override
		public void close() {
			this.context.close();
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

		@BackgroundJob("operations")
		void work() {
		}

		@BackgroundJob("operations")
		JobHandle<Void> fail() {
			throw new NonRetryableJobException("no use");
		}

	}

}
