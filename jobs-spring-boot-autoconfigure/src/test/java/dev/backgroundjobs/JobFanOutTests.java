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

package dev.backgroundjobs;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.backgroundjobs.test.JobTestClient;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * How calls are recorded that run beside each other, and what is refused at once.
 */
class JobFanOutTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withBean(Sums.class)
		.withPropertyValues("background-jobs.mode=manual", "background-jobs.fan-out.max-children=3",
				"background-jobs.fan-out.deadline=3h");

	@Test
	void eachChildAndTheJoinAreJobs() {
		run((jobs, sums, tests) -> {
			JobFanOut<Integer> two = jobs.all(List.of(1, 2), (Integer number) -> sums.square(number));
			two.then((List<Integer> squares) -> sums.add(squares, 100)).enqueue();
			two.and(() -> sums.say("hello")).then(() -> sums.say("all")).then(() -> sums.say("behind")).enqueue();
			tests.drain();
			assertThat(sums.log()).containsExactly("hello", "[1, 4] 100", "all", "behind");
		});
	}

	@Test
	void whatCannotBeJoinedIsRefused() {
		run((jobs, sums, tests) -> {
			JobFanOut<Integer> fanOut = jobs.all(() -> sums.square(1));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> fanOut.then((List<Integer> squares) -> sums.say("apart")))
				.withMessageContaining("The list of the results of 'Sums.square' and others is no argument of the call "
						+ "of 'Sums.say'")
				.withMessageContaining("take it apart inside the job");
			assertThatIllegalStateException()
				.isThrownBy(() -> fanOut.then((List<Integer> squares) -> sums.say("" + squares.get(0))))
				.withMessageContaining("pass it on as it is");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> jobs.all(() -> sums.say("a")).then((List<Void> nothing) -> sums.say("b")))
				.withMessageContaining("have no results for the join");
			assertThatIllegalArgumentException()
				.isThrownBy(
						() -> jobs.all((JobRunnable) () -> sums.square(1)).then((List<Void> nothing) -> sums.say("b")))
				.withMessageContaining("have no results for the join");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> jobs.all(List.<Integer>of(), (Integer number) -> sums.square(number)))
				.withMessageContaining("'elements' must not be empty");
			assertThatIllegalArgumentException().isThrownBy(() -> fanOut.within(Duration.ZERO))
				.withMessageContaining("'deadline' must be at least a millisecond");
			assertThatIllegalStateException().isThrownBy(() -> jobs.all(() -> {
			})).withMessageContaining("called no @BackgroundJob method");
			assertThatIllegalStateException()
				.isThrownBy(() -> jobs.all(IntStream.range(0, 4).boxed().toList(), (Integer n) -> sums.square(n)))
				.withMessageContaining("3 children at most (background-jobs.fan-out.max-children)");
			String half = "x".repeat(200_000);
			assertThatExceptionOfType(PayloadTooLargeException.class)
				.isThrownBy(() -> jobs.all(List.of(half, half, half), (String text) -> sums.say(text))
					.then(() -> sums.say(half))
					.then(() -> sums.say(half))
					.then(() -> sums.say(half))
					.enqueue());
			assertThat(tests.list()).isEmpty();
		});
	}

	@Test
	void joinWaitsAsLongAsConfigured() {
		run((jobs, sums, tests) -> {
			JobChainHandle<Void> join = jobs.in(Duration.ofHours(4))
				.all(() -> sums.fails())
				.then(() -> sums.say("x"))
				.enqueue();
			tests.clock().advance(Duration.ofHours(4));
			tests.drain();
			tests.clock().advance(Duration.ofMinutes(179));
			tests.drain();
			assertThat(join.state()).isEqualTo(JobState.WAITING);
			tests.clock().advance(Duration.ofMinutes(1));
			tests.drain();
			assertThat(join.state()).isEqualTo(JobState.DEAD);
			assertThat(sums.log()).isEmpty();
		});
	}

	@Test
	void timeThatPassesInATestPassesForJoinsToo() {
		run((jobs, sums, tests) -> {
			jobs.all(() -> sums.fails())
				.and(() -> sums.square(2))
				.within(Duration.ofMinutes(30))
				.then(() -> sums.say("dead"))
				.enqueue();
			JobChainHandle<Void> join = jobs.all(() -> sums.square(1))
				.and(() -> sums.later())
				.onFailure(JoinPolicy.SKIP)
				.within(Duration.ofMinutes(30))
				.then((List<Integer> squares) -> sums.add(squares, 2))
				.enqueue();
			tests.drainWithRetries();
			assertThat(join.state()).isEqualTo(JobState.WAITING);
			tests.drainFor(Duration.ofMinutes(29));
			assertThat(sums.log()).isEmpty();
			tests.drainFor(Duration.ofMinutes(2));
			assertThat(sums.log()).containsExactly("[1, null] 2");
		});
	}

	@Test
	void fanOutRunsWithTheCallThatEnqueuesIt() {
		JobsContextRunner.withoutRedis()
			.withBean(Sums.class)
			.withPropertyValues("background-jobs.mode=inline")
			.run((context) -> {
				Sums sums = context.getBean(Sums.class);
				context.getBean(JobClient.class)
					.all(() -> sums.square(3))
					.and(() -> sums.square(4))
					.then((List<Integer> squares) -> sums.add(squares, 1))
					.then(() -> sums.say("behind"))
					.enqueue();
				assertThat(sums.log()).containsExactly("[9, 16] 1", "behind");
			});
	}

	@ParameterizedTest
	@CsvSource({ "max-children,0,between 1 and 400", "max-children,401,between 1 and 400",
			"deadline,0s,no job waits for ever" })
	void limitThatCannotBeIsRefusedAtTheStart(String property, String value, String why) {
		this.runner.withPropertyValues("background-jobs.fan-out." + property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("background-jobs.fan-out." + property)
				.extracting((failure) -> ((InvalidConfigurationPropertyValueException) failure).getReason())
				.asString()
				.contains(why));
	}

	private void run(Scene test) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			test.run(context.getBean(JobClient.class), context.getBean(Sums.class),
					context.getBean(JobTestClient.class));
		});
	}

	interface Scene {

		void run(JobClient jobs, Sums sums, JobTestClient tests) throws Exception;

	}

	static class Sums {

		private final List<String> log = new CopyOnWriteArrayList<>();

		List<String> log() {
			return this.log;
		}

		@BackgroundJob("numbers")
		JobHandle<Integer> square(int number) {
			return JobHandle.completed(number * number);
		}

		@BackgroundJob("numbers")
		JobHandle<Integer> later() {
			JobContext.current().snooze(Duration.ofHours(2));
			return JobHandle.completed(0);
		}

		@BackgroundJob("numbers")
		void add(List<@Nullable Integer> numbers, int more) {
			this.log.add(numbers + " " + more);
		}

		@BackgroundJob("texts")
		void say(String text) {
			this.log.add(text);
		}

		@BackgroundJob("texts")
		@JobRetry(maxRetries = 0)
		void fails() {
			throw new IllegalStateException("no");
		}

	}

}
