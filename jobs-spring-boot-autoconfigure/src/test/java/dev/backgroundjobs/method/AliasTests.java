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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs that were queued under a former name, across a deployment.
 */
class AliasTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class))
		.withPropertyValues("former=Mail.send");

	@Test
	void jobsQueuedUnderFormerNamesRun() {
		this.runner.withBean(Mail.class).withPropertyValues("background-jobs.worker.enabled=false").run((before) -> {
			Mail mail = before.getBean(Mail.class);
			mail.send("a");
			mail.remind("b");
			String namespace = before.getEnvironment().getProperty("background-jobs.namespace");
			this.runner.withBean(Letters.class)
				.withPropertyValues("background-jobs.namespace=" + namespace)
				.run((after) -> {
					Letters letters = after.getBean(Letters.class);
					letters.post("c");
					await().untilAsserted(() -> assertThat(letters.posted()).containsExactlyInAnyOrder("a", "b", "c"));
					assertThat(after.getBean(JobMethodRegistry.class).all()).hasSize(1);
				});
		});
	}

	@Test
	void aliasThatIsTheNameOfAnotherJobStopsTheStart() {
		this.runner.withBean(Letters.class)
			.withBean(Mail.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("Letters.post(String) of bean")
				.hasMessageContaining("has the alias 'Mail.send', which is the name of job 'Mail.send'"));
	}

	@Test
	void aliasOfTwoJobsStopsTheStart() {
		this.runner.withBean(Letters.class)
			.withBean(Parcels.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("has the alias 'reminder', which is also an alias of job 'letters'"));
	}

	@Test
	void timeToStartInMustBeLongerThanZero() {
		this.runner.withBean(Hasty.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("Hasty.work()")
				.hasMessageContaining("'expiresAfter' must be longer than zero: PT0S"));
	}

	static class Mail {

		@BackgroundJob
		void send(String text) {
		}

		@BackgroundJob(name = "reminder")
		void remind(String text) {
		}

	}

	static class Letters {

		private final List<String> posted = new CopyOnWriteArrayList<>();

		List<String> posted() {
			return this.posted;
		}

		@BackgroundJob(name = "letters", aliases = { "${former}", "reminder", "letters" })
		void post(String text) {
			this.posted.add(text);
		}

	}

	static class Parcels {

		@BackgroundJob(aliases = "reminder")
		void post(String text) {
		}

	}

	static class Hasty {

		@BackgroundJob(expiresAfter = "0s")
		void work() {
		}

	}

}
