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

package dev.backgroundjobs.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.autoconfigure.health.JobsHealthContributorAutoConfiguration;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Values of properties that cannot work stop the start and name the property.
 */
class InvalidPropertiesTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(JobsHealthContributorAutoConfiguration.class))
		.withBean(Mail.class);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			background-jobs.worker.lease                   | 1s       | at least 2s
			background-jobs.worker.concurrency             | 0        | at least 1
			background-jobs.worker.poll-interval           | 1ms      | at least 10ms
			background-jobs.worker.shutdown-timeout        | -1s      | not be negative
			background-jobs.worker.max-lease-losses        | 0        | at least 1
			background-jobs.worker.interrupt-grace         | -1s      | not be negative
			background-jobs.worker.max-stuck-threads       | -1       | not be negative
			background-jobs.worker.queues                  | not good | letters, digits
			background-jobs.worker.pools.one.queues        | nowhere  | There is no queue 'nowhere'; known are [mail]
			background-jobs.worker.pools.one.queues        | mail:0   | a weight of at least 1
			background-jobs.worker.pools.one.queues        | mail:x   | a weight of at least 1
			background-jobs.worker.pools.one.queues        | mail,mail:2 | there twice
			background-jobs.queues.mail.partitions         | 0        | between 1 and 256
			background-jobs.queues.mail.partitions         | 257      | between 1 and 256
			background-jobs.queues.mail.worker-concurrency | 0        | at least 1
			background-jobs.retry.max-retries              | -1       | not be negative
			background-jobs.retry.delay                    | -1s      | not be negative
			background-jobs.retry.multiplier               | 0.5      | at least 1
			background-jobs.retry.jitter                   | -1s      | not be negative
			background-jobs.retry.max-delay                | 0s       | longer than zero
			background-jobs.retry.excludes                 | java.lang.String | class of an exception
			background-jobs.job.timeout                    | 0s       | longer than zero
			background-jobs.job.max-parked                 | -1s      | not be negative
			background-jobs.job.max-headers                | 64KB     | between 0B and
			background-jobs.job.long-running               | 0s       | longer than zero
			background-jobs.health.backlog-depth           | -1       | not be negative
			background-jobs.health.backlog-age             | 0s       | longer than zero
			background-jobs.health.failure-rate            | 1.5      | below 1
			background-jobs.events.capacity                | 0        | at least 1
			background-jobs.await.poll-interval            | 0s       | at least 10ms
			background-jobs.retention.succeeded            | -1s      | not be negative
			background-jobs.retention.dead                 | 0s       | more than 0
			background-jobs.retention.dead-max             | 0        | at least 1
			background-jobs.retention.max-bytes            | -1B      | not be negative
			background-jobs.queues.mail.timeout            | -1s      | longer than zero
			background-jobs.queues.mail.retry.delay        | -1s      | not be negative
			background-jobs.jobs.[Mail.send].queue         | not good | letters, digits
			background-jobs.jobs.[Mail.*].timeout          | 0s       | longer than zero
			background-jobs.jobs.[Mail.*].expires-after    | 0s       | longer than zero
			background-jobs.jobs.[*].retry.max-retries     | -1       | not be negative
			background-jobs.jobs.[*].retry.multiplier      | 0.9      | at least 1
			background-jobs.jobs.[*].retry.jitter          | -1s      | not be negative
			background-jobs.jobs.[*].retry.max-delay       | 0s       | longer than zero
			""")
	void invalidValueIsNamed(String property, String value, String reason) {
		this.runner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (failure) -> {
					assertThat(failure.getName()).isEqualTo(property);
					assertThat(failure.getReason()).contains(reason);
				}));
	}

	@Test
	void invalidNameOfAQueueIsNamed() {
		this.runner.withPropertyValues("background-jobs.queues.[not good].worker-concurrency=3")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(failure) -> assertThat(failure.getName()).isEqualTo("background-jobs.queues")));
	}

	@Test
	void queuesAndPoolsThatAreInEachOthersWayAreNamed() {
		assertThat(
				failure("background-jobs.worker.pools.one.queues=mail", "background-jobs.worker.pools.two.queues=mail"))
			.satisfies((failure) -> {
				assertThat(failure.getName()).isEqualTo("background-jobs.worker.pools.two.queues");
				assertThat(failure.getReason()).contains("Pool 'one' has the queue");
			});
		assertThat(failure("background-jobs.queues.other.worker-concurrency=2",
				"background-jobs.worker.pools.mail.queues=other"))
			.satisfies((failure) -> {
				assertThat(failure.getName()).isEqualTo("background-jobs.worker.pools");
				assertThat(failure.getReason()).contains("queue of that name");
			});
		assertThat(failure("background-jobs.worker.pools.one.queues=mail",
				"background-jobs.worker.pools.one.concurrency=0")
			.getName()).isEqualTo("background-jobs.worker.pools.one.concurrency");
		assertThat(failure("background-jobs.queues.mail.partitions=3", "background-jobs.queues.mail.capacity=2")
			.getReason()).contains("shared between its partitions");
	}

	@Test
	void invalidNamespaceIsNamed() {
		assertThat(failure("background-jobs.namespace=not good")).satisfies((failure) -> {
			assertThat(failure.getName()).isEqualTo("background-jobs.namespace");
			assertThat(failure.getReason())
				.isEqualTo("Namespace 'not good' must be 1 to 64 letters, digits, '.', '_' or '-'");
		});
		assertThat(failure("background-jobs.namespace=", "spring.application.name=Our Shop")).satisfies((failure) -> {
			assertThat(failure.getName()).isEqualTo("spring.application.name");
			assertThat(failure.getReason()).contains("Namespace 'Our Shop'", "set background-jobs.namespace");
		});
	}

	private InvalidConfigurationPropertyValueException failure(String... properties) {
		List<InvalidConfigurationPropertyValueException> failures = new ArrayList<>();
		this.runner.withPropertyValues(properties)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, failures::add));
		return failures.get(0);
	}

	static class Mail {

		@BackgroundJob("mail")
		void send() {
		}

	}

}
