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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.test.JobTestClient;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How chains are recorded: what is handed over, and what is refused at once.
 */
class JobChainTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withBean(Steps.class)
		.withPropertyValues("background-jobs.mode=manual", "background-jobs.job.max-payload=1MB");

	@Test
	void resultOfAnyTypeIsHandedOver() {
		run((jobs, steps, tests) -> {
			jobs.chain(() -> steps.giveFile("f")).then((FinalFile file) -> steps.takeFile("x", file)).enqueue();
			jobs.chain(() -> steps.giveNumber(7)).then((Integer number) -> steps.takeInt(number, 5)).enqueue();
			jobs.chain(() -> steps.giveNumber(8)).then((Integer number) -> steps.takeInteger(9, number)).enqueue();
			jobs.chain(() -> steps.giveText("t")).then((String text) -> steps.takeText(text)).enqueue();
			jobs.chain(() -> steps.giveLevel()).then((Level level) -> steps.takeLevel(Level.LOW, level)).enqueue();
			jobs.chain(() -> steps.giveMap()).then((Map<String, Integer> map) -> steps.takeMap(map)).enqueue();
			jobs.chain(() -> steps.giveArray()).then((long[] numbers) -> steps.takeArray(numbers)).enqueue();
			jobs.chain(() -> steps.giveFlag()).then((Boolean flag) -> steps.takeFlag(true, flag)).enqueue();
			jobs.chain(() -> steps.giveNothing()).then((String text) -> steps.takeText(text)).enqueue();
			tests.drain();
			assertThat(steps.log()).containsExactlyInAnyOrder("x FinalFile[name=f]", "7 5", "9 8", "t", "LOW HIGH",
					"{a=1}", "[1, 2]", "true false", "null");
		});
	}

	@Test
	void stepWithoutResultGoesOnAndSoDoesOneThatIgnoresIt() {
		run((jobs, steps, tests) -> {
			JobChain<String> begun = jobs.chain(() -> steps.takeText("first")).then(() -> steps.giveText("second"));
			begun.then(() -> steps.takeText("one")).enqueue();
			begun.then(() -> steps.takeText("other")).enqueue();
			tests.drain();
			assertThat(steps.log()).containsExactly("first", "first", "one", "other");
		});
	}

	@Test
	void resultThatIsTakenApartIsRefused() {
		run((jobs, steps, tests) -> {
			JobChain<FinalFile> file = jobs.chain(() -> steps.giveFile("f"));
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> file.then((FinalFile result) -> steps.takeText(result.name())))
				.withMessageContaining("The result of 'Steps.giveFile' is no argument of the call of 'Steps.takeText'")
				.withMessageContaining("take it apart inside the job");
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> file.then((FinalFile result) -> steps.takeFiles(result, result)))
				.withMessageContaining("is more than one argument");
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> jobs.chain(() -> steps.giveMap())
					.then((Map<String, Integer> map) -> steps.takeText("" + map.size())))
				.withMessageContaining("pass it on as it is");
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(
					() -> jobs.chain(() -> steps.giveNumber(1)).then((Integer number) -> steps.takeInt(number + 1, 2)))
				.withMessageContaining("is no argument");
			tests.drain();
			assertThat(steps.log()).isEmpty();
		});
	}

	@Test
	void lambdaWithoutOneCallIsRefused() {
		run((jobs, steps, tests) -> {
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> jobs.chain(() -> {
			})).withMessageContaining("called no @BackgroundJob method");
			JobChain<String> chain = jobs.chain(() -> steps.giveText("a"));
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> chain.then((String text) -> {
				steps.takeText(text);
				steps.takeText(text);
			})).withMessageContaining("called 2 job methods");
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> jobs.chain(() -> steps.takeText("a")).then((Void nothing) -> steps.takeText("b")))
				.withMessageContaining("Job 'Steps.takeText' has no result for the next step");
		});
	}

	@Test
	void chainThatIsTooLongOrTooLargeIsRefused() {
		run((jobs, steps, tests) -> {
			JobChain<Void> chain = jobs.chain(() -> steps.takeText("1"));
			for (int k = 1; k < JobChain.MAX_STEPS; k++) {
				chain = chain.then(() -> steps.takeText("x"));
			}
			JobChain<Void> full = chain;
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> full.then(() -> steps.takeText("x")))
				.withMessageContaining("50 steps");
			full.enqueue();
			tests.drain();
			assertThat(steps.log()).hasSize(50);
			String half = "x".repeat(600_000);
			assertThatExceptionOfType(PayloadTooLargeException.class)
				.isThrownBy(() -> jobs.chain(() -> steps.takeText(half)).then(() -> steps.takeText(half)).enqueue())
				.withMessageContaining("The steps of the chain that begins with 'Steps.takeText'");
		});
	}

	@Test
	void chainRidesInABatchAsOneCall() {
		run((jobs, steps, tests) -> {
			List<JobChainHandle<?>> handles = new ArrayList<>();
			assertThat(jobs.enqueueAll(() -> {
				steps.takeText("before");
				handles
					.add(jobs.chain(() -> steps.giveText("a")).then((String text) -> steps.takeText(text)).enqueue());
				assertThatExceptionOfType(IllegalStateException.class)
					.isThrownBy(() -> handles.get(0).steps().get(0).info());
			})).isEqualTo(2);
			assertThat(handles.get(0).steps()).extracting(JobHandle::state)
				.containsExactly(JobState.QUEUED, JobState.WAITING);
			tests.drain();
			assertThat(steps.log()).containsExactly("before", "a");
		});
	}

	@Test
	void eachCallOfAChainIsIntercepted() {
		List<String> seen = new CopyOnWriteArrayList<>();
		run((jobs, steps, tests) -> {
			jobs.chain(() -> steps.giveText("a")).then((String text) -> steps.takeText(text)).enqueue();
			assertThat(seen).containsExactly("Steps.giveText [a]", "Steps.takeText [null]");
			seen.clear();
			tests.drain();
			assertThat(seen).containsExactly("Steps.giveText by giveText", "Steps.takeText by takeText");
		}, this.runner.withBean(JobInterceptor.class, () -> new Seeing(seen)));
	}

	@Test
	void chainRunsWithTheCallThatEnqueuesIt() {
		JobsContextRunner.withoutRedis()
			.withBean(Steps.class)
			.withPropertyValues("background-jobs.mode=inline")
			.run((context) -> {
				Steps steps = context.getBean(Steps.class);
				context.getBean(JobClient.class)
					.in(Duration.ofDays(1))
					.chain(() -> steps.giveText("a"))
					.then((String text) -> steps.takeText(text))
					.enqueue();
				assertThat(steps.log()).containsExactly("a");
			});
	}

	private void run(Scene test) {
		run(test, this.runner);
	}

	private void run(Scene test, ApplicationContextRunner contexts) {
		contexts.run((context) -> {
			assertThat(context).hasNotFailed();
			test.run(context.getBean(JobClient.class), context.getBean(Steps.class),
					context.getBean(JobTestClient.class));
		});
	}

	interface Scene {

		void run(JobClient jobs, Steps steps, JobTestClient tests) throws Exception;

	}

	enum Level {

		LOW, HIGH

	}

	record FinalFile(String name) {

	}

	/**
	 * Lets the name of the call travel.
	 */
	private record Seeing(List<String> seen) implements JobInterceptor {

		@Override
		public void enqueue(JobCall call, EnqueueChain chain) {
			this.seen.add(call.name() + " " + call.arguments());
			call.header("by", call.name().substring(6));
			chain.proceed();
		}

		@Override
		public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
			this.seen.add(job.name() + " by " + job.headers().get("by"));
			chain.proceed();
		}

	}

	static class Steps {

		private final List<String> log = new CopyOnWriteArrayList<>();

		List<String> log() {
			return this.log;
		}

		@BackgroundJob("files")
		JobHandle<FinalFile> giveFile(String name) {
			return JobHandle.completed(new FinalFile(name));
		}

		@BackgroundJob("files")
		void takeFile(String text, FinalFile file) {
			this.log.add(text + " " + file);
		}

		@BackgroundJob("files")
		void takeFiles(FinalFile one, FinalFile other) {
			this.log.add(one + " " + other);
		}

		@BackgroundJob("numbers")
		JobHandle<Integer> giveNumber(int number) {
			return JobHandle.completed(number);
		}

		@BackgroundJob("numbers")
		void takeInt(int number, int other) {
			this.log.add(number + " " + other);
		}

		@BackgroundJob("numbers")
		void takeInteger(Integer number, Integer other) {
			this.log.add(number + " " + other);
		}

		@BackgroundJob("texts")
		JobHandle<String> giveText(String text) {
			return JobHandle.completed(text);
		}

		@BackgroundJob("texts")
		@SuppressWarnings("NullAway")
		JobHandle<String> giveNothing() {
			return JobHandle.completed(null);
		}

		@BackgroundJob("texts")
		void takeText(@Nullable String text) {
			this.log.add(String.valueOf(text));
		}

		@BackgroundJob("levels")
		JobHandle<Level> giveLevel() {
			return JobHandle.completed(Level.HIGH);
		}

		@BackgroundJob("levels")
		void takeLevel(Level one, Level other) {
			this.log.add(one + " " + other);
		}

		@BackgroundJob("maps")
		JobHandle<Map<String, Integer>> giveMap() {
			return JobHandle.completed(Map.of("a", 1));
		}

		@BackgroundJob("maps")
		void takeMap(Map<String, Integer> map) {
			this.log.add(map.toString());
		}

		@BackgroundJob("arrays")
		JobHandle<long[]> giveArray() {
			return JobHandle.completed(new long[] { 1, 2 });
		}

		@BackgroundJob("arrays")
		void takeArray(long[] numbers) {
			this.log.add(Arrays.toString(numbers));
		}

		@BackgroundJob("flags")
		JobHandle<Boolean> giveFlag() {
			return JobHandle.completed(false);
		}

		@BackgroundJob("flags")
		void takeFlag(Boolean one, Boolean other) {
			this.log.add(one + " " + other);
		}

	}

}
