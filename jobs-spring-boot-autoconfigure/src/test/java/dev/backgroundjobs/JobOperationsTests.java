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

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Cancelling, retrying and deleting jobs in each state of their life.
 */
class JobOperationsTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Steps.class)
		.withPropertyValues("background-jobs.worker.queues=steps");

	@Test
	void scheduledJobCanBeCancelledAndDeleted() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = jobs.in(Duration.ofHours(1)).enqueue(() -> steps.step());
			assertState(handle, JobState.SCHEDULED);
			assertThat(jobs.retry(handle.id())).isFalse();
			assertThat(jobs.cancel(handle.id())).isTrue();
			assertState(handle, JobState.CANCELLED);
			assertThat(jobs.cancel(handle.id())).isFalse();
			assertThat(jobs.delete(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void queuedJobCanBeCancelled() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.elsewhere();
			assertState(handle, JobState.QUEUED);
			assertThat(jobs.retry(handle.id())).isFalse();
			assertThat(handle.cancel()).isTrue();
			assertState(handle, JobState.CANCELLED);
		});
	}

	@Test
	void queuedJobCanBeDeleted() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.elsewhere();
			assertThat(jobs.delete(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void cancelledJobThatNobodyFollowsIsGone() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = jobs.in(Duration.ofHours(1)).enqueue(() -> steps.unfollowed());
			assertThat(jobs.cancel(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void runningJobIsNotRetriedOrDeleted() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.waiting();
			await().untilAsserted(() -> assertState(handle, JobState.RUNNING));
			assertThat(jobs.retry(handle.id())).isFalse();
			assertThat(jobs.delete(handle.id())).isFalse();
			steps.latch().countDown();
			await().untilAsserted(() -> assertState(handle, JobState.SUCCEEDED));
		});
	}

	@Test
	void succeededJobCanOnlyBeDeleted() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.step();
			await().untilAsserted(() -> assertState(handle, JobState.SUCCEEDED));
			assertThat(jobs.cancel(handle.id())).isFalse();
			assertThat(jobs.retry(handle.id())).isFalse();
			assertThat(jobs.delete(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void succeededJobThatNobodyFollowsIsGone() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = jobs.enqueue(() -> steps.unfollowed());
			await().untilAsserted(() -> assertThat(handle.info()).isNull());
			JobHandle<Void> withId = jobs.id("followed").enqueue(() -> steps.unfollowed());
			await().untilAsserted(() -> assertState(withId, JobState.SUCCEEDED));
		});
	}

	@Test
	void retryingJobCanBeCancelled() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.failing();
			await().untilAsserted(() -> assertState(handle, JobState.RETRYING));
			assertThat(jobs.retry(handle.id())).isFalse();
			assertThat(jobs.cancel(handle.id())).isTrue();
			assertState(handle, JobState.CANCELLED);
		});
	}

	@Test
	void retryingJobCanBeDeleted() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.failing();
			await().untilAsserted(() -> assertState(handle, JobState.RETRYING));
			assertThat(jobs.delete(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void deadJobCanBeRetriedOrDeleted() {
		run((jobs, steps) -> {
			JobHandle<Void> handle = steps.hopeless();
			await().untilAsserted(() -> assertState(handle, JobState.DEAD));
			assertThat(jobs.cancel(handle.id())).isFalse();
			assertThat(jobs.retry(handle.id())).isTrue();
			await().untilAsserted(() -> {
				assertState(handle, JobState.DEAD);
				assertThat(handle.info()).extracting(JobInfo::attempt).isEqualTo(2);
			});
			assertThat(jobs.delete(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	private void run(Check check) {
		this.runner.run((context) -> check.run(context.getBean(JobClient.class), context.getBean(Steps.class)));
	}

	private static void assertState(JobHandle<?> handle, JobState state) {
		assertThat(handle.state()).isEqualTo(state);
	}

	interface Check {

		void run(JobClient jobs, Steps steps) throws Exception;

	}

	static class Steps {

		private final CountDownLatch latch = new CountDownLatch(1);

		CountDownLatch latch() {
			return this.latch;
		}

		@BackgroundJob("steps")
		JobHandle<Void> step() {
			return JobHandle.completed();
		}

		@BackgroundJob("steps")
		void unfollowed() {
		}

		@BackgroundJob("elsewhere")
		JobHandle<Void> elsewhere() {
			return JobHandle.completed();
		}

		@BackgroundJob("steps")
		JobHandle<Void> waiting() throws InterruptedException {
			this.latch.await();
			return JobHandle.completed();
		}

		@BackgroundJob("steps")
		@JobRetry(delay = "1h")
		JobHandle<Void> failing() {
			throw new IllegalStateException("not now");
		}

		@BackgroundJob("steps")
		JobHandle<Void> hopeless() {
			throw new NonRetryableJobException("never");
		}

	}

}
