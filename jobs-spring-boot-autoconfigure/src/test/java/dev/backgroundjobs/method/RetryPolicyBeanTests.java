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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.RetryDecision;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.FixedBackOff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Retry policies of the application's own.
 */
class RetryPolicyBeanTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withUserConfiguration(Policies.class)
		.withBean(Partner.class);

	@Test
	void policyOfTheNameDecides() {
		this.runner.run((context) -> {
			Partner partner = context.getBean(Partner.class);
			JobHandle<Void> busy = partner.call(true);
			await().untilAsserted(() -> assertThat(busy.state()).isEqualTo(JobState.DEAD));
			assertThat(partner.attempts()).containsExactly(1, 2, 3);
			JobHandle<Void> broken = partner.call(false);
			await().untilAsserted(() -> assertThat(broken.state()).isEqualTo(JobState.DEAD));
			assertThat(partner.attempts()).containsExactly(1, 2, 3, 1);
		});
	}

	@Test
	void noPolicyIsTakenByItsType() {
		this.runner.withBean(Unconcerned.class)
			.run((context) -> assertThat(
					definition(context.getBean(JobMethodRegistry.class), "Unconcerned.work").maxAttempts())
				.isEqualTo(11));
	}

	@Test
	void propertiesOfTheJobChangeWhenButNotWhat() {
		this.runner
			.withPropertyValues("background-jobs.worker.enabled=false",
					"background-jobs.jobs.[Partner.call].retry.max-retries=5", "background-jobs.retry.delay=3s",
					"background-jobs.retry.jitter=0s", "background-jobs.retry.excludes=java.io.IOException")
			.run((context) -> {
				JobDefinition job = definition(context.getBean(JobMethodRegistry.class), "Partner.call");
				assertThat(job.maxAttempts()).isEqualTo(6);
				assertThat(RetryDecision.of(new IOException(), job.retryPolicy(), 0)).isInstanceOfSatisfying(
						JobOutcome.Retry.class, (retry) -> assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(3)));
				assertThat(RetryDecision.of(new IllegalStateException(), job.retryPolicy(), 0))
					.isInstanceOf(JobOutcome.Dead.class);
			});
	}

	@Test
	void propertiesOfAllJobsDoNotChangeThePolicy() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false", "background-jobs.retry.max-retries=9",
				"background-jobs.queues.default.retry.delay=3s", "background-jobs.retry.excludes=java.io.IOException")
			.run((context) -> assertThat(
					definition(context.getBean(JobMethodRegistry.class), "Partner.call").retryPolicy())
				.isSameAs(context.getBean("patient")));
	}

	@Test
	void unknownNameStopsTheStartAndNamesTheCandidates() {
		this.runner.withBean(Misspelt.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(InvalidJobMethodException.class, (failure) -> {
					assertThat(failure.getDescription()).contains("Misspelt.work() names the retry policy 'patiently'");
					assertThat(failure.getAction()).contains("patient").contains("timed").doesNotContain("notAPolicy");
				}));
	}

	@Test
	void beanOfAnotherTypeIsNoPolicy() {
		this.runner.withBean(OtherType.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("OtherType.work() names the retry policy 'notAPolicy'"));
	}

	@Test
	void policyWithATimeoutStopsTheStart() {
		this.runner.withBean(Timed.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("'timed' of job method")
				.hasMessageContaining("has a timeout"));
	}

	@Test
	void policyBesideOtherAttributesStopsTheStart() {
		this.runner.withBean(Both.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("Both.work()")
				.hasMessageContaining("'patient', which says all that its other attributes could say"));
	}

	private static JobDefinition definition(JobMethodRegistry registry, String name) {
		JobMethod method = registry.find(name);
		assertThat(method).isNotNull();
		return method.definition();
	}

	@Configuration(proxyBeanMethods = false)
	static class Policies {

		@Bean
		RetryPolicy patient() {
			return RetryPolicy.builder().includes(IOException.class).backOff(new FixedBackOff(5, 2)).build();
		}

		@Bean
		RetryPolicy timed() {
			return RetryPolicy.builder().timeout(Duration.ofMinutes(1)).build();
		}

		@Bean
		String notAPolicy() {
			return "";
		}

	}

	static class Partner {

		private final List<Integer> attempts = new CopyOnWriteArrayList<>();

		List<Integer> attempts() {
			return this.attempts;
		}

		@BackgroundJob
		@JobRetry(policy = "patient")
		JobHandle<Void> call(boolean busy) throws IOException {
			this.attempts.add(JobContext.current().attempt());
			if (busy) {
				throw new IOException("busy");
			}
			throw new IllegalStateException("broken");
		}

	}

	static class Unconcerned {

		@BackgroundJob
		void work() {
		}

	}

	static class Misspelt {

		@BackgroundJob
		@JobRetry(policy = "patiently")
		void work() {
		}

	}

	static class OtherType {

		@BackgroundJob
		@JobRetry(policy = "notAPolicy")
		void work() {
		}

	}

	static class Timed {

		@BackgroundJob
		@JobRetry(policy = "timed")
		void work() {
		}

	}

	static class Both {

		@BackgroundJob
		@JobRetry(policy = "patient", maxRetries = 2)
		void work() {
		}

	}

}
