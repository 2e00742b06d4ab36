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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a test can see and do in {@code background-jobs.mode=manual}.
 */
class JobTestClientTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withPropertyValues("background-jobs.mode=manual")
		.withBean(MailJobs.class);

	@Test
	void callsAreListedWithTheirArgumentsAsAWorkerGetsThem() {
		run((jobs, mails, client) -> {
			Order order = new Order("o-1", List.of(7L));
			mails.confirm(order, null);
			assertThat(mails.sent()).isEmpty();
			TestJob job = jobs.list().get(0);
			assertThat(job.arguments()).containsExactly(order, null);
			assertThat(job.arguments().get(0)).isNotSameAs(order);
			assertThat(job.name()).isEqualTo("MailJobs.confirm");
			assertThat(job.queue()).isEqualTo("orders");
			assertThat(job.priority()).isEqualTo(JobPriority.HIGH);
			assertThat(job.state()).isEqualTo(JobState.QUEUED);
			assertThat(job.attempt()).isOne();
			assertThat(job.dueAt()).isEqualTo(job.info().enqueuedAt());
			assertThat(jobs.list(JobState.DEAD)).isEmpty();
		});
	}

	@Test
	void assertionsNarrowDown() {
		run((jobs, mails, client) -> {
			assertThat(jobs).hasNoJobs().hasNoPendingJobs().hasNoDeadJobs().notEnqueued("MailJobs.send");
			mails.send("a");
			mails.send("b");
			mails.send("b");
			client.in(Duration.ofHours(1))
				.queue("orders")
				.priority(JobPriority.LOW)
				.id("reminder")
				.enqueue(() -> mails.send("c"));
			mails.confirm(new Order("o-1", List.of(7L)), Map.of("b", 2, "a", 1));
			jobs.clock().advance(Duration.ofMinutes(10));
			assertThat(jobs).hasJobs(5);
			assertThat(jobs).enqueued("MailJobs.send").times(4);
			assertThat(jobs).enqueued("MailJobs.send").withArguments("a").once().onQueue("mail").dueIn(Duration.ZERO);
			assertThat(jobs).enqueued("MailJobs.send").withArguments("b").times(2).withPriority(JobPriority.NORMAL);
			assertThat(jobs).enqueued("MailJobs.send")
				.onQueue("orders")
				.withArguments("c")
				.withPriority(JobPriority.LOW)
				.withId("reminder")
				.inState(JobState.SCHEDULED)
				.atAttempt(1)
				.dueIn(Duration.ofHours(1))
				.once()
				.eachSatisfies((job) -> assertThat(job.id()).isEqualTo("orders~0~reminder"));
			assertThat(jobs).enqueued("MailJobs.confirm")
				.withArguments(new Order("o-1", List.of(7L)), Map.of("a", 1, "b", 2));
			Instant noon = Instant.parse("2100-01-01T12:00:00Z");
			client.at(noon).enqueue(() -> mails.send("later"));
			assertThat(jobs).enqueued("MailJobs.send").dueAt(noon).withArguments("later");
		});
	}

	@Test
	void argumentsAreComparedAsTheMethodGetsThem() {
		run((jobs, mails, client) -> {
			mails.count(42);
			assertThat(jobs).enqueued("MailJobs.count").withArguments(42);
			assertThat(jobs).enqueued("MailJobs.count").withArguments(42L);
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.count").withArguments(43L));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.count").withArguments("no number"));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.count").withArguments());
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.count").withArguments(42L, 42L));
		});
	}

	@Test
	void failingAssertionShowsWhatThereIs() {
		run((jobs, mails, client) -> {
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(jobs).as("sign-up").enqueued("MailJobs.send"))
				.withMessageContaining("[sign-up]")
				.withMessageContaining(
						"Expecting a job MailJobs.send to be enqueued but there is none. " + "No job was enqueued");
			JobHandle<Void> handle = client.in(Duration.ofHours(1)).enqueue(() -> mails.send("100%n"));
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(jobs).as("sign-up").enqueued("MailJobs.send").withArguments("a", 1))
				.withMessageContaining("[sign-up]")
				.withMessageContaining(
						"Expecting a job MailJobs.send to be enqueued with arguments [a, 1] but there is "
								+ "none. There are:\n  MailJobs.send(\"100%n\") SCHEDULED, queue mail, attempt 1 due at ")
				.withMessageContaining(handle.id());
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").onQueue("other"));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").withPriority(JobPriority.HIGH));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").dueIn(Duration.ofMinutes(59)));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").dueAt(Instant.EPOCH));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").inState(JobState.QUEUED));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").atAttempt(2));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").withId("x"));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").times(2));
			assertFails(() -> assertThat(jobs).enqueued("MailJobs.send").withFailure(Exception.class));
			assertFails(() -> assertThat(jobs).notEnqueued("MailJobs.send"));
			assertFails(() -> assertThat(jobs).succeeded("MailJobs.send"));
			assertFails(() -> assertThat(jobs).dead("MailJobs.send"));
			assertFails(() -> assertThat(jobs).hasNoJobs());
			assertFails(() -> assertThat(jobs).hasNoPendingJobs());
			jobs.run(handle);
			assertThat(jobs).hasNoPendingJobs().succeeded("MailJobs.send").withArguments("100%n");
		});
	}

	@Test
	void nameThatNoJobHasIsRefused() {
		run((jobs, mails, client) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> assertThat(jobs).notEnqueued("MailJobs.sent"))
				.withMessage("No job of this application is named 'MailJobs.sent': they are [MailJobs.chain, "
						+ "MailJobs.clean, MailJobs.confirm, MailJobs.count, MailJobs.flaky, MailJobs.send]");
			assertThatIllegalArgumentException().isThrownBy(() -> assertThat(jobs).enqueued("MailJobs.sent"));
		});
	}

	@Test
	void oneRunsAfterTheOther() {
		run((jobs, mails, client) -> {
			assertThat(jobs.runNext()).isNull();
			mails.send("a");
			JobHandle<Void> later = client.in(Duration.ofHours(1)).enqueue(() -> mails.send("later"));
			client.priority(JobPriority.HIGH).enqueue(() -> mails.send("urgent"));
			assertThat(jobs.runNext()).extracting(TestJob::state).isEqualTo(JobState.SUCCEEDED);
			assertThat(mails.sent()).containsExactly("urgent");
			assertThat(jobs.run(later)).extracting(TestJob::arguments).isEqualTo(List.of("later"));
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.run(later.id()))
				.withMessageContaining(later.id())
				.withMessageContaining("MailJobs.send(\"a\") QUEUED");
			assertThat(jobs.drain()).isOne();
			assertThat(mails.sent()).containsExactly("urgent", "later", "a");
			assertThat(jobs.drain()).isZero();
		});
	}

	@Test
	void drainRunsWhatJobsEnqueueButNotWhatIsLater() {
		run((jobs, mails, client) -> {
			mails.chain(2);
			assertThat(jobs.drain()).isEqualTo(3);
			assertThat(mails.sent()).containsExactly("2", "1", "0");
			assertThat(jobs).enqueued("MailJobs.chain").times(3);
			assertThat(jobs).enqueued("MailJobs.send").inState(JobState.SCHEDULED).once();
		});
	}

	@Test
	void drainNoticesThatThereIsNoEnd() {
		run((jobs, mails, client) -> {
			mails.chain(1_000_000);
			assertThatIllegalStateException().isThrownBy(jobs::drain)
				.withMessageContaining("after 10000 attempts jobs are still due, lately MailJobs.chain");
		});
	}

	@Test
	void retriesAreDueLaterAndTheClockGoesThere() {
		run((jobs, mails, client) -> {
			Instant before = jobs.clock().instant();
			JobHandle<Void> handle = mails.flaky(2);
			client.in(Duration.ofSeconds(45)).enqueue(() -> mails.send("meanwhile"));
			client.in(Duration.ofHours(1)).enqueue(() -> mails.send("later"));
			assertThat(jobs.drain()).isOne();
			assertThat(jobs).enqueued("MailJobs.flaky")
				.inState(JobState.RETRYING)
				.atAttempt(2)
				.dueIn(Duration.ofSeconds(30))
				.withFailure(IllegalStateException.class)
				.withFailureMessage("attempt 1");
			assertThat(jobs.drain()).isZero();
			jobs.clock().advance(Duration.ofSeconds(30));
			assertThat(jobs.drain()).isOne();
			assertThat(jobs).enqueued("MailJobs.flaky").atAttempt(3).dueIn(Duration.ofMinutes(1));
			assertThat(jobs.drainWithRetries()).isEqualTo(2);
			assertThat(jobs).succeeded("MailJobs.flaky").atAttempt(3);
			assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED);
			assertThat(mails.sent()).containsExactly("meanwhile", "flaky " + handle.id());
			assertThat(jobs.clock().instant()).isBetween(before.plusSeconds(90), before.plusSeconds(1000));
			assertThat(jobs.list(JobState.SCHEDULED)).hasSize(1);
		});
	}

	@Test
	void deadLettersShowTheirFailures() {
		run((jobs, mails, client) -> {
			JobHandle<Void> handle = mails.flaky(9);
			assertThat(jobs.drainWithRetries()).isEqualTo(3);
			assertThat(jobs).hasNoPendingJobs().dead("MailJobs.flaky").withArguments(9).withFailureMessage("attempt 3");
			assertFails(() -> assertThat(jobs).hasNoDeadJobs());
			assertThat(jobs.list(JobState.DEAD).get(0).failures()).hasSize(3);
			assertThat(client.retry(handle.id())).isTrue();
			assertThat(jobs).hasNoDeadJobs().enqueued("MailJobs.flaky").inState(JobState.QUEUED).atAttempt(4);
		});
	}

	@Test
	void timePassesFromJobToJob() {
		run((jobs, mails, client) -> {
			client.in(Duration.ofHours(2)).enqueue(() -> mails.send("in two hours"));
			client.in(Duration.ofHours(1)).enqueue(() -> mails.send("in one hour"));
			mails.flaky(1);
			assertThat(jobs.drainFor(Duration.ofMinutes(61))).isEqualTo(3);
			assertThat(mails.sent()).last().isEqualTo("in one hour");
			Instant now = jobs.clock().instant();
			assertThat(jobs).enqueued("MailJobs.send")
				.withArguments("in two hours")
				.eachSatisfies((job) -> assertThat(Duration.between(now, job.dueAt())).isBetween(Duration.ofMinutes(50),
						Duration.ofMinutes(59)));
			assertThat(jobs.drainFor(Duration.ofHours(1))).isOne();
			assertThat(mails.sent()).last().isEqualTo("in two hours");
		});
	}

	@Test
	void recurringJobIsTriggered() {
		run((jobs, mails, client) -> {
			assertThat(jobs).hasNoJobs();
			assertThat(jobs.trigger("MailJobs.clean").state()).isEqualTo(JobState.QUEUED);
			jobs.drain();
			assertThat(mails.sent()).containsExactly("cleaned");
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.trigger("MailJobs.send"))
				.withMessage("There is no recurring job 'MailJobs.send': they are [MailJobs.clean]");
		});
	}

	@Test
	void clearForgetsJobsAndTime() {
		run((jobs, mails, client) -> {
			mails.send("a");
			jobs.clock().advance(Duration.ofDays(1000));
			Instant then = jobs.clock().instant();
			jobs.clear();
			assertThat(jobs).hasNoJobs();
			assertThat(jobs.drain()).isZero();
			assertThat(jobs.clock().instant()).isBefore(then.minus(Duration.ofDays(999)));
		});
	}

	@Test
	void batchesAndOperationsWorkAsOnRedis() {
		run((jobs, mails, client) -> {
			assertThat(client.enqueueAll(() -> List.of("a", "b", "c").forEach(mails::send))).isEqualTo(3);
			String id = jobs.list().get(1).id();
			assertThat(client.find(id)).isNotNull();
			assertThat(client.delete(id)).isTrue();
			assertThat(jobs).enqueued("MailJobs.send").times(2);
			assertThat(client.cancel(jobs.list().get(1).id())).isTrue();
			jobs.drain();
			assertThat(mails.sent()).containsExactly("a");
			assertThat(jobs).enqueued("MailJobs.send").inState(JobState.CANCELLED).withArguments("c");
		});
	}

	private static void assertFails(Runnable assertion) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion::run).withMessageContaining("MailJobs.");
	}

	private void run(Check check) {
		this.runner.run((context) -> check.run(context.getBean(JobTestClient.class), context.getBean(MailJobs.class),
				context.getBean(JobClient.class)));
	}

	interface Check {

		void run(JobTestClient jobs, MailJobs mails, JobClient client);

	}

	record Order(String number, List<Long> items) {

	}

	static class MailJobs {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		private final ObjectProvider<MailJobs> self;

		private final ObjectProvider<JobClient> client;

		MailJobs(ObjectProvider<MailJobs> self, ObjectProvider<JobClient> client) {
			this.self = self;
			this.client = client;
		}

		List<String> sent() {
			return this.sent;
		}

		@BackgroundJob("mail")
		void send(String address) {
			this.sent.add(address);
		}

		@BackgroundJob(queue = "orders", priority = JobPriority.HIGH)
		void confirm(Order order, @Nullable Map<String, Integer> amounts) {
			this.sent.add(order.number());
		}

		@BackgroundJob
		void count(long number) {
			this.sent.add(String.valueOf(number));
		}

		@BackgroundJob
		void chain(int left) {
			this.sent.add(String.valueOf(left));
			if (left > 0) {
				this.self.getObject().chain(left - 1);
			}
			else {
				this.client.getObject().in(Duration.ofDays(1)).enqueue(() -> this.self.getObject().send("later"));
			}
		}

		@BackgroundJob
		@JobRetry(maxRetries = 2, delay = "30s", multiplier = 2, jitter = "0s")
		JobHandle<Void> flaky(int failures) {
			JobContext job = JobContext.current();
			if (job.attempt() <= failures) {
				throw new IllegalStateException("attempt " + job.attempt());
			}
			this.sent.add("flaky " + job.id());
			return JobHandle.completed();
		}

		@RecurringJob(cron = "0 0 3 * * *")
		void clean() {
			this.sent.add("cleaned");
		}

	}

}
