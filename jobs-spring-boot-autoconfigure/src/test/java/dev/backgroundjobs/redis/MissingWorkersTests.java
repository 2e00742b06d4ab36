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

package dev.backgroundjobs.redis;

import java.time.Duration;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.actuate.BackgroundJobsHealthIndicator;
import dev.backgroundjobs.actuate.FailureRate;
import dev.backgroundjobs.actuate.HealthOptions;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What those are told whose producers and workers have different namespaces.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingWorkersTests {

	private static final String DIAGNOSIS = "jobs wait in 'shop-web', workers serve 'shop-worker': "
			+ "set background-jobs.namespace in both";

	private final RedisServer server = RedisServer.start();

	private final ApplicationContextRunner producer = JobsContextRunner.on(this.server)
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.namespace=shop-web", "background-jobs.worker.enabled=false",
				"background-jobs.worker.lease=2s");

	private final ApplicationContextRunner worker = JobsContextRunner.on(this.server)
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.worker.lease=2s");

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void producerSaysOnceThatTheWorkersServeAnotherNamespace(CapturedOutput output) {
		this.worker.withPropertyValues("background-jobs.namespace=shop-worker")
			.run((elsewhere) -> this.producer.run((context) -> {
				Mail mail = context.getBean(Mail.class);
				mail.send();
				await().until(() -> output.getOut().contains("No worker lives for queue 'default': " + DIAGNOSIS));
				await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> {
					mail.send();
					return StringUtils.countOccurrencesOf(output.getOut(), DIAGNOSIS) == 1;
				});
				Health health = new BackgroundJobsHealthIndicator(context.getBean(DeploymentReader.class),
						context.getBean(JobQueries.class), null, new FailureRate(),
						new HealthOptions(100, null, null, false))
					.health();
				assertThat(health).isNotNull();
				assertThat(health.getStatus()).isEqualTo(BackgroundJobsHealthIndicator.NO_WORKERS);
				assertThat(health.getDetails()).containsEntry("namespaces", DIAGNOSIS);
			}));
	}

	@Test
	void producerWhoseWorkersLiveSaysNothing(CapturedOutput output) {
		this.worker.withPropertyValues("background-jobs.namespace=shop-web")
			.run((beside) -> this.producer.run((context) -> {
				context.getBean(Mail.class).send();
				await().during(Duration.ofSeconds(2))
					.atMost(Duration.ofSeconds(10))
					.until(() -> !output.getOut().contains("No worker lives"));
			}));
	}

	static class Mail {

		@BackgroundJob
		void send() {
		}

	}

}
