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

import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A unique job that can never have a key stops the start, with words.
 */
class InvalidUniqueJobTests {

	static Stream<Arguments> misuses() {
		return Stream.of(
				Arguments.of(Typo.class, "work(String) has @UniqueJob(key = \"#order +\"), which is no expression",
						"'#orderId' is the argument of that name"),
				Arguments.of(UnknownVariable.class, "and there is no '#ordre'", "Known are '#order', '#p0', '#a0'"),
				Arguments.of(NoHash.class, "in which 'order' belongs to nothing", "write '#order'"),
				Arguments.of(Alone.class, "Alone.work(String) has @UniqueJob, but is no background job",
						"Add @BackgroundJob"),
				Arguments.of(Recurring.class, "has @UniqueJob and @RecurringJob", "@RecurringJob(overlap)"),
				Arguments.of(TtlOfNothing.class, "has @UniqueJob(ttl = \"5m\"), but is unique until FINISHED",
						"set until = TTL"),
				Arguments.of(NoTime.class, "NoTime.work(String)", "durations read '30s'"));
	}

	@ParameterizedTest
	@MethodSource("misuses")
	void misuseIsExplained(Class<?> bean, String description, String action) {
		JobsContextRunner.withoutRedis()
			.withPropertyValues("background-jobs.mode=manual")
			.withBean(bean)
			.run((context) -> {
				Throwable failure = context.getStartupFailure();
				assertThat(failure).isNotNull();
				FailureAnalysis analysis = new InvalidJobMethodFailureAnalyzer().analyze(failure);
				assertThat(analysis).as("analysis of %s", failure).isNotNull();
				assertThat(analysis.getDescription()).contains(description);
				assertThat(analysis.getAction()).contains(action);
			});
	}

	static class Typo {

		@BackgroundJob
		@UniqueJob(key = "#order +")
		void work(String order) {
		}

	}

	static class UnknownVariable {

		@BackgroundJob
		@UniqueJob(key = "{#p0, #order.length(), #ordre}")
		void work(String order) {
		}

	}

	static class NoHash {

		@BackgroundJob
		@UniqueJob(key = "'order-' + order")
		void work(String order) {
		}

	}

	static class Alone {

		@UniqueJob(key = "#order")
		void work(String order) {
		}

	}

	static class Recurring {

		@RecurringJob(cron = "0 0 3 * * *")
		@UniqueJob
		void work() {
		}

	}

	static class TtlOfNothing {

		@BackgroundJob
		@UniqueJob(ttl = "5m")
		void work(String order) {
		}

	}

	static class NoTime {

		@BackgroundJob
		@UniqueJob(until = UniqueJob.Until.TTL, ttl = "a while")
		void work(String order) {
		}

	}

}
