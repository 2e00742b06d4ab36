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

import java.util.Map;
import java.util.UUID;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint over HTTP, in one application that works on some of its queues.
 */
class EndpointTests {

	private static ConfigurableApplicationContext application;

	private static RestTestClient http;

	private static Shop shop;

	@BeforeAll
	static void start() {
		RedisServer redis = RedisServer.shared();
		SpringApplication spring = new SpringApplication(Configuration.class);
		spring.setDefaultProperties(Map.of("server.port", "0", "spring.data.redis.host", redis.host(),
				"spring.data.redis.port", String.valueOf(redis.port()), "background-jobs.namespace",
				"test-" + UUID.randomUUID(), "background-jobs.worker.queues", "mail",
				"background-jobs.worker.shutdown-timeout", "0s", "management.endpoints.web.exposure.include",
				"backgroundjobs", "management.endpoint.backgroundjobs.access", "unrestricted"));
		application = spring.run();
		String port = application.getEnvironment().getRequiredProperty("local.server.port");
		http = RestTestClient.bindToServer().baseUrl("http://localhost:" + port + "/actuator/backgroundjobs").build();
		shop = application.getBean(Shop.class);
		shop.export();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void queueIsPausedAndResumed() {
		post("/queues/exports", "paused").expectStatus()
			.isOk()
			.expectBody()
			.json("{\"queue\": \"exports\", \"changed\": true, \"paused\": true}");
		post("/queues/exports", "paused").expectStatus().isOk().expectBody().jsonPath("$.changed").isEqualTo(false);
		get("/queues/exports").expectBody().jsonPath("$.paused").isEqualTo(true);
		get("").expectBody().jsonPath("$.paused[0]").isEqualTo("exports").jsonPath("$.totals.queued").isEqualTo(1);
		post("/queues/exports", "running").expectStatus().isOk().expectBody().jsonPath("$.paused").isEqualTo(false);
		get("").expectBody().jsonPath("$.paused").isEmpty();
	}

	@Test
	void queuesAreListedPageByPage() {
		get("/queues?limit=1").expectBody()
			.jsonPath("$.total")
			.isEqualTo(2)
			.jsonPath("$.entries.length()")
			.isEqualTo(1)
			.jsonPath("$.entries[0].queue")
			.isEqualTo("exports")
			.jsonPath("$.entries[0].queued")
			.isEqualTo(1)
			.jsonPath("$.entries[0].workers")
			.isEqualTo(0)
			.jsonPath("$.cursor")
			.isEqualTo("exports");
		get("/queues?limit=1&cursor=exports").expectBody()
			.jsonPath("$.entries[0].queue")
			.isEqualTo("mail")
			.jsonPath("$.entries[0].workers")
			.isEqualTo(1)
			.jsonPath("$.cursor")
			.doesNotExist();
	}

	@Test
	void waitingJobIsDeleted() {
		JobHandle<Void> handle = application.getBean(JobClient.class).queue("exports").enqueue(() -> shop.welcome("a"));
		assertThat(handle.state()).isEqualTo(JobState.QUEUED);
		http.delete().uri("/jobs/" + handle.id()).exchange().expectStatus().isOk();
		assertThat(handle.info()).isNull();
		http.delete().uri("/jobs/" + handle.id()).exchange().expectStatus().isNotFound();
	}

	@ParameterizedTest
	@CsvSource({ "GET, /nonsense, 400, 'is none of queues, workers'", "GET, /nonsense/mail, 400, 'is none of queues'",
			"GET, /jobs, 400, 'GET jobs/{name} shows one'", "GET, /queues?limit=0, 400, 'must be 1 to 500'",
			"GET, /queues?limit=ten, 400, 'must be 1 to 500'", "GET, /queues?limit=501, 400, 'must be 1 to 500'",
			"GET, /queues/unheard-of, 404, unheard-of", "GET, /workers/unheard-of, 404, unheard-of",
			"GET, /jobs/nonsense, 400, 'a job id reads'", "GET, /jobs/mail~0~unheard-of, 404, unheard-of",
			"GET, /dead/unheard-of, 404, unheard-of", "POST, /queues/mail, 400, 'is none of paused, running'",
			"POST, /queues/unheard-of, 400, 'paused, running'",
			"POST, /jobs/mail~0~unheard-of, 400, 'is none of queued, cancelled'",
			"POST, /workers/any, 400, 'only read'", "DELETE, /queues/mail, 400, 'cannot be deleted'",
			"DELETE, /jobs/mail~0~unheard-of, 404, unheard-of" })
	void whatCannotBeAnsweredIsSaidInWords(String method, String path, int status, String text) {
		ResponseSpec answer = switch (method) {
			case "GET" -> get(path);
			case "POST" -> post(path, "asleep");
			default -> http.delete().uri(path).exchange();
		};
		answer.expectStatus()
			.isEqualTo(status)
			.expectBody(String.class)
			.value((body) -> assertThat(body).contains(text));
	}

	private static ResponseSpec get(String path) {
		return http.get().uri(path).exchange();
	}

	private static ResponseSpec post(String path, String state) {
		return http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(Map.of("state", state)).exchange();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Configuration {

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	static class Shop {

		@BackgroundJob("mail")
		JobHandle<Void> welcome(String address) {
			return JobHandle.completed();
		}

		@BackgroundJob("exports")
		void export() {
		}

	}

}
