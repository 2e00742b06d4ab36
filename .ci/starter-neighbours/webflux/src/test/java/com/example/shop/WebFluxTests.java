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

package com.example.shop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobState;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=health,backgroundjobs",
				"management.endpoint.backgroundjobs.access=unrestricted" })
@Import(WebFluxTests.Controller.class)
class WebFluxTests {

	@LocalServerPort
	private int port;

	@Autowired
	private JobClient jobs;

	@Autowired
	private ApplicationContext context;

	@Test
	void jobOfReactiveRequestRunsAndActuatorKnows() throws Exception {
		assertThat(this.context).isInstanceOf(ReactiveWebServerApplicationContext.class);
		assertThat(this.context.getBeansOfType(MeterRegistry.class)).as("meters").isNotEmpty();
		assertThat(ClassUtils.isPresent("io.micrometer.tracing.Tracer", null)).as("tracing").isFalse();
		String id = exchange("POST", "/customers").body();
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> this.jobs.find(id).state() == JobState.SUCCEEDED);
		// a worker is known to the deployment from its first heartbeat on
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(
					() -> assertThat(exchange("GET", "/actuator/health/workers").statusCode()).isEqualTo(200));
		assertThat(exchange("GET", "/actuator/health").statusCode()).isEqualTo(200);
		HttpResponse<String> queue = exchange("GET", "/actuator/backgroundjobs/queues/mail");
		assertThat(queue.statusCode()).isEqualTo(200);
		assertThat(queue.body()).contains("mail");
		assertThat(exchange("GET", "/actuator/backgroundjobs/jobs/" + id).body()).contains("Mails.sendWelcome");
		assertThat(exchange("GET", "/actuator/backgroundjobs/jobs/mail~0~none").statusCode()).isEqualTo(404);
	}

	@Test
	void endpointReadsChangesAndRefuses() throws Exception {
		this.jobs.in(Duration.ofHours(1)).enqueue(() -> this.context.getBean(Mails.class).sendWelcome(new Mails.Customer("Ada", 1)));
		assertThat(exchange("GET", "/actuator/backgroundjobs/types?limit=1").body()).contains("Mails.sendWelcome");
		HttpResponse<String> refused = exchange("GET", "/actuator/backgroundjobs/queues?limit=many");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("must be 1 to 500");
		assertThat(exchange("POST", "/actuator/backgroundjobs/queues/mail", "{\"state\": \"paused\"}").body())
			.contains("\"paused\":true");
		assertThat(exchange("POST", "/actuator/backgroundjobs/queues/mail", "{\"state\": \"running\"}").statusCode())
			.isEqualTo(200);
		assertThat(exchange("DELETE", "/actuator/backgroundjobs/dead/mail?max=5").body()).contains("\"examined\":0");
	}

	private HttpResponse<String> exchange(String method, String path, String json) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
				.header("Content-Type", "application/json")
				.method(method, HttpRequest.BodyPublishers.ofString(json))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> exchange(String method, String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
				.method(method, HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	@RestController
	static class Controller {

		private final Mails mails;

		Controller(Mails mails) {
			this.mails = mails;
		}

		@PostMapping("/customers")
		Mono<String> add() {
			return Mono.fromCallable(() -> this.mails.sendWelcome(new Mails.Customer("Grace", 2)).id());
		}

	}

}
