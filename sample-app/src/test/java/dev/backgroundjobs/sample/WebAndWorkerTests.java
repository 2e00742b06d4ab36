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

package dev.backgroundjobs.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The profiles with which web and worker are two processes.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebAndWorkerTests {

	@TempDir
	private Path images = Path.of("");

	private final String name = "sample-" + UUID.randomUUID();

	private final int smtpPort = TestSocketUtils.findAvailableTcpPort();

	private final int webPort = TestSocketUtils.findAvailableTcpPort();

	private final SampleHttp http = new SampleHttp(this.webPort);

	@Test
	void webEnqueuesAndWorkerRuns() {
		try (ConfigurableApplicationContext web = start("web")) {
			assertThat(web).isInstanceOf(WebApplicationContext.class);
			String mail = this.http.accepted("/api/signups", "{\"email\": \"ada@example.org\"}");
			String webhook = this.http.accepted("/api/webhooks", "{\"order\": \"1001\", \"failures\": 1}");
			assertThat(this.http.upload("ada.jpg", TestImages.jpeg(400, 300))).hasStatus(202);
			assertThat(read("/api/images", "$[*].thumbnails[*].url")).containsExactly("", "", "");
			this.http.job(mail).bodyJson().extractingPath("$.state").isEqualTo("QUEUED");
			try (ConfigurableApplicationContext worker = start("worker")) {
				assertThat(worker).isNotInstanceOf(WebApplicationContext.class);
				this.http.awaitState(mail, "SUCCEEDED");
				this.http.awaitState(webhook, "SUCCEEDED");
				await().atMost(Duration.ofMinutes(1))
					.untilAsserted(() -> assertThat(read("/api/images", "$[*].thumbnails[*].url")).hasSize(3)
						.doesNotContain(""));
				await().atMost(Duration.ofMinutes(1))
					.untilAsserted(() -> assertThat(read("/api/inbox", "$[*].to"))
						.containsExactlyInAnyOrder("ada@example.org", "uploads@sample.example"));
				await().atMost(Duration.ofMinutes(1))
					.untilAsserted(() -> assertThat(read("/api/cleanups", "$[*].thread")).isNotEmpty());
			}
			assertThat(read("/api/partner/orders", "$[*].idempotencyKey")).containsExactly(webhook);
		}
	}

	@Test
	void webSaysWhatToOpenAndHowToStartTheWorker(CapturedOutput output) {
		start("web").close();
		assertThat(output).contains("Open                http://localhost:" + this.webPort)
			.contains("This process only enqueues")
			.contains("-Dspring-boot.run.profiles=worker -Dspring-boot.run.arguments=\"--server.port=" + this.webPort
					+ " --sample.smtp-port=" + this.smtpPort + "\"");
	}

	@Test
	void callersAreToldWhenRedisIsAway() {
		try (RedisServer redis = RedisServer.start(); ConfigurableApplicationContext web = start("web", redis)) {
			assertThat(web.isRunning()).isTrue();
			this.http.accepted("/api/webhooks", "{\"order\": \"1001\"}");
			redis.kill();
			for (String uri : List.of("/api/webhooks", "/api/signups")) {
				assertThat(this.http.post(uri, "{\"order\": \"1002\", \"email\": \"ada@example.org\"}")).hasStatus(503)
					.hasContentType("application/problem+json");
			}
			assertThat(this.http.upload("ada.jpg", TestImages.jpeg(400, 300))).hasStatus(503)
				.hasContentType("application/problem+json");
		}
	}

	private List<String> read(String uri, String path) {
		return this.http.read(uri, path);
	}

	private ConfigurableApplicationContext start(String profile) {
		return start(profile, RedisServer.shared());
	}

	private ConfigurableApplicationContext start(String profile, RedisServer redis) {
		return new SpringApplicationBuilder(SampleApplication.class).profiles(profile)
			.run("--spring.application.name=" + this.name,
					"--spring.datasource.url=jdbc:h2:mem:" + this.name + ";DB_CLOSE_DELAY=-1",
					"--spring.data.redis.host=" + redis.host(), "--spring.data.redis.port=" + redis.port(),
					"--server.port=" + this.webPort, "--sample.smtp-port=" + this.smtpPort,
					"--sample.images.directory=" + this.images, "--sample.webhook.delay=200ms",
					"--sample.cleanup.cron=* * * * * *", "--sample.digest.cron=-", "--spring.jmx.enabled=false");
	}

}
