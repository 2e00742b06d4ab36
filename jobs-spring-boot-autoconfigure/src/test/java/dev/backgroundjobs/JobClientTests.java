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

import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Calls with options, on a real Redis that nobody works on.
 */
class JobClientTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Orders.class)
		.withPropertyValues("background-jobs.worker.enabled=false", "background-jobs.job.max-payload=100B");

	@Test
	void callIsQueuedAtOnce() {
		run((jobs, orders, context) -> {
			JobHandle<Void> handle = jobs.enqueue(() -> orders.ship(1));
			JobInfo info = jobs.find(handle.id());
			assertThat(info).isNotNull();
			assertThat(info.id()).isEqualTo(handle.id()).startsWith("orders~0~");
			assertThat(info.name()).isEqualTo("Orders.ship");
			assertThat(info.queue()).isEqualTo("orders");
			assertThat(info.state()).isEqualTo(JobState.QUEUED);
			assertThat(info.attempt()).isEqualTo(1);
			assertThat(info.retries()).isZero();
			assertThat(info.dueAt()).isEqualTo(info.enqueuedAt());
			assertThat(info.startedAt()).isNull();
			assertThat(info.finishedAt()).isNull();
			assertThat(info.failures()).isEmpty();
		});
	}

	@Test
	void delayedCallIsScheduled() {
		run((jobs, orders, context) -> {
			JobInfo info = jobs.in(Duration.ofHours(3)).enqueue(() -> orders.ship(1)).info();
			assertThat(info).isNotNull();
			assertThat(info.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(Duration.between(info.enqueuedAt(), info.dueAt())).isEqualTo(Duration.ofHours(3));
		});
	}

	@Test
	void negativeDelayIsRefused() {
		run((jobs, orders, context) -> assertThatIllegalArgumentException()
			.isThrownBy(() -> jobs.in(Duration.ofSeconds(-1)))
			.withMessageContaining("'delay' must not be negative"));
	}

	@Test
	void callForATimeIsScheduled() {
		run((jobs, orders, context) -> {
			Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
			JobInfo info = jobs.at(tomorrow).enqueue(() -> orders.ship(1)).info();
			assertThat(info).isNotNull();
			assertThat(info.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(info.dueAt()).isEqualTo(tomorrow);
		});
	}

	@Test
	void timeInThePastMeansNow() {
		run((jobs, orders, context) -> {
			JobHandle<Void> handle = jobs.at(Instant.EPOCH).enqueue(() -> orders.ship(1));
			assertThat(handle.state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void optionsGiveNewCallers() {
		run((jobs, orders, context) -> {
			jobs.in(Duration.ofHours(1)).id("unused");
			assertThat(jobs.enqueue(() -> orders.ship(1)).state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void sameIdIsEnqueuedOnce() {
		run((jobs, orders, context) -> {
			JobHandle<Void> first = jobs.id("order-1").in(Duration.ofHours(1)).enqueue(() -> orders.ship(1));
			JobHandle<Void> second = jobs.id("order-1").enqueue(() -> orders.ship(2));
			assertThat(second.id()).isEqualTo(first.id()).isEqualTo("orders~0~order-1");
			assertThat(second.info()).isEqualTo(first.info());
			assertThat(second.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(figures(context).counters()).containsEntry("enqueued", 1L);
		});
	}

	@Test
	void idIsFreeAgainWhenItsJobIsDeleted() {
		run((jobs, orders, context) -> {
			JobHandle<Void> first = jobs.id("order-1").in(Duration.ofHours(1)).enqueue(() -> orders.ship(1));
			assertThat(jobs.delete(first.id())).isTrue();
			assertThat(jobs.id("order-1").enqueue(() -> orders.ship(2)).state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void callGoesToTheQueueItNames() {
		run((jobs, orders, context) -> {
			JobHandle<Void> handle = jobs.queue("express").in(Duration.ofHours(1)).enqueue(() -> orders.ship(1));
			assertThat(handle.id()).startsWith("express~0~");
			JobInfo info = jobs.find(handle.id());
			assertThat(info).isNotNull();
			assertThat(info.queue()).isEqualTo("express");
			assertThat(info.name()).isEqualTo("Orders.ship");
			assertThat(info.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(figures(context).counters()).isEmpty();
		});
	}

	@Test
	void queueOfAPropertyOrOfAnotherMethodIsKnown() {
		this.runner
			.withPropertyValues("background-jobs.queues.bulk.worker-concurrency=2",
					"background-jobs.worker.queues=*,night")
			.run((context) -> {
				JobClient jobs = context.getBean(JobClient.class);
				Orders orders = context.getBean(Orders.class);
				assertThat(List.of("express", "bulk", "night"))
					.allSatisfy((queue) -> assertThat(jobs.queue(queue).enqueue(() -> orders.ship(1)).state())
						.isEqualTo(JobState.QUEUED));
			});
	}

	@Test
	void unknownQueueIsRefusedWithTheKnownOnes() {
		run((jobs, orders, context) -> {
			assertThatExceptionOfType(UnknownQueueException.class)
				.isThrownBy(() -> jobs.queue("expres").enqueue(() -> orders.ship(1)))
				.withMessageContaining("There is no queue 'expres'; nothing was enqueued")
				.withMessageContaining("Known are [express, orders]");
			assertThat(context.getBean(JobQueries.class).queues()).isEmpty();
		});
	}

	@Test
	void asteriskIsNoQueue() {
		run((jobs, orders, context) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.queue("*"))
				.withMessageContaining("Queue name '*' must be");
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.queue("orders~1"));
		});
	}

	@Test
	void idIsTakenInItsQueueOnly() {
		run((jobs, orders, context) -> {
			JobHandle<Void> here = jobs.id("order-1").enqueue(() -> orders.ship(1));
			JobHandle<Void> there = jobs.id("order-1").queue("express").enqueue(() -> orders.ship(1));
			assertThat(here.id()).isEqualTo("orders~0~order-1");
			assertThat(there.id()).isEqualTo("express~0~order-1");
			assertThat(jobs.delete(here.id())).isTrue();
			assertThat(there.state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void idMayBeAsLongAsItMay() {
		run((jobs, orders, context) -> {
			String id = "._-" + "x".repeat(61);
			assertThat(jobs.id(id).enqueue(() -> orders.ship(1)).id()).isEqualTo("orders~0~" + id);
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.id(id + "x"));
		});
	}

	@Test
	void threadsThatChooseTheSameIdEnqueueOneJob() {
		run((jobs, orders, context) -> {
			ExecutorService threads = Executors.newFixedThreadPool(8);
			try {
				List<Future<JobHandle<Void>>> handles = threads
					.invokeAll(Collections.nCopies(40, () -> jobs.id("order-1").enqueue(() -> orders.ship(1))));
				for (Future<JobHandle<Void>> handle : handles) {
					assertThat(handle.get().id()).isEqualTo("orders~0~order-1");
				}
			}
			finally {
				threads.shutdown();
			}
			assertThat(figures(context).counters()).containsEntry("enqueued", 1L);
		});
	}

	@Test
	void priorityOfTheCallWinsOverItsMethods() {
		run((jobs, orders, context) -> {
			assertThat(priority(jobs.enqueue(() -> orders.ship(1)))).isEqualTo(JobPriority.NORMAL);
			assertThat(priority(jobs.enqueue(() -> orders.rush(1)))).isEqualTo(JobPriority.HIGH);
			assertThat(priority(jobs.priority(JobPriority.LOW).enqueue(() -> orders.rush(1))))
				.isEqualTo(JobPriority.LOW);
			assertThat(priority(jobs.priority(JobPriority.HIGH).enqueue(() -> orders.ship(1))))
				.isEqualTo(JobPriority.HIGH);
			assertThat(priority(
					jobs.priority(JobPriority.LOW).priority(JobPriority.DEFAULT).enqueue(() -> orders.rush(1))))
				.isEqualTo(JobPriority.HIGH);
		});
	}

	@Test
	void unsuitableIdIsRefused() {
		run((jobs, orders, context) -> assertThatIllegalArgumentException().isThrownBy(() -> jobs.id("order 1"))
			.withMessageContaining("Job id 'order 1' must be 1 to 64 letters"));
	}

	@Test
	void callOfAMethodWithResultIsEnqueued() {
		run((jobs, orders, context) -> {
			JobHandle<String> handle = jobs.id("invoice-1").enqueue(() -> orders.invoice(1));
			assertThat(handle.id()).isEqualTo("orders~0~invoice-1");
			assertThat(handle.state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void handleInsideTheLambdaCannotBeUsed() {
		run((jobs, orders, context) -> assertThatIllegalStateException()
			.isThrownBy(() -> jobs.enqueue(() -> orders.invoice(1).id()))
			.withMessageContaining("use the handle that 'enqueue' returns"));
	}

	@Test
	void lambdaWithTwoCallsEnqueuesNothing() {
		run((jobs, orders, context) -> {
			assertThatIllegalStateException().isThrownBy(() -> jobs.enqueue(() -> {
				orders.ship(1);
				orders.ship(2);
			})).withMessageContaining("called 2 job methods");
			assertThat(figures(context).queued()).isZero();
		});
	}

	@Test
	void lambdaWithoutACallIsRefused() {
		run((jobs, orders, context) -> assertThatIllegalStateException()
			.isThrownBy(() -> jobs.enqueue(() -> new Orders().ship(1)))
			.withMessageContaining("its body has run and nothing was enqueued"));
	}

	@Test
	void lambdaMayCallAMethodWithCheckedExceptions() {
		run((jobs, orders, context) -> assertThat(jobs.enqueue(() -> orders.print("1")).state())
			.isEqualTo(JobState.QUEUED));
	}

	@Test
	void checkedExceptionOfTheLambdaItselfIsWrapped() {
		run((jobs, orders, context) -> {
			assertThatExceptionOfType(UndeclaredThrowableException.class).isThrownBy(() -> jobs.enqueue(() -> {
				orders.ship(1);
				throw new IOException("full");
			})).withCauseInstanceOf(IOException.class).withMessageContaining("before its call could be enqueued");
			assertThat(figures(context).queued()).isZero();
		});
	}

	@Test
	void uncheckedExceptionOfTheLambdaIsThrown() {
		run((jobs, orders, context) -> assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> jobs.enqueue(() -> {
				throw new UnsupportedOperationException();
			})));
	}

	@Test
	void payloadThatIsTooLargeIsRefused() {
		run((jobs, orders, context) -> {
			assertThatExceptionOfType(PayloadTooLargeException.class).isThrownBy(() -> orders.print("x".repeat(97)))
				.withMessageContaining("'Orders.print' take 101 bytes")
				.withMessageContaining("background-jobs.job.max-payload (100 bytes)");
			assertThat(figures(context).queued()).isZero();
			assertThat(jobs.enqueue(() -> orders.print("x".repeat(96))).state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void unknownJobIsNeitherFoundNorChanged() {
		run((jobs, orders, context) -> {
			String unknown = "orders~0~" + UUID.randomUUID();
			assertThat(jobs.find(unknown)).isNull();
			assertThat(jobs.cancel(unknown)).isFalse();
			assertThat(jobs.retry(unknown)).isFalse();
			assertThat(jobs.delete(unknown)).isFalse();
		});
	}

	@Test
	void textThatIsNoIdIsRefused() {
		run((jobs, orders, context) -> assertThatIllegalArgumentException().isThrownBy(() -> jobs.find("42"))
			.withMessageContaining("'42' is no job id")
			.withMessageContaining("mail~0~order-42"));
	}

	private static @Nullable JobPriority priority(JobHandle<?> handle) {
		JobInfo info = handle.info();
		return (info != null) ? info.priority() : null;
	}

	private void run(Check test) {
		this.runner
			.run((context) -> test.run(context.getBean(JobClient.class), context.getBean(Orders.class), context));
	}

	private static QueueFigures figures(ApplicationContext context) {
		return context.getBean(JobQueries.class).figures("orders");
	}

	interface Check {

		void run(JobClient jobs, Orders orders, ApplicationContext context) throws Exception;

	}

	static class Orders {

		@BackgroundJob("orders")
		void ship(int number) {
		}

		@BackgroundJob(queue = "express", priority = JobPriority.HIGH)
		void rush(int number) {
		}

		@BackgroundJob("orders")
		void print(String text) throws IOException {
		}

		@BackgroundJob("orders")
		JobHandle<String> invoice(int number) {
			return JobHandle.completed("invoice " + number);
		}

	}

}
