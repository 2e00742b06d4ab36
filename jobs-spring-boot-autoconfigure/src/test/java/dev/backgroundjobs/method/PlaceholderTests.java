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

package dev.backgroundjobs.method;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.backoff.ExponentialBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Placeholders in annotations.
 */
class PlaceholderTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class));

	@Test
	void attributesOfJobsMayBePlaceholders() {
		this.runner.withBean(Letters.class)
			.withPropertyValues("background-jobs.worker.enabled=false", "letters.queue=paper", "letters.name=letters",
					"letters.timeout=90s", "letters.delay=7s", "letters.jitter=PT3S", "letters.max-delay=20m")
			.run((context) -> {
				JobMethod method = context.getBean(JobMethodRegistry.class).find("letters");
				assertThat(method).isNotNull();
				JobDefinition job = method.definition();
				assertThat(job.queue()).isEqualTo("paper");
				assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(90));
				ExponentialBackOff backOff = (ExponentialBackOff) job.retryPolicy().getBackOff();
				assertThat(backOff.getInitialInterval()).isEqualTo(7000);
				assertThat(backOff.getJitter()).isEqualTo(3000);
				assertThat(backOff.getMaxInterval()).isEqualTo(1_200_000);
			});
	}

	@Test
	void placeholderWithoutValueStopsTheStart() {
		this.runner.withBean(Letters.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("Letters.send()")
				.hasMessageContaining("letters."));
	}

	@Test
	void cronMayBeAPlaceholder() {
		this.runner.withBean(CleanUp.class).withPropertyValues("clean-up.cron=* * * * * *").run((context) -> {
			CleanUp cleanUp = context.getBean(CleanUp.class);
			assertThat(cleanUp.ran().await(10, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void cronPlaceholderWithoutValueStopsTheStart() {
		this.runner.withBean(CleanUp.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("CleanUp.run")
				.hasMessageContaining("clean-up.cron"));
	}

	@Test
	void zoneMayBeAPlaceholder() {
		this.runner.withBean(CleanUp.class)
			.withPropertyValues("clean-up.cron=@hourly", "clean-up.zone=Mars/Olympus")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("Mars/Olympus"));
	}

	static class Letters {

		@BackgroundJob(queue = "${letters.queue}", name = "${letters.name}", timeout = "${letters.timeout}")
		@JobRetry(delay = "${letters.delay}", jitter = "${letters.jitter}", maxDelay = "${letters.max-delay}")
		void send() {
		}

	}

	static class CleanUp {

		private final CountDownLatch ran = new CountDownLatch(1);

		CountDownLatch ran() {
			return this.ran;
		}

		@RecurringJob(cron = "${clean-up.cron}", zone = "${clean-up.zone:}")
		void run() {
			this.ran.countDown();
		}

	}

}
