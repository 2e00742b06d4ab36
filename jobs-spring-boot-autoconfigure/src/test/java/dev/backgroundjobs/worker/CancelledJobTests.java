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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.event.JobCancelledEvent;
import dev.backgroundjobs.event.JobEvent;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A running job is cancelled by another process: it is interrupted, and ends CANCELLED
 * unless it completes anyway.
 */
class CancelledJobTests {

	private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = JobsContextRunner.create().withBean(Steps.class);

	@Test
	void jobIsInterruptedAtOnceAndEndsCancelledWithoutARetry() {
		this.runner.withPropertyValues("background-jobs.worker.lease=10m").run((context) -> {
			Steps steps = context.getBean(Steps.class);
			JobHandle<Void> handle = steps.wait("interrupt");
			steps.awaitStart();
			this.runner.withPropertyValues("background-jobs.worker.enabled=false")
				.run((other) -> assertThat(other.getBean(JobClient.class).cancel(handle.id())).isTrue());
			awaitState(handle, JobState.CANCELLED);
			assertThat(steps.sawCancelled()).isTrue();
			assertThat(handle.info()).extracting(JobInfo::retries, JobInfo::attempt).containsExactly(0, 1);
			assertThat(handle.cancel()).as("it has ended").isFalse();
		});
	}

	@Test
	void jobThatMissesTheMessageLearnsItWithTheRenewalOfItsLease() {
		this.runner.withPropertyValues("background-jobs.worker.lease=2s").run((context) -> {
			Steps steps = context.getBean(Steps.class);
			JobHandle<Void> handle = steps.wait("poll");
			steps.awaitStart();
			flagWithoutAMessage(context.getEnvironment().getRequiredProperty("background-jobs.namespace"), handle.id());
			awaitState(handle, JobState.CANCELLED);
		});
	}

	@Test
	void jobThatCompletesAnywayHasSucceeded() {
		this.runner.run((context) -> {
			Steps steps = context.getBean(Steps.class);
			JobHandle<Void> handle = steps.wait("complete");
			steps.awaitStart();
			assertThat(handle.cancel()).isTrue();
			awaitState(handle, JobState.SUCCEEDED);
			assertThat(steps.sawCancelled()).isTrue();
		});
	}

	@Test
	void jobWhoseWorkerDiesMeanwhileIsToldOfByWhoeverFindsIt() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
			JobHandle<Void> handle = producer.getBean(Steps.class).wait("interrupt");
			producer.getBean(JobClaims.class)
				.claimant(QueuePartition.of("steps"), "gone", new ClaimOptions(Duration.ofSeconds(2), 3, () -> {
				}))
				.claim(1)
				.toCompletableFuture()
				.get(30, TimeUnit.SECONDS);
			assertThat(handle.cancel()).isTrue();
			assertThat(handle.state()).isEqualTo(JobState.RUNNING);
			this.runner.withPropertyValues("background-jobs.worker.lease=2s").withBean(Listener.class).run((finder) -> {
				awaitState(handle, JobState.CANCELLED);
				List<JobEvent> events = finder.getBean(Listener.class).events;
				await().atMost(LONG_ENOUGH)
					.untilAsserted(() -> assertThat(events)
						.containsExactly(new JobCancelledEvent(handle.id(), "Steps.wait", "steps")));
			});
		});
	}

	@Test
	void jobThatIgnoresItsInterruptIsAbandonedAndCancelled() {
		this.runner.withPropertyValues("background-jobs.worker.interrupt-grace=200ms").run((context) -> {
			Steps steps = context.getBean(Steps.class);
			JobHandle<Void> handle = steps.wait("ignore");
			steps.awaitStart();
			assertThat(handle.cancel()).isTrue();
			awaitState(handle, JobState.CANCELLED);
			assertThat(handle.info()).extracting(JobInfo::retries, JobInfo::attempt).containsExactly(0, 1);
			steps.end();
		});
	}

	/**
	 * What cancel leaves behind when nobody hears its message.
	 */
	private static void flagWithoutAMessage(String namespace, String id) {
		RedisClient client = RedisClient.create(RedisServer.shared().uri());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			String local = id.substring(id.lastIndexOf('~') + 1);
			String prefix = "bj:{" + namespace + ".steps}:";
			String token = connection.sync().hget(prefix + "i", local);
			connection.sync().hset(prefix + "kc", token, ",60000:" + local);
		}
		finally {
			client.shutdown();
		}
	}

	private static void awaitState(JobHandle<?> handle, JobState state) {
		await().atMost(LONG_ENOUGH).untilAsserted(() -> assertThat(handle.state()).isEqualTo(state));
	}

	static class Listener {

		private final List<JobEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(JobEvent event) {
			this.events.add(event);
		}

	}

	static class Steps {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch never = new CountDownLatch(1);

		private final AtomicBoolean cancelled = new AtomicBoolean();

		void awaitStart() throws InterruptedException {
			assertThat(this.started.await(30, TimeUnit.SECONDS)).isTrue();
		}

		void end() {
			this.never.countDown();
		}

		boolean sawCancelled() {
			return this.cancelled.get();
		}

		@BackgroundJob("steps")
		JobHandle<Void> wait(String how) throws InterruptedException {
			JobContext job = JobContext.current();
			assertThat(job.cancelled()).isFalse();
			this.started.countDown();
			try {
				this.never.await();
			}
			catch (InterruptedException ex) {
				this.cancelled.set(job.cancelled());
				if (how.equals("ignore")) {
					this.never.await();
				}
				if (how.equals("complete")) {
					return JobHandle.completed();
				}
				if (how.equals("poll")) {
					throw new CancellationException("as was asked");
				}
				throw ex;
			}
			return JobHandle.completed();
		}

	}

}
