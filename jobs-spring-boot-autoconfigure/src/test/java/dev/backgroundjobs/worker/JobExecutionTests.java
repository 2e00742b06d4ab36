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

package dev.backgroundjobs.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.RetryJobAfterException;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs from call to end on a real Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobExecutionTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.worker.poll-interval=60s");

	@Test
	void callReturnsAtOnceAndWorkerRunsTheMethod() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			mail.send("a@example.org", 7);
			await().untilAsserted(() -> assertThat(mail.sent()).containsExactly("a@example.org 7"));
			assertThat(mail.threads().get(0)).startsWith("jobs-mail-");
		});
	}

	@Test
	void idleWorkerIsWokenWithoutPolling() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			for (int i = 0; i < 20; i++) {
				int count = i + 1;
				mail.send("a@example.org", i);
				await().untilAsserted(() -> assertThat(mail.sent()).hasSize(count));
			}
		});
	}

	@Test
	void workerIsWokenAlsoAfterItWasStoppedAndStartedAgain() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobListenerContainerRegistry registry = context.getBean(JobListenerContainerRegistry.class);
			for (int i = 0; i < 3; i++) {
				int count = 2 * i;
				mail.send("a@example.org", count);
				await().untilAsserted(() -> assertThat(mail.sent()).hasSize(count + 1));
				registry.stop();
				mail.send("a@example.org", count + 1);
				registry.start();
				await().untilAsserted(() -> assertThat(mail.sent()).hasSize(count + 2));
			}
		});
	}

	@Test
	void handleFollowsTheJobToItsEnd() {
		this.runner.run((context) -> {
			JobHandle<String> handle = context.getBean(Mail.class).render("page");
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.name()).isEqualTo("Mail.render");
			assertThat(info.queue()).isEqualTo("pages");
			assertThat(info.finishedAt()).isAfterOrEqualTo(info.startedAt());
			assertThat(info.startedAt()).isAfterOrEqualTo(info.enqueuedAt());
		});
	}

	@Test
	void delayedJobStartsAtItsTimeWithoutPolling() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobClient jobs = context.getBean(JobClient.class);
			JobHandle<Void> handle = jobs.in(Duration.ofMillis(300)).enqueue(() -> mail.send("later", 1));
			assertThat(handle.state()).isEqualTo(JobState.SCHEDULED);
			await().untilAsserted(() -> assertThat(mail.sent()).hasSize(1));
		});
	}

	@Test
	void failedJobIsRetriedAndThenDead() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.failing();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			assertThat(mail.attempts()).containsExactly(1, 2, 3);
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).hasSize(3).allSatisfy((failure) -> {
				assertThat(failure.type()).isEqualTo(IllegalStateException.class.getName());
				assertThat(failure.message()).isEqualTo("no\nluck");
				assertThat(failure.stackTrace()).contains("Mail.failing");
			});
		});
	}

	@Test
	void exceptionThatFailsItselfIsAFailureLikeOthers() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.speechless();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			assertThat(mail.attempts()).containsExactly(1, 2);
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).hasSize(2).allSatisfy((failure) -> {
				assertThat(failure.type()).isEqualTo(SpeechlessException.class.getName());
				assertThat(failure.message()).contains("IllegalStateException");
			});
		});
	}

	@Test
	void nonRetryableFailureIsDeadAtOnceAndCanBeRetriedByHand() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.hopeless();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			assertThat(mail.attempts()).containsExactly(1);
			assertThat(context.getBean(JobClient.class).retry(handle.id())).isTrue();
			await().untilAsserted(() -> assertThat(mail.attempts()).containsExactly(1, 2));
		});
	}

	@Test
	void jobSaysWhenToTryItAgain(CapturedOutput output) {
		this.runner.run((context) -> {
			JobHandle<Void> handle = context.getBean(Mail.class).comeBackLater();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.RETRYING));
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.retries()).isEqualTo(1);
			assertThat(info.maxRetries()).isEqualTo(2);
			assertThat(Duration.between(info.failures().get(0).at(), info.dueAt())).isEqualTo(Duration.ofMinutes(7));
			await().untilAsserted(
					() -> assertThat(output).contains("failed, attempt 1 of 3, next try in PT7M as it asked"));
		});
	}

	@Test
	void jobThatAsksForTheNextTryUsesItsRetries() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.againAtOnce();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			assertThat(mail.attempts()).containsExactly(1, 2, 3);
		});
	}

	static class Mail {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		private final List<String> threads = new CopyOnWriteArrayList<>();

		private final List<Integer> attempts = new CopyOnWriteArrayList<>();

		List<String> sent() {
			return this.sent;
		}

		List<String> threads() {
			return this.threads;
		}

		List<Integer> attempts() {
			return this.attempts;
		}

		@BackgroundJob("mail")
		void send(String to, int code) {
			this.threads.add(Thread.currentThread().getName());
			this.sent.add(to + " " + code);
		}

		@BackgroundJob(queue = "pages")
		JobHandle<String> render(String page) {
			return JobHandle.completed("<" + page + ">");
		}

		@BackgroundJob
		@JobRetry(maxRetries = 2, delay = "20ms", jitter = "5ms", multiplier = 1)
		JobHandle<Void> failing() {
			this.attempts.add(JobContext.current().attempt());
			throw new IllegalStateException("no\nluck");
		}

		@BackgroundJob
		@JobRetry(maxRetries = 1, delay = "20ms", jitter = "0s")
		JobHandle<Void> speechless() {
			this.attempts.add(JobContext.current().attempt());
			throw new SpeechlessException();
		}

		@BackgroundJob
		JobHandle<Void> hopeless() {
			this.attempts.add(JobContext.current().attempt());
			throw new NonRetryableJobException("never");
		}

		@BackgroundJob
		@JobRetry(maxRetries = 2, includes = IOException.class)
		JobHandle<Void> comeBackLater() {
			throw new RetryJobAfterException(Duration.ofMinutes(7));
		}

		@BackgroundJob
		@JobRetry(maxRetries = 2, delay = "1h")
		JobHandle<Void> againAtOnce() {
			this.attempts.add(JobContext.current().attempt());
			throw new RetryJobAfterException(Duration.ofMillis(10), "busy");
		}

	}

	@SuppressWarnings("serial")
	static class SpeechlessException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no words");
		}

	}

}
