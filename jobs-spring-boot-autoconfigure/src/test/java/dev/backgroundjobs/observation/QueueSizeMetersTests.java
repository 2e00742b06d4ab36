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

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Gauges of the sizes of queues.
 */
class QueueSizeMetersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void jobsAreCountedByQueueAndState() {
		JobsContextRunner.create()
			.withBean(Work.class)
			.withPropertyValues("background-jobs.queues.sized.worker-concurrency=1")
			.run((context) -> {
				Work work = context.getBean(Work.class);
				JobClient jobs = context.getBean(JobClient.class);
				awaitState(work.hopeless(), JobState.DEAD);
				awaitState(work.failing(), JobState.RETRYING);
				awaitState(work.waiting(), JobState.RUNNING);
				work.step();
				work.step();
				jobs.in(Duration.ofHours(1)).chain(work::step).then(work::step).then(work::step).enqueue();
				QueueSizeMeters meters = new QueueSizeMeters(context.getBean(JobQueries.class));
				try {
					meters.bindTo(this.registry);
					meters.refresh();
					assertThat(sizes()).isEqualTo(Map.of("sized queued", 2.0, "sized scheduled", 1.0, "sized retrying",
							1.0, "sized waiting", 2.0, "sized running", 1.0, "sized dead", 1.0));
					await().untilAsserted(() -> {
						meters.refresh();
						assertThat(this.registry.get("background.jobs.queue.oldest.age")
							.tag("queue", "sized")
							.gauge()
							.value()).isPositive();
					});
					work.latch().countDown();
					await().untilAsserted(() -> {
						meters.refresh();
						assertThat(sizes()).containsEntry("sized queued", 0.0).containsEntry("sized running", 0.0);
					});
				}
				finally {
					meters.destroy();
				}
			});
	}

	@Test
	void whoScrapesAsksRedisForNothing() {
		producer(RedisServer.shared()).run((context) -> {
			context.getBean(Work.class).step();
			Set<String> asking = ConcurrentHashMap.newKeySet();
			JobQueries queries = context.getBean(JobQueries.class);
			QueueSizeMeters meters = new QueueSizeMeters((JobQueries) Proxy.newProxyInstance(
					getClass().getClassLoader(), new Class<?>[] { JobQueries.class }, (proxy, method, arguments) -> {
						asking.add(Thread.currentThread().getName().replaceAll("\\d+$", ""));
						return method.invoke(queries, arguments);
					}));
			try {
				meters.bindTo(this.registry);
				await().untilAsserted(() -> assertThat(sizes()).containsEntry("sized queued", 1.0));
				this.registry.forEachMeter((meter) -> meter.measure().forEach((measured) -> measured.getValue()));
				assertThat(asking).containsExactly("background-jobs-meters-");
			}
			finally {
				meters.destroy();
			}
		});
	}

	@Test
	void lastFiguresStandWhileRedisIsAway() {
		try (RedisServer redis = RedisServer.start()) {
			producer(redis).run((context) -> {
				QueueSizeMeters meters = new QueueSizeMeters(context.getBean(JobQueries.class));
				try {
					context.getBean(Work.class).step();
					meters.bindTo(this.registry);
					meters.refresh();
					assertThat(sizes()).containsEntry("sized queued", 1.0);
					redis.kill();
					assertThatNoException().isThrownBy(meters::refresh);
					assertThat(sizes()).containsEntry("sized queued", 1.0);
				}
				finally {
					meters.destroy();
				}
			});
		}
	}

	private static ApplicationContextRunner producer(RedisServer redis) {
		return JobsContextRunner.on(redis)
			.withBean(Work.class)
			.withPropertyValues("background-jobs.worker.enabled=false");
	}

	private static void awaitState(JobHandle<?> handle, JobState state) {
		await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(state));
	}

	private Map<String, Double> sizes() {
		Map<String, Double> sizes = new TreeMap<>();
		for (Gauge gauge : this.registry.find("background.jobs.queue.size").gauges()) {
			assertThat(gauge.getId().getTags()).extracting((tag) -> tag.getKey())
				.containsExactlyInAnyOrder("queue", "state");
			sizes.put(gauge.getId().getTag("queue") + " " + gauge.getId().getTag("state"), gauge.value());
		}
		return sizes;
	}

	static class Work {

		private final CountDownLatch latch = new CountDownLatch(1);

		CountDownLatch latch() {
			return this.latch;
		}

		@BackgroundJob("sized")
		JobHandle<Void> step() {
			return JobHandle.completed();
		}

		@BackgroundJob("sized")
		JobHandle<Void> waiting() throws InterruptedException {
			this.latch.await();
			return JobHandle.completed();
		}

		@BackgroundJob("sized")
		@JobRetry(delay = "1h")
		JobHandle<Void> failing() {
			throw new IllegalStateException("not now");
		}

		@BackgroundJob("sized")
		JobHandle<Void> hopeless() {
			throw new NonRetryableJobException("never");
		}

	}

}
