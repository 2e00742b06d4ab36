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

package dev.backgroundjobs.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.BatchEnqueueException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A queue holds as many jobs as it may.
 */
class QueueCapacityTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Mails.class, Mails::new)
		.withPropertyValues("background-jobs.worker.enabled=false", "background-jobs.queue-defaults.capacity=3");

	private final ExecutorService callers = Executors.newFixedThreadPool(12);

	@AfterEach
	void close() {
		this.callers.shutdownNow();
	}

	@Test
	void callIsRefusedAndNamesQueueDepthCapacityAndProperty() {
		this.runner.run((context) -> {
			Mails mails = context.getBean(Mails.class);
			JobHandle<Void> first = mails.send(1);
			mails.send(2);
			mails.send(3);
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> mails.send(4))
				.withMessage("Queue 'mail' is full: it holds 3 jobs that have not ended, of 3 at most "
						+ "(background-jobs.queue-defaults.capacity); the job was not enqueued");
			assertThat(queued(context)).isEqualTo(3);
			assertThat(first.cancel()).isTrue();
			assertThat(mails.send(5).state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void queueHasACapacityOfItsOwn() {
		this.runner
			.withPropertyValues("background-jobs.queues.mail.capacity=1",
					"background-jobs.queues.reports.worker-concurrency=2")
			.run((context) -> {
				Mails mails = context.getBean(Mails.class);
				mails.send(1);
				assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> mails.send(2))
					.withMessageContaining("of 1 at most (background-jobs.queues.mail.capacity)");
				IntStream.range(0, 3).forEach(mails::report);
				assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> mails.report(4))
					.withMessageContaining("of 3 at most (background-jobs.queue-defaults.capacity)");
			});
	}

	@Test
	void callUnderTheIdOfAJobThatExistsIsNotRefused() {
		this.runner.withPropertyValues("background-jobs.queues.mail.capacity=1").run((context) -> {
			Mails mails = context.getBean(Mails.class);
			JobClient jobs = context.getBean(JobClient.class);
			jobs.id("a").enqueue(() -> mails.send(1));
			assertThat(jobs.id("a").enqueue(() -> mails.send(1)).state()).isEqualTo(JobState.QUEUED);
			assertThatExceptionOfType(QueueFullException.class)
				.isThrownBy(() -> jobs.id("b").enqueue(() -> mails.send(1)));
		});
	}

	@Test
	void newIdTwiceInABatchForWhichThereIsNoRoomIsRefusedOnce() {
		this.runner.withPropertyValues("background-jobs.queues.mail.capacity=2").run((context) -> {
			Mails mails = context.getBean(Mails.class);
			JobClient jobs = context.getBean(JobClient.class);
			Runnable twice = () -> IntStream.range(0, 2).forEach((k) -> jobs.id("twice").enqueue(() -> mails.send(k)));
			mails.send(1);
			mails.send(2);
			assertThatExceptionOfType(BatchEnqueueException.class).isThrownBy(() -> jobs.enqueueAll(twice))
				.withCauseInstanceOf(QueueFullException.class);
			assertThat(refusals(context)).isEqualTo(1);
		});
	}

	@Test
	void callWaitsForRoom() {
		this.runner
			.withPropertyValues("background-jobs.queue-defaults.on-full=block",
					"background-jobs.queue-defaults.block-timeout=30s")
			.run((context) -> {
				Mails mails = context.getBean(Mails.class);
				List<JobHandle<Void>> handles = IntStream.range(0, 3).mapToObj(mails::send).toList();
				CompletableFuture<JobHandle<Void>> blocked = CompletableFuture.supplyAsync(() -> mails.send(4),
						this.callers);
				await().until(() -> refusals(context) > 2);
				assertThat(blocked).isNotDone();
				handles.get(0).cancel();
				assertThat(blocked.get(10, TimeUnit.SECONDS).state()).isEqualTo(JobState.QUEUED);
			});
	}

	@Test
	void callIsRefusedWhenThereIsNoRoomInTime() {
		this.runner
			.withPropertyValues("background-jobs.queues.mail.on-full=block",
					"background-jobs.queues.mail.block-timeout=150ms")
			.run((context) -> {
				Mails mails = context.getBean(Mails.class);
				IntStream.range(0, 3).forEach(mails::send);
				assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> mails.send(4))
					.withMessageContaining("after waiting for room");
				assertThat(refusals(context)).as("it asked again").isGreaterThan(1).isLessThan(20);
			});
	}

	@Test
	void nobodyIsRefusedForANeighboursBatch() {
		this.runner.withPropertyValues("background-jobs.queues.mail.capacity=20").run((context) -> {
			Mails mails = context.getBean(Mails.class);
			IntStream.range(0, 5).forEach(mails::send);
			pauseRedis();
			// the first call is on its way, the others ride together behind it
			CompletableFuture<?> first = CompletableFuture.runAsync(() -> mails.send(6), this.callers);
			CompletableFuture<?> bulk = CompletableFuture.runAsync(() -> context.getBean(JobClient.class)
				.enqueueAll(() -> IntStream.range(0, 20).forEach(mails::send)), this.callers);
			List<CompletableFuture<?>> others = new ArrayList<>();
			for (int k = 0; k < 10; k++) {
				others.add(CompletableFuture.runAsync(() -> mails.send(7), this.callers));
			}
			first.get(10, TimeUnit.SECONDS);
			for (CompletableFuture<?> other : others) {
				other.get(10, TimeUnit.SECONDS);
			}
			assertThat(bulk).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withRootCauseInstanceOf(QueueFullException.class);
			assertThat(queued(context)).isEqualTo(16);
		});
	}

	private static void pauseRedis() {
		RedisClient client = RedisClient.create(RedisServer.shared().uri());
		client.connect().sync().clientPause(500);
		client.shutdown(Duration.ZERO, Duration.ZERO);
	}

	@Test
	void batchOfMoreThanTheQueueMayHoldIsDivided() {
		this.runner
			.withPropertyValues("background-jobs.worker.enabled=true", "background-jobs.queues.mail.capacity=40",
					"background-jobs.queues.mail.on-full=block", "background-jobs.queues.mail.block-timeout=20s")
			.run((context) -> {
				Mails mails = context.getBean(Mails.class);
				assertThat(
						context.getBean(JobClient.class).enqueueAll(() -> IntStream.range(0, 200).forEach(mails::send)))
					.isEqualTo(200);
			});
	}

	@Test
	void refusedBatchOfManyCallsNamesTheQueue() {
		this.runner.run((context) -> {
			Mails mails = context.getBean(Mails.class);
			assertThatExceptionOfType(BatchEnqueueException.class)
				.isThrownBy(() -> context.getBean(JobClient.class)
					.enqueueAll(() -> IntStream.range(0, 5).forEach(mails::send)))
				.withCauseInstanceOf(QueueFullException.class)
				.withMessageContaining("Queue 'mail' is full")
				.withMessageContaining("none of the 2 jobs was enqueued")
				.satisfies((ex) -> assertThat(ex.getFailedIndex()).isEqualTo(3));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "queue-defaults.capacity=0", "queues.mail.capacity=-1", "queue-defaults.block-timeout=-1s",
			"queues.mail.block-timeout=-1s" })
	void capacityIsPositiveAndTheTimeoutNotNegative(String property) {
		this.runner.withPropertyValues("background-jobs." + property)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("background-jobs." + property.substring(0, property.indexOf('='))));
	}

	private static long queued(AssertableApplicationContext context) {
		return context.getBean(JobQueries.class).figures("mail").queued();
	}

	/**
	 * How many batches were sent beyond those that were taken.
	 */
	private static long refusals(AssertableApplicationContext context) {
		String key = "bj:{" + context.getEnvironment().getProperty("background-jobs.namespace") + ".mail}:pr";
		long sent = context.getBean(StringRedisTemplate.class)
			.<String, String>opsForHash()
			.values(key)
			.stream()
			.mapToLong((sequence) -> Long.parseLong(sequence.replaceAll("\\D.*", "")))
			.sum();
		return sent - queued(context);
	}

	static class Mails {

		@BackgroundJob("mail")
		JobHandle<Void> send(int user) {
			return JobHandle.completed();
		}

		@BackgroundJob("reports")
		void report(int user) {
		}

	}

}
