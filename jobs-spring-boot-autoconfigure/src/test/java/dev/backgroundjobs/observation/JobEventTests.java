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

package dev.backgroundjobs.observation;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.core.Cancellation;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.event.JobCancelledEvent;
import dev.backgroundjobs.event.JobDeadEvent;
import dev.backgroundjobs.event.JobEnqueuedEvent;
import dev.backgroundjobs.event.JobEvent;
import dev.backgroundjobs.event.JobFailedEvent;
import dev.backgroundjobs.event.JobRecoveredEvent;
import dev.backgroundjobs.event.JobStartedEvent;
import dev.backgroundjobs.event.JobSucceededEvent;
import dev.backgroundjobs.event.QueuePausedEvent;
import dev.backgroundjobs.event.QueueResumedEvent;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.test.MemoryJobStore;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListener;
import org.springframework.data.redis.connection.RedisZSetCommands.ZAddArgs;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of jobs as application events, on a real Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobEventTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create().withBean(Mail.class);

	@Test
	void eventsTellAJobsLife() {
		this.runner.withBean(Listener.class).run((context) -> {
			Listener listener = context.getBean(Listener.class);
			JobHandle<Void> sent = context.getBean(Mail.class).send(0);
			JobHandle<Void> failed = context.getBean(Mail.class).send(1);
			JobHandle<Void> dead = context.getBean(Mail.class).send(5);
			await().untilAsserted(() -> {
				assertThat(listener.of(sent)).containsExactlyInAnyOrder("enqueued", "started 1", "succeeded 1");
				assertThat(listener.of(failed)).containsExactlyInAnyOrder("enqueued", "started 1",
						"failed 1: broken, again in PT0.01S", "started 2", "succeeded 2");
				assertThat(listener.of(dead)).containsExactlyInAnyOrder("enqueued", "started 1",
						"failed 1: broken, again in PT0.01S", "started 2", "failed 2: broken",
						"dead 2: java.lang.IllegalStateException broken");
			});
			// the end of an attempt is known a little later than the start of the next
			assertThat(listener.of(failed)).containsSubsequence("started 1", "failed 1: broken, again in PT0.01S")
				.containsSubsequence("started 2", "succeeded 2");
			assertThat(listener.events()).allSatisfy((event) -> {
				assertThat(event.name()).isEqualTo("Mail.send");
				assertThat(event.queue()).isEqualTo("mail");
			});
			assertThat(listener.threads()).allMatch((thread) -> thread.startsWith("background-jobs-events-"));
		});
	}

	@Test
	void jobThatLostItsWorkerTooOftenIsToldOf(CapturedOutput output) {
		this.runner.withBean(Listener.class)
			.withPropertyValues("background-jobs.worker.max-lease-losses=1", "background-jobs.worker.lease=2s",
					"background-jobs.worker.poll-interval=100ms")
			.run((context) -> {
				JobHandle<Void> lost = context.getBean(Mail.class).hold();
				Listener listener = context.getBean(Listener.class);
				await().until(() -> listener.of(lost).contains("started 1"));
				await().untilAsserted(() -> {
					endLeases(context);
					assertThat(listener.of(lost)).containsSubsequence("recovered 1", "dead 1: LEASE_LOST ");
				});
				assertThat(listener.of(lost)).containsOnlyOnce("recovered 1", "dead 1: LEASE_LOST ");
				await().untilAsserted(
						() -> assertThat(output.getAll().lines()).filteredOn((line) -> line.contains("ERROR"))
							.singleElement(InstanceOfAssertFactories.STRING)
							.contains("Job Mail.hold '" + lost.id() + "' is dead after attempt 1: LEASE_LOST",
									"POST /actuator/backgroundjobs/jobs/" + lost.id()));
			});
	}

	/**
	 * As if the worker had not renewed for long.
	 */
	private static void endLeases(ApplicationContext context) {
		StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
		String partition = "bj:{" + context.getEnvironment().getProperty("background-jobs.namespace") + ".mail}:";
		Set<String> leases = redis.opsForZSet().range(partition + "l", 0, -1);
		if (leases != null) {
			// a claim may have recovered it meanwhile
			leases.forEach((token) -> redis.execute((RedisCallback<Boolean>) (connection) -> connection.zSetCommands()
				.zAdd((partition + "l").getBytes(), 1, token.getBytes(), ZAddArgs.ifExists())));
			redis.opsForHash().put(partition + "m", "nx", "1");
		}
	}

	@Test
	void listenerThatFailsOrIsSlowCostsNoJob(CapturedOutput output) {
		this.runner.withBean(Slow.class).withPropertyValues("background-jobs.events.capacity=3").run((context) -> {
			Slow slow = context.getBean(Slow.class);
			Mail mail = context.getBean(Mail.class);
			for (int k = 1; k <= 20; k++) {
				mail.send(0);
			}
			// all of them run while the first one's event is still being listened to
			await().until(() -> mail.runs() == 20 && slow.heard() == 1);
			await().untilAsserted(() -> assertThat(output).contains("application event(s) about jobs were left out")
				.contains("background-jobs.events.capacity (3)"));
			slow.goOn();
			await().until(() -> slow.heard() == 4);
			assertThat(output).contains("A listener of JobSucceededEvent failed").contains("not my day");
		});
	}

	@Test
	void eventsOfTheLastJobsAreHeardBeforeTheContextIsClosed() {
		List<String> heard = new CopyOnWriteArrayList<>();
		this.runner.withInitializer((context) -> context.addApplicationListener(new Later(heard))).run((context) -> {
			Mail mail = context.getBean(Mail.class);
			mail.send(0);
			await().until(() -> mail.runs() == 1);
		});
		assertThat(heard).contains("JobEnqueuedEvent", "JobSucceededEvent");
	}

	@Test
	void eventsOfACallInATransactionFollowItsCommit() {
		this.runner.withBean(Listener.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				Listener listener = context.getBean(Listener.class);
				Mail mail = context.getBean(Mail.class);
				TransactionTemplate transaction = new TransactionTemplate(new NothingBehindIt());
				transaction.executeWithoutResult((status) -> {
					mail.send(0);
					status.setRollbackOnly();
				});
				JobHandle<Void> sent = transaction.execute((status) -> mail.send(0));
				assertThat(sent).isNotNull();
				await().untilAsserted(() -> assertThat(listener.of(sent)).containsExactly("enqueued"));
				assertThat(listener.events()).hasSize(1);
			});
	}

	@Test
	void whatOperatorsDoIsTold() {
		this.runner.withBean(Listener.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				Listener listener = context.getBean(Listener.class);
				JobClient jobs = context.getBean(JobClient.class);
				JobHandle<Void> handle = context.getBean(Mail.class).send(0);
				JobHandle<Void> other = context.getBean(Mail.class).send(0);
				assertThat(handle.cancel()).isTrue();
				assertThat(handle.cancel()).isFalse();
				assertThat(jobs.cancel(other.id())).isTrue();
				JobOperations operations = context.getBean(JobOperations.class);
				assertThat(operations.pause("mail")).isTrue();
				assertThat(operations.pause("mail")).isFalse();
				assertThat(operations.resume("mail")).isTrue();
				assertThat(operations.resume("mail")).isFalse();
				await().untilAsserted(() -> assertThat(listener.queues()).hasSize(2));
				assertThat(listener.queues()).containsExactly(new QueuePausedEvent("mail"),
						new QueueResumedEvent("mail"));
				assertThat(listener.of(handle)).containsExactly("enqueued", "cancelled Mail.send");
				assertThat(listener.of(other)).containsExactly("enqueued", "cancelled Mail.send");
			});
	}

	@Test
	void cancellingAJobThatHasJustStartedIsToldByItsWorkerOnly() {
		this.runner.withBean(Listener.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				Listener listener = context.getBean(Listener.class);
				JobHandle<Void> job = context.getBean(Mail.class).send(0);
				JobOperations started = new MemoryJobStore(Duration.ZERO, Duration.ZERO, (name, queue) -> 0) {

					@Override
					public Cancellation requestCancel(JobId id) {
						return Cancellation.REQUESTED;
					}

				};
				JobOperations operations = context.getBean(ApplicationEventJobListener.class)
					.around(started, context.getBean(JobQueries.class));
				assertThat(operations.cancel(JobId.parse(job.id()))).isTrue();
				operations.pause("mail");
				await().untilAsserted(() -> assertThat(listener.queues()).hasSize(1));
				assertThat(listener.of(job)).containsExactly("enqueued");
			});
	}

	static class Listener {

		private final List<Object> queues = new CopyOnWriteArrayList<>();

		private final List<JobEvent> events = new CopyOnWriteArrayList<>();

		private final List<String> threads = new CopyOnWriteArrayList<>();

		List<JobEvent> events() {
			return this.events;
		}

		List<String> threads() {
			return this.threads;
		}

		List<Object> queues() {
			return this.queues;
		}

		@EventListener({ QueuePausedEvent.class, QueueResumedEvent.class })
		void onQueue(Object event) {
			this.queues.add(event);
		}

		List<String> of(JobHandle<?> job) {
			return this.events.stream().filter((event) -> event.id().equals(job.id())).map(Listener::describe).toList();
		}

		@EventListener
		void on(JobEvent event) {
			this.threads.add(Thread.currentThread().getName());
			this.events.add(event);
		}

		private static String describe(JobEvent event) {
			if (event instanceof JobStartedEvent started) {
				return "started " + started.attempt();
			}
			if (event instanceof JobSucceededEvent succeeded) {
				return "succeeded " + succeeded.attempt();
			}
			if (event instanceof JobFailedEvent failed) {
				return "failed " + failed.attempt() + ": " + failed.exception().getMessage()
						+ (failed.willRetry() ? ", again in " + failed.nextAttemptIn() : "");
			}
			if (event instanceof JobDeadEvent dead) {
				Throwable exception = dead.exception();
				return "dead " + dead.attempt() + ": " + dead.reason() + " "
						+ ((exception != null) ? exception.getMessage() : "");
			}
			if (event instanceof JobRecoveredEvent recovered) {
				return "recovered " + recovered.attempt();
			}
			if (event instanceof JobCancelledEvent cancelled) {
				return "cancelled " + cancelled.name();
			}
			return (event instanceof JobEnqueuedEvent) ? "enqueued" : event.toString();
		}

	}

	static class Slow {

		private final AtomicInteger heard = new AtomicInteger();

		private final CountDownLatch goOn = new CountDownLatch(1);

		int heard() {
			return this.heard.get();
		}

		void goOn() {
			this.goOn.countDown();
		}

		@EventListener
		void on(JobSucceededEvent event) throws InterruptedException {
			this.heard.incrementAndGet();
			this.goOn.await(1, TimeUnit.MINUTES);
			throw new IllegalStateException("not my day");
		}

	}

	/**
	 * Listens only when the workers have stopped.
	 */
	private static final class Later implements ApplicationListener<PayloadApplicationEvent<? extends JobEvent>> {

		private final List<String> heard;

		private final AtomicBoolean first = new AtomicBoolean(true);

		Later(List<String> heard) {
			this.heard = heard;
		}

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<? extends JobEvent> event) {
			JobListenerContainerRegistry workers = (event.getSource() instanceof ApplicationContext context)
					? context.getBean(JobListenerContainerRegistry.class) : null;
			await().until(() -> workers == null || !this.first.get() || !workers.isRunning());
			this.first.set(false);
			this.heard.add(event.getPayload().getClass().getSimpleName());
		}

	}

	@SuppressWarnings("serial")
	private static final class NothingBehindIt extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	static class Mail {

		private final AtomicInteger runs = new AtomicInteger();

		int runs() {
			return this.runs.get();
		}

		@BackgroundJob("mail")
		JobHandle<Void> hold() throws InterruptedException {
			new CountDownLatch(1).await();
			return JobHandle.completed();
		}

		@BackgroundJob("mail")
		@JobRetry(maxRetries = 1, delay = "10ms", jitter = "0s")
		JobHandle<Void> send(int failures) {
			this.runs.incrementAndGet();
			if (JobContext.current().attempt() <= failures) {
				throw new IllegalStateException("broken");
			}
			return JobHandle.completed();
		}

	}

}
