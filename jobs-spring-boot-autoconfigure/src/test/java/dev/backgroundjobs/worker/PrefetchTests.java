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

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs that are claimed before there is a slot for them.
 */
class PrefetchTests {

	private static final int ALL = 200;

	/** By then it is known that jobs are quick, and others wait behind this one. */
	private static final int SPECIAL = 100;

	private static final IntConsumer NOTHING = (number) -> {
	};

	private final String namespace = "test-" + UUID.randomUUID();

	@BeforeEach
	void enqueueAll() {
		runner(NOTHING).withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
			Jobs jobs = producer.getBean(Jobs.class);
			IntStream.range(0, ALL).forEach(jobs::quick);
		});
	}

	@Test
	void quickJobsAreClaimedAhead() {
		runner(NOTHING).run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactlyElementsOf(notes(0, ALL)));
			// what a worker counts in Redis is its claims that gave it jobs
			Map<Object, Object> sequences = context.getBean(StringRedisTemplate.class)
				.opsForHash()
				.entries("bj:{" + this.namespace + ".default}:pr");
			assertThat(sequences.values()).filteredOn((entry) -> number(entry) < ALL).hasSize(1);
			assertThat(sequences.values()).filteredOn((entry) -> number(entry) < ALL)
				.allSatisfy((entry) -> assertThat(number(entry)).isLessThan(ALL * 2 / 3));
		});
	}

	@Test
	void jobsBehindABlockedSlotGoBackAndRunInAnotherProcess() {
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch over = new CountDownLatch(1);
		runner((number) -> {
			if (number == SPECIAL) {
				blocked.countDown();
				awaitLatch(over);
			}
		}).run((slow) -> {
			awaitLatch(blocked);
			runner(NOTHING).run((idle) -> {
				List<String> elsewhere = idle.getBean(Jobs.class).notes();
				await().untilAsserted(
						() -> assertThat(elsewhere).containsExactlyInAnyOrderElementsOf(notes(SPECIAL + 1, ALL)));
			});
			over.countDown();
			assertThat(slow.getBean(Jobs.class).notes()).containsExactlyElementsOf(notes(0, SPECIAL + 1));
		});
	}

	@Test
	void stopGivesBackInOrderWhatHasNotStarted() {
		CompletableFuture<ApplicationContext> context = new CompletableFuture<>();
		CountDownLatch stopped = new CountDownLatch(1);
		runner((number) -> {
			if (number == SPECIAL) {
				context.join().getBean(JobListenerContainerRegistry.class).stop(stopped::countDown);
				await().until(() -> queued(context.join()) == ALL - SPECIAL - 1);
			}
		}).run((stopping) -> {
			context.complete(stopping);
			awaitLatch(stopped);
			assertThat(stopping.getBean(Jobs.class).notes()).containsExactlyElementsOf(notes(0, SPECIAL + 1));
			runner(NOTHING).run((next) -> {
				List<String> others = next.getBean(Jobs.class).notes();
				await().untilAsserted(() -> assertThat(others).containsExactlyElementsOf(notes(SPECIAL + 1, ALL)));
			});
		});
	}

	private ApplicationContextRunner runner(IntConsumer behaviour) {
		return JobsContextRunner.create()
			.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.concurrency=1")
			.withBean(Jobs.class, () -> new Jobs(behaviour));
	}

	private long queued(ApplicationContext context) {
		Long queued = context.getBean(StringRedisTemplate.class)
			.opsForList()
			.size("bj:{" + this.namespace + ".default}:r1");
		return (queued != null) ? queued : 0;
	}

	private static List<String> notes(int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> number + " attempt 1").toList();
	}

	private static int number(Object entry) {
		String text = String.valueOf(entry);
		return Integer.parseInt(text.substring(0, text.indexOf(':')));
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final IntConsumer behaviour;

		Jobs(IntConsumer behaviour) {
			this.behaviour = behaviour;
		}

		List<String> notes() {
			return this.notes;
		}

		@BackgroundJob
		void quick(int number) {
			this.notes.add(number + " attempt " + JobContext.current().attempt());
			this.behaviour.accept(number);
		}

	}

}
