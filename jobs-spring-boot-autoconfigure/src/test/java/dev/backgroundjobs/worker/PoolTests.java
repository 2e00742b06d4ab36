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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerFactory;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Several queues in one container.
 */
class PoolTests {

	private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

	private final ApplicationContextRunner producer = JobsContextRunner.create()
		.withBean(Work.class)
		.withPropertyValues("background-jobs.queues.slow.partitions=2");

	private final ApplicationContextRunner worker = this.producer.withPropertyValues(
			"background-jobs.worker.pools.partners.queues=quick:3,slow",
			"background-jobs.worker.pools.partners.concurrency=4");

	@Test
	void poolIsOneContainerAndQueuesInNoneHaveTheirOwn() {
		this.worker.run((context) -> {
			JobListenerContainerRegistry registry = context.getBean(JobListenerContainerRegistry.class);
			assertThat(registry.getContainers()).extracting(JobListenerContainer::getId)
				.containsExactly("other", "partners");
			JobListenerContainer pool = registry.getContainer("partners");
			assertThat(pool).isNotNull();
			assertThat(pool.getQueues()).containsExactly("quick", "slow");
			assertThat(pool.getConcurrency()).isEqualTo(4);
		});
	}

	@Test
	void slowJobsHoldTheirShareOfTheSlotsAndOthersGoOn() {
		enqueue(20, 200);
		this.worker.run((context) -> {
			Work work = context.getBean(Work.class);
			// all quick ones run past slow ones that do not end
			await().atMost(LONG_ENOUGH).until(() -> work.notes().stream().filter("quick"::equals).count() == 200);
			await().atMost(LONG_ENOUGH).until(() -> container(context).getBusy() == 4);
			assertThat(work.notes().stream().filter("slow"::equals).count()).isLessThanOrEqualTo(4);
			List<String> first = work.notes().subList(0, 150);
			// a second one only if Redis leaves a claim without an answer for seconds
			assertThat(first.stream().filter("slow"::equals).count()).as("of four slots").isBetween(1L, 2L);
			work.open();
			await().atMost(LONG_ENOUGH).until(() -> work.notes().size() == 220);
		});
	}

	@Test
	void strictOrderPrefersTheFirstQueue() {
		enqueue(10, 30);
		this.worker
			.withPropertyValues("background-jobs.worker.pools.partners.order=strict",
					"background-jobs.worker.pools.partners.queues=slow:1,quick:9",
					// of two threads the second may be the first to take its note
					"background-jobs.worker.pools.partners.concurrency=1")
			.run((context) -> {
				Work work = context.getBean(Work.class);
				await().atMost(LONG_ENOUGH).until(() -> work.notes().size() == 1);
				assertThat(work.notes()).containsOnly("slow");
				work.open();
				await().atMost(LONG_ENOUGH).until(() -> work.notes().size() == 40);
				assertThat(work.notes().subList(0, 10)).containsOnly("slow");
			});
	}

	@Test
	void containersAreMadeWhileTheApplicationRuns() {
		this.worker.withPropertyValues("background-jobs.worker.queues=quick").run((context) -> {
			Work work = context.getBean(Work.class);
			work.other();
			JobListenerContainerFactory factory = context.getBean(JobListenerContainerFactory.class);
			JobListenerContainer made = factory.createContainer(JobListenerContainerOptions.of("other", 2));
			JobListenerContainerRegistry registry = context.getBean(JobListenerContainerRegistry.class);
			assertThat(registry.getContainer("other")).isSameAs(made);
			assertThat(made.isRunning()).isFalse();
			made.start();
			await().atMost(LONG_ENOUGH).until(() -> work.notes().contains("other"));
			assertThatIllegalStateException()
				.isThrownBy(() -> factory.createContainer(JobListenerContainerOptions.of("other", 1)))
				.withMessageContaining("has a container 'other' already");
			assertThatIllegalStateException()
				.isThrownBy(() -> factory.createContainer(JobListenerContainerOptions.of("slow", 1)))
				.withMessageContaining("'partners' works on queue 'slow' already");
			registry.stop();
			assertThat(made.isRunning()).isFalse();
			assertThatIllegalStateException()
				.isThrownBy(() -> factory.createContainer(JobListenerContainerOptions.of("late", 1)))
				.withMessageContaining("is stopped");
		});
	}

	private void enqueue(int slow, int quick) {
		this.producer.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			Work work = context.getBean(Work.class);
			for (int k = 0; k < slow; k++) {
				work.slow();
			}
			for (int k = 0; k < quick; k++) {
				work.quick();
			}
		});
	}

	private static JobListenerContainer container(ApplicationContext context) {
		JobListenerContainer pool = context.getBean(JobListenerContainerRegistry.class).getContainer("partners");
		assertThat(pool).isNotNull();
		return pool;
	}

	static class Work {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final CountDownLatch opened = new CountDownLatch(1);

		List<String> notes() {
			return this.notes;
		}

		void open() {
			this.opened.countDown();
		}

		@BackgroundJob("slow")
		void slow() throws InterruptedException {
			this.notes.add("slow");
			this.opened.await();
		}

		@BackgroundJob("quick")
		void quick() {
			this.notes.add("quick");
		}

		@BackgroundJob("other")
		void other() {
			this.notes.add("other");
		}

	}

}
