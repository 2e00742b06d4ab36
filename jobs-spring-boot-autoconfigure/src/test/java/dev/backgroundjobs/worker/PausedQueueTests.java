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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A paused queue: what runs ends, what comes waits, also for processes that start later,
 * and it goes on at once when it is resumed.
 */
class PausedQueueTests {

	private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Steps.class)
		.withPropertyValues("background-jobs.worker.poll-interval=60s");

	@Test
	void runningJobEndsAndWaitingOnesRunAtOnceWhenItIsResumedByAnotherProcess() {
		this.runner.run((context) -> {
			Steps steps = context.getBean(Steps.class);
			JobHandle<Void> running = steps.block();
			await().atMost(LONG_ENOUGH).until(() -> steps.started().getCount() == 0);
			JobOperations operations = context.getBean(JobOperations.class);
			assertThat(operations.pause("steps")).isTrue();
			assertThat(operations.pause("steps")).as("again").isFalse();
			JobHandle<Void> waiting = steps.step();
			steps.release().countDown();
			await().atMost(LONG_ENOUGH).untilAsserted(() -> assertThat(running.state()).isEqualTo(JobState.SUCCEEDED));
			assertThat(waiting.state()).isEqualTo(JobState.QUEUED);
		});
		this.runner.run((context) -> {
			Steps steps = context.getBean(Steps.class);
			awaitPoll(context);
			JobHandle<Void> waiting = steps.step();
			assertThat(waiting.state()).as("in a process that started later").isEqualTo(JobState.QUEUED);
			this.runner.withPropertyValues("background-jobs.worker.enabled=false")
				.run((other) -> assertThat(other.getBean(JobOperations.class).resume("steps")).isTrue());
			assertThat(steps.ran().await(30, TimeUnit.SECONDS)).as("both waiting jobs ran, with a poll a minute")
				.isTrue();
		});
	}

	private static void awaitPoll(ApplicationContext context) {
		await().atMost(LONG_ENOUGH)
			.until(() -> context.getBean(JobListenerContainerRegistry.class)
				.getContainers()
				.stream()
				.allMatch((container) -> container.getTimeSinceLastPoll() != null));
	}

	static class Steps {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		private final CountDownLatch ran = new CountDownLatch(2);

		CountDownLatch started() {
			return this.started;
		}

		CountDownLatch release() {
			return this.release;
		}

		CountDownLatch ran() {
			return this.ran;
		}

		@BackgroundJob("steps")
		JobHandle<Void> block() throws InterruptedException {
			this.started.countDown();
			this.release.await();
			return JobHandle.completed();
		}

		@BackgroundJob("steps")
		JobHandle<Void> step() {
			this.ran.countDown();
			return JobHandle.completed();
		}

	}

}
