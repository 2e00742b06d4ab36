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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.DeadLetters;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.observation.MicrometerJobListener;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Queues with more than one partition: all of them are worked on and reached, also when
 * their number changes.
 */
class PartitionTests {

	private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

	private final ApplicationContextRunner worker = JobsContextRunner.create()
		.withBean(Parcels.class)
		.withPropertyValues("background-jobs.worker.lease=2s");

	private final ApplicationContextRunner producer = this.worker
		.withPropertyValues("background-jobs.worker.enabled=false");

	@Test
	void jobsAreSpreadAndReachedAndRunWhereverTheyAre() {
		this.producer.withPropertyValues("background-jobs.queues.parcels.partitions=3").run((context) -> {
			Parcels parcels = context.getBean(Parcels.class);
			JobClient client = context.getBean(JobClient.class);
			List<JobHandle<Void>> handles = enqueue(parcels, 9);
			assertThat(partitions(handles)).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2);
			JobId unsure = JobId.parse(handles.get(7).id());
			assertThat(client.id(unsure.local()).enqueue(() -> parcels.send(7)).id())
				.as("repeated with its own id, a call meets its job")
				.isEqualTo(unsure.toString());
			String chosen = client.id("order-42").enqueue(() -> parcels.send(42)).id();
			assertThat(client.id("order-42").enqueue(() -> parcels.send(43)).id()).isEqualTo(chosen);
			JobQueries queries = context.getBean(JobQueries.class);
			assertThat(queries.figures("parcels").queued()).isEqualTo(10);
			assertThat(queries.waitingNames("parcels").names()).containsEntry("Parcels.send", 10L);
			assertThat(context.getBean(DeploymentReader.class).read().queues()).singleElement()
				.satisfies((queue) -> assertThat(queue.queued()).isEqualTo(10))
				.satisfies((queue) -> assertThat(queue.counters()).containsEntry("enqueued", 10L));
			assertThat(client.cancel(handles.get(4).id())).isTrue();
			assertThat(client.delete(handles.get(5).id())).isTrue();
			assertThat(client.find(handles.get(5).id())).isNull();
			assertThat(queries.figures("parcels").queued()).isEqualTo(8);
			this.worker.withPropertyValues("background-jobs.queues.parcels.partitions=3").run((working) -> {
				awaitSent(working, 0, 1, 2, 3, 6, 7, 8, 42);
				assertThat(queries.figures("parcels")).extracting(QueueFigures::queued, QueueFigures::running)
					.containsExactly(0L, 0L);
			});
		});
	}

	@Test
	void partitionsAreWorkedOnUntilEmptyWhenThereAreToBeFewer() {
		this.producer.withPropertyValues("background-jobs.queues.parcels.partitions=4")
			.run((context) -> enqueue(context.getBean(Parcels.class), 8));
		this.worker.withPropertyValues("background-jobs.queues.parcels.partitions=2").run((context) -> {
			Parcels parcels = context.getBean(Parcels.class);
			assertThat(partitions(IntStream.range(8, 12).mapToObj(parcels::send).toList())).containsExactly(0, 1, 0, 1);
			awaitSent(context, IntStream.range(0, 12).boxed().toArray(Integer[]::new));
			assertThat(remembered(context)).isEqualTo("4");
		});
	}

	@Test
	void partitionsThatOnlyTheProducerKnowsAreWorkedOn() {
		this.worker.run((context) -> {
			context.getBean(Parcels.class).send(99);
			awaitSent(context, 99);
			this.producer.withPropertyValues("background-jobs.queues.parcels.partitions=3").run((other) -> {
				List<JobHandle<Void>> handles = enqueue(other.getBean(Parcels.class), 3);
				assertThat(partitions(handles)).containsExactly(0, 1, 2);
			});
			awaitSent(context, 0, 1, 2, 99);
		});
	}

	@Test
	void callsThatTravelTogetherGoToOnePartition() {
		this.producer.withPropertyValues("background-jobs.queues.parcels.partitions=3").run((context) -> {
			Parcels parcels = context.getBean(Parcels.class);
			JobClient client = context.getBean(JobClient.class);
			List<JobHandle<Void>> handles = new ArrayList<>();
			String chosen = client.id("order-1").in(Duration.ofHours(1)).enqueue(() -> parcels.send(-1)).id();
			assertThat(client.enqueueAll(() -> {
				IntStream.range(0, 1100).mapToObj(parcels::send).forEach(handles::add);
				handles.add(client.id("order-1").enqueue(() -> parcels.send(-2)));
				handles.add(client.id("order-2").enqueue(() -> parcels.send(-3)));
			})).isEqualTo(1102);
			TreeMap<Integer, Long> numbers = partitions(handles.subList(0, 1100)).stream()
				.collect(Collectors.groupingBy((number) -> number, TreeMap::new, Collectors.counting()));
			assertThat(numbers.values()).containsExactlyInAnyOrder(500L, 500L, 100L);
			assertThat(handles.get(1100).id()).isEqualTo(chosen);
			assertThat(context.getBean(JobQueries.class).figures("parcels"))
				.extracting(QueueFigures::queued, QueueFigures::scheduled)
				.containsExactly(1101L, 1L);
		});
	}

	@Test
	void pausedQueueIsPausedInPartitionsThatComeLater() {
		this.producer.withPropertyValues("background-jobs.queues.parcels.partitions=2").run((context) -> {
			JobOperations operations = context.getBean(JobOperations.class);
			enqueue(context.getBean(Parcels.class), 2);
			assertThat(operations.pause("parcels")).isTrue();
			assertThat(operations.pause("parcels")).as("again").isFalse();
			this.worker.withPropertyValues("background-jobs.queues.parcels.partitions=4").run((working) -> {
				Parcels parcels = working.getBean(Parcels.class);
				assertThat(partitions(IntStream.range(2, 6).mapToObj(parcels::send).toList())).contains(2, 3);
				await().atMost(LONG_ENOUGH)
					.until(() -> IntStream.range(0, 4)
						.allMatch((number) -> redis(working).opsForHash().hasKey(key(working, number, "m"), "p")));
				assertThat(context.getBean(JobQueries.class).figures("parcels"))
					.extracting(QueueFigures::paused, QueueFigures::queued)
					.containsExactly(true, 6L);
				assertThat(operations.resume("parcels")).isTrue();
				awaitSent(working, 0, 1, 2, 3, 4, 5);
				assertThat(operations.resume("parcels")).as("again").isFalse();
			});
		});
	}

	@Test
	void deadLettersOfAllPartitionsAreReadAndChanged() {
		this.worker.withPropertyValues("background-jobs.queues.parcels.partitions=3").run((context) -> {
			Parcels parcels = context.getBean(Parcels.class);
			List<JobHandle<Void>> handles = IntStream.range(0, 7).mapToObj((number) -> parcels.lose(number)).toList();
			await().atMost(LONG_ENOUGH)
				.untilAsserted(() -> assertThat(handles)
					.allSatisfy((job) -> assertThat(job.state()).isEqualTo(JobState.DEAD)));
			List<JobInfo> found = new ArrayList<>();
			JobQueries queries = context.getBean(JobQueries.class);
			String cursor = null;
			do {
				DeadLetters page = queries.dead("parcels", 2, cursor);
				assertThat(page.total()).isEqualTo(7);
				page.jobs().forEach((job) -> found.add(job.info()));
				cursor = page.cursor();
			}
			while (cursor != null);
			assertThat(found).extracting(JobInfo::id)
				.containsExactlyInAnyOrderElementsOf(handles.stream().map(JobHandle::id).toList());
			assertThat(found).extracting((job) -> job.finishedAt())
				.isSortedAccordingTo((one, other) -> other.compareTo(one));
			parcels.found();
			JobOperations operations = context.getBean(JobOperations.class);
			assertThat(operations.retry(JobId.parse(handles.get(2).id()))).isTrue();
			DeadStep step = operations.retryDead("parcels", null, 2, null);
			int retried = step.changed();
			while (step.cursor() != null) {
				step = operations.retryDead("parcels", "Parcels.lose", 10, step.cursor());
				retried += step.changed();
			}
			assertThat(retried).isEqualTo(6);
			awaitSent(context, 0, 1, 2, 3, 4, 5, 6);
		});
	}

	@Test
	void jobsOfAWorkerThatDiedAreRecoveredInEachPartition() {
		this.producer.withPropertyValues("background-jobs.queues.parcels.partitions=3").run((context) -> {
			enqueue(context.getBean(Parcels.class), 6);
			assertThat(context.getBean(JobClaims.class)
				.claimant(new QueuePartition("parcels", 2), "victim",
						new ClaimOptions(Duration.ofMillis(500), 3, () -> {
						}))
				.claim(10)
				.toCompletableFuture()
				.get(10, TimeUnit.SECONDS)
				.jobs()).hasSize(2);
		});
		this.worker.run((context) -> {
			awaitSent(context, 0, 1, 2, 3, 4, 5);
			await().atMost(LONG_ENOUGH)
				.untilAsserted(() -> assertThat(context.getBean(JobQueries.class).figures("parcels").counters())
					.containsEntry("recovered", 2L)
					.containsEntry("completed", 6L));
		});
	}

	@Test
	void partitionsShareTheCapacityOfTheirQueue() {
		this.producer
			.withPropertyValues("background-jobs.queues.parcels.partitions=3",
					"background-jobs.queues.parcels.capacity=8")
			.run((context) -> {
				Parcels parcels = context.getBean(Parcels.class);
				enqueue(parcels, 8);
				assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> parcels.send(8))
					.withMessageContaining("it holds 2 jobs")
					.withMessageContaining("background-jobs.queues.parcels.capacity, of which each of 3 partitions");
			});
	}

	@Test
	void partitionsShareWhatTheirQueueMayKeep() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		this.worker.withBean(MicrometerJobListener.class, () -> new MicrometerJobListener(meters))
			.withPropertyValues("background-jobs.queues.parcels.partitions=2", "background-jobs.retention.dead-max=4",
					"background-jobs.retention.max-bytes=1400B")
			.run((context) -> {
				Parcels parcels = context.getBean(Parcels.class);
				enqueue(parcels, 6);
				IntStream.range(6, 14).forEach(parcels::lose);
				JobQueries queries = context.getBean(JobQueries.class);
				await().atMost(LONG_ENOUGH)
					.untilAsserted(() -> assertThat(queries.figures("parcels").counters()).containsEntry("trimmed", 4L)
						.containsEntry("buried", 8L)
						.containsEntry("dropped", 4L));
				assertThat(queries.figures("parcels").dead()).isEqualTo(4);
				await().atMost(LONG_ENOUGH).untilAsserted(() -> {
					assertThat(meters.counter("background.jobs.trimmed", "queue", "parcels").count()).isEqualTo(4);
					assertThat(meters.counter("background.jobs.dropped", "queue", "parcels").count()).isEqualTo(4);
				});
			});
	}

	private static List<JobHandle<Void>> enqueue(Parcels parcels, int number) {
		return IntStream.range(0, number).mapToObj(parcels::send).toList();
	}

	private static List<Integer> partitions(List<JobHandle<Void>> handles) {
		return handles.stream().map((handle) -> JobId.parse(handle.id()).partition().number()).toList();
	}

	private static void awaitSent(ApplicationContext context, Integer... numbers) {
		Parcels parcels = context.getBean(Parcels.class);
		await().atMost(LONG_ENOUGH).untilAsserted(() -> assertThat(parcels.sent()).containsExactlyInAnyOrder(numbers));
		await().atMost(LONG_ENOUGH).until(() -> context.getBean(JobQueries.class).figures("parcels").running() == 0);
	}

	private static Object remembered(ApplicationContext context) {
		String namespace = context.getEnvironment().getProperty("background-jobs.namespace");
		return String.valueOf(redis(context).opsForHash().get("bj:{" + namespace + "}:queues", "parcels"));
	}

	private static String key(ApplicationContext context, int partition, String name) {
		String namespace = context.getEnvironment().getProperty("background-jobs.namespace");
		return "bj:{" + namespace + ".parcels" + ((partition > 0) ? "/" + partition : "") + "}:" + name;
	}

	private static StringRedisTemplate redis(ApplicationContext context) {
		return context.getBean(StringRedisTemplate.class);
	}

	static class Parcels {

		private final Set<Integer> sent = new ConcurrentSkipListSet<>();

		private final AtomicBoolean found = new AtomicBoolean();

		Set<Integer> sent() {
			return this.sent;
		}

		void found() {
			this.found.set(true);
		}

		@BackgroundJob("parcels")
		JobHandle<Void> send(int number) {
			this.sent.add(number);
			return JobHandle.completed();
		}

		@BackgroundJob("parcels")
		JobHandle<Void> lose(int number) {
			if (!this.found.get()) {
				throw new NonRetryableJobException("lost " + number);
			}
			this.sent.add(number);
			return JobHandle.completed();
		}

	}

}
