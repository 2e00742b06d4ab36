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

package dev.backgroundjobs.test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.BatchEnqueueException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What callers see in {@code background-jobs.mode=inline}.
 */
class InlineModeTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withPropertyValues("background-jobs.mode=inline")
		.withBean(Letters.class);

	@Test
	void callRunsAtOnceOnItsCallersThreadWithArgumentsReadFromJson() {
		run((letters, jobs) -> {
			List<String> lines = new ArrayList<>(List.of("a"));
			letters.send(lines);
			assertThat(letters.sent()).containsExactly("[a] on " + Thread.currentThread().getName());
			assertThat(letters.lines()).isEqualTo(lines).isNotSameAs(lines);
		});
	}

	@Test
	void failureIsTheCallersAsThatOfAPlainCall() {
		run((letters, jobs) -> {
			IOException failure = new IOException("no paper");
			letters.failWith(failure);
			assertThatExceptionOfType(IOException.class).isThrownBy(letters::print).isSameAs(failure);
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> jobs.in(Duration.ofHours(1)).enqueue(letters::print))
				.isSameAs(failure);
			assertThat(letters.sent()).hasSize(2);
		});
	}

	@Test
	void jobClientWorks() {
		run((letters, jobs) -> {
			JobHandle<Void> handle = jobs.in(Duration.ofHours(1)).id("one").enqueue(() -> letters.stamp("a"));
			assertThat(letters.sent()).containsExactly("a, attempt 1, " + handle.id());
			assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED);
			JobInfo info = jobs.find("default~0~one");
			assertThat(info).isNotNull();
			assertThat(info.finishedAt()).isNotNull();
			jobs.id("one").enqueue(() -> letters.stamp("b"));
			assertThat(letters.sent()).hasSize(1);
			assertThat(jobs.enqueue(() -> letters.send(List.of())).info()).isNull();
			assertThat(handle.cancel()).isFalse();
			assertThat(jobs.delete(handle.id())).isTrue();
		});
	}

	@Test
	void deadJobRunsAgain() {
		run((letters, jobs) -> {
			letters.failWith(new IOException("no paper"));
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> jobs.id("two").enqueue(letters::print));
			assertThat(jobs.find("default~0~two")).extracting(JobInfo::state).isEqualTo(JobState.DEAD);
			letters.failWith(null);
			assertThat(jobs.retry("default~0~two")).isTrue();
			assertThat(jobs.find("default~0~two")).extracting(JobInfo::state).isEqualTo(JobState.SUCCEEDED);
			assertThat(letters.sent()).containsExactly("print, attempt 1", "print, attempt 2");
		});
	}

	@Test
	void jobsThatJobsCallRunInsideThem() {
		run((letters, jobs) -> {
			letters.chain(2);
			assertThat(letters.sent()).containsExactly("begin 2", "begin 1", "begin 0", "end 0", "end 1", "end 2");
		});
	}

	@Test
	void callsOfABatchRunOneByOne() {
		run((letters, jobs) -> {
			List<JobHandle<?>> handles = new ArrayList<>();
			assertThat(jobs.enqueueAll(() -> {
				letters.chain(1);
				assertThat(letters.sent()).hasSize(4);
				handles.add(letters.stamp("a"));
			})).isEqualTo(2);
			assertThat(handles).extracting(JobHandle::state).containsExactly(JobState.SUCCEEDED);
		});
	}

	@Test
	void failureInsideABatchIsTheJobsOwn() {
		run((letters, jobs) -> {
			assertThatIllegalStateException().isThrownBy(() -> jobs.enqueueAll(() -> {
				letters.stamp("a");
				letters.fail();
			}))
				.withMessage("no ink")
				.satisfies((failure) -> assertThat(failure.getSuppressed()).hasSize(1)
					.hasOnlyElementsOfType(BatchEnqueueException.class));
			letters.stamp("b");
			assertThat(letters.sent()).hasSize(2);
		});
	}

	@Test
	void nothingIsRetriedAndTheContextEndsWithTheJob() {
		run((letters, jobs) -> {
			assertThatIllegalStateException().isThrownBy(letters::fail);
			assertThat(letters.failures()).isOne();
			assertThat(JobContext.current().id()).startsWith("none-");
		});
	}

	@Test
	void snoozedJobIsNotRunAgainByTheCallThatEnqueuedIt() {
		run((letters, jobs) -> {
			letters.wait("a");
			JobHandle<Void> chain = jobs.chain(() -> letters.wait("b")).then(() -> letters.send(List.of())).enqueue();
			jobs.all(() -> letters.wait("c")).and(() -> letters.wait("d")).then(() -> letters.stamp("e")).enqueue();
			assertThat(letters.sent()).containsExactly("a waits", "b waits", "c waits", "d waits");
			assertThat(chain.state()).isEqualTo(JobState.WAITING);
		});
	}

	@Test
	void whatWaitedForADeadJobRunsWhenThatIsRetried() {
		run((letters, jobs) -> {
			letters.failWith(new IOException("no paper"));
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> jobs.id("form").chain(letters::print).then(() -> letters.stamp("seal")).enqueue());
			assertThat(letters.sent()).containsExactly("print, attempt 1");
			letters.failWith(null);
			assertThat(jobs.retry("default~0~form")).isTrue();
			assertThat(letters.sent()).hasSize(3)
				.contains("print, attempt 2")
				.last()
				.asString()
				.startsWith("seal, attempt 1");
		});
	}

	private void run(Check check) {
		this.runner.run((context) -> check.run(context.getBean(Letters.class), context.getBean(JobClient.class)));
	}

	interface Check {

		void run(Letters letters, JobClient jobs) throws Exception;

	}

	static class Letters {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		private final ObjectProvider<Letters> self;

		private List<String> lines = List.of();

		private @Nullable IOException failure;

		private int failures;

		Letters(ObjectProvider<Letters> self) {
			this.self = self;
		}

		List<String> sent() {
			return this.sent;
		}

		List<String> lines() {
			return this.lines;
		}

		int failures() {
			return this.failures;
		}

		void failWith(@Nullable IOException exception) {
			this.failure = exception;
		}

		@BackgroundJob
		void send(List<String> text) {
			this.lines = text;
			this.sent.add(text + " on " + Thread.currentThread().getName());
		}

		@BackgroundJob
		JobHandle<Void> stamp(String text) {
			this.sent.add(text + ", attempt " + JobContext.current().attempt() + ", " + JobContext.current().id());
			return JobHandle.completed();
		}

		@BackgroundJob
		void wait(String what) {
			this.sent.add(what + " waits");
			JobContext.current().snooze(Duration.ofHours(1));
		}

		@BackgroundJob
		void print() throws IOException {
			this.sent.add("print, attempt " + JobContext.current().attempt());
			if (this.failure != null) {
				throw this.failure;
			}
		}

		@BackgroundJob
		@JobRetry(maxRetries = 5, delay = "0s")
		void fail() {
			this.failures++;
			throw new IllegalStateException("no ink");
		}

		@BackgroundJob
		void chain(int left) {
			this.sent.add("begin " + left);
			if (left > 0) {
				this.self.getObject().chain(left - 1);
			}
			this.sent.add("end " + left);
		}

	}

}
