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
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobInterceptor;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.PayloadTooLargeException;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Interceptors around calls and attempts, on a real Redis.
 */
class JobInterceptorTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withUserConfiguration(Interceptors.class)
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.job.max-headers=60B");

	@Test
	void interceptorsStandAroundCallAndAttemptInTheirOrder() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = context.getBean(JobClient.class)
				.priority(JobPriority.HIGH)
				.enqueue(() -> mail.send("ada", 7));
			assertThat(mail.calls()).containsExactly("outer: " + handle.id() + " Mail.send mail HIGH [ada, 7] {}",
					"inner: {tenant=acme}", "inner: enqueued", "outer: enqueued");
			await().untilAsserted(() -> assertThat(mail.attempts()).containsExactly(
					"outer: " + handle.id() + " Mail.send mail 1 [ada, 7] {mood=Größe, tenant=acme}",
					"inner: in context " + handle.id(), "runs 7", "inner: ended", "outer: ended"));
		});
	}

	@Test
	void refusedCallIsNotEnqueued() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			Mail mail = context.getBean(Mail.class);
			assertThatExceptionOfType(SecurityException.class).isThrownBy(() -> mail.send("mallory", 1))
				.withMessage("not for mallory");
			List<JobHandle<Void>> handles = new CopyOnWriteArrayList<>();
			JobClient jobs = context.getBean(JobClient.class);
			assertThatExceptionOfType(SecurityException.class).isThrownBy(() -> jobs.enqueueAll(() -> {
				handles.add(mail.send("ada", 1));
				mail.send("mallory", 1);
			}));
			assertThatIllegalStateException().isThrownBy(handles.get(0)::state)
				.withMessageContaining("the code inside 'enqueueAll' failed");
		});
	}

	@Test
	void headersAreLimited() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			Mail mail = context.getBean(Mail.class);
			assertThatExceptionOfType(PayloadTooLargeException.class).isThrownBy(() -> mail.send("x".repeat(60), 1))
				.withMessage("Header 'mood' of job 'Mail.send' is refused: with it the headers would take 80 bytes, "
						+ "more than background-jobs.job.max-headers (60 bytes)");
			assertThatIllegalArgumentException().isThrownBy(() -> mail.send("nameless", 1))
				.withMessage("A header of job 'Mail.send' has no name");
		});
	}

	@Test
	void headersOfAJobAreThereInEachAttemptAndTheirExceptionIsTheAttempts() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.send("broken", 1);
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).extracting((failure) -> failure.type() + " " + failure.message())
				.containsExactly("java.lang.IllegalStateException translated: broken 1",
						NonRetryableJobException.class.getName() + " gave up as acme");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Interceptors {

		@Bean
		@Order(2)
		JobInterceptor inner(Mail mail) {
			return new Inner(mail);
		}

		@Bean
		@Order(1)
		JobInterceptor outer(Mail mail, JobClient jobs) {
			return new Outer(mail);
		}

	}

	private record Outer(Mail mail) implements JobInterceptor {

		@Override
		public void enqueue(JobCall call, EnqueueChain chain) {
			this.mail.calls()
				.add("outer: " + call.id() + " " + call.name() + " " + call.queue() + " " + call.priority() + " "
						+ call.arguments() + " " + call.headers());
			call.header("tenant", "globex");
			call.header("tenant", "acme");
			chain.proceed();
			this.mail.calls().add("outer: enqueued");
		}

		@Override
		public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
			this.mail.attempts()
				.add("outer: " + job.id() + " " + job.name() + " " + job.queue() + " " + job.attempt() + " "
						+ job.arguments() + " " + new TreeMap<>(job.headers()));
			try {
				chain.proceed();
			}
			catch (UnsupportedOperationException ex) {
				if (job.attempt() > 1) {
					throw new NonRetryableJobException("gave up as " + job.headers().get("tenant"));
				}
				throw new IllegalStateException("translated: " + ex.getMessage());
			}
			this.mail.attempts().add("outer: ended");
		}

	}

	private record Inner(Mail mail) implements JobInterceptor {

		@Override
		public void enqueue(JobCall call, EnqueueChain chain) {
			if (call.arguments().contains("mallory")) {
				throw new SecurityException("not for mallory");
			}
			String to = String.valueOf(call.arguments().get(0));
			this.mail.calls().add("inner: " + call.headers());
			call.header(to.equals("nameless") ? "" : "mood", (to.length() > 20) ? to : "Größe");
			chain.proceed();
			assertThatIllegalStateException().isThrownBy(() -> call.header("late", "1"))
				.withMessageContaining("comes too late");
			this.mail.calls().add("inner: enqueued");
		}

		@Override
		public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
			this.mail.attempts().add("inner: in context " + JobContext.current().id());
			chain.proceed();
			this.mail.attempts().add("inner: ended");
		}

	}

	static class Mail {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		private final List<String> attempts = new CopyOnWriteArrayList<>();

		List<String> calls() {
			return this.calls;
		}

		List<String> attempts() {
			return this.attempts;
		}

		@BackgroundJob("mail")
		@JobRetry(maxRetries = 5, delay = "10ms", jitter = "5ms")
		JobHandle<Void> send(String to, int number) {
			this.attempts.add("runs " + number);
			if (to.equals("broken")) {
				throw new UnsupportedOperationException("broken " + number);
			}
			return JobHandle.completed();
		}

	}

}
