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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.RedisServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the runbook says for dead letters, in a traced application: two requests lead from
 * the alert to the exception, the attempts, the trace and a retry.
 */
class AlertToRetryTests {

	@Test
	void twoRequestsTellWhyAJobIsDeadAndRetryIt() {
		RedisServer redis = RedisServer.shared();
		try (ConfigurableApplicationContext application = new SpringApplication(Configuration.class).run(
				"--server.port=0", "--spring.data.redis.host=" + redis.host(),
				"--spring.data.redis.port=" + redis.port(), "--background-jobs.namespace=test-" + UUID.randomUUID(),
				"--management.tracing.sampling.probability=1.0", "--spring.jmx.enabled=false",
				"--management.endpoints.web.exposure.include=backgroundjobs",
				"--management.endpoint.backgroundjobs.access=unrestricted",
				"--management.endpoint.backgroundjobs.show-values=always")) {
			RestTestClient http = RestTestClient.bindToServer()
				.baseUrl("http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port")
						+ "/actuator/backgroundjobs")
				.build();
			Payments payments = application.getBean(Payments.class);
			Tracer tracer = application.getBean(Tracer.class);
			Span request = tracer.nextSpan().name("request").start();
			JobHandle<Void> job;
			try (Tracer.SpanInScope scope = tracer.withSpan(request)) {
				assertThat(scope).isNotNull();
				job = payments.charge("1001");
			}
			// what the alert is about; it names the queue
			MeterRegistry meters = application.getBean(MeterRegistry.class);
			await()
				.untilAsserted(() -> assertThat(meters.find("background.jobs.dead").tag("queue", "payments").counters())
					.singleElement()
					.returns(1.0, Counter::count));
			String id = tells(http, job, request.context().traceId());
			payments.providerIsBack();
			http.post()
				.uri("/jobs/" + id)
				.contentType(MediaType.APPLICATION_JSON)
				.body(Map.of("state", "queued"))
				.exchange()
				.expectStatus()
				.isOk();
			await().untilAsserted(() -> assertThat(job.state()).isEqualTo(JobState.SUCCEEDED));
		}
	}

	private static String tells(RestTestClient http, JobHandle<Void> job, String traceId) {
		List<String> ids = new ArrayList<>();
		http.get()
			.uri("/dead/payments")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.jobs[0].id")
			.value(String.class, ids::add)
			.jsonPath("$.jobs[0].name")
			.isEqualTo("Payments.charge")
			.jsonPath("$.jobs[0].failures.length()")
			.isEqualTo(2)
			.jsonPath("$.jobs[0].failures[1].attempt")
			.isEqualTo(2)
			.jsonPath("$.jobs[0].failures[1].type")
			.isEqualTo(IllegalStateException.class.getName())
			.jsonPath("$.jobs[0].failures[1].message")
			.isEqualTo("The provider is away")
			.jsonPath("$.jobs[0].failures[1].stackTrace")
			.value(String.class, (trace) -> assertThat(trace).contains("Payments.charge"))
			.jsonPath("$.jobs[0].traceId")
			.isEqualTo(traceId);
		assertThat(ids).containsExactly(job.id());
		return ids.get(0);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Configuration {

		@Bean
		Payments payments() {
			return new Payments();
		}

	}

	static class Payments {

		private volatile boolean away = true;

		void providerIsBack() {
			this.away = false;
		}

		@BackgroundJob("payments")
		@JobRetry(maxRetries = 1, delay = "10ms", jitter = "0s")
		JobHandle<Void> charge(String order) {
			if (this.away) {
				throw new IllegalStateException("The provider is away");
			}
			return JobHandle.completed();
		}

	}

}
