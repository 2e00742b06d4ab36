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
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JobTimeoutException;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Slots, timeouts, parking, log and shutdown of a worker.
 */
@ExtendWith(OutputCaptureExtension.class)
class WorkerTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create().withBean(Jobs.class);

	@Test
	void timeoutInterruptsTheAttemptAndCountsAsFailure() {
		this.runner.run((context) -> {
			JobHandle<Void> handle = context.getBean(Jobs.class).slow();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).singleElement().satisfies((failure) -> {
				assertThat(failure.type()).isEqualTo(JobTimeoutException.class.getName());
				assertThat(failure.message()).contains("PT0.2S", "Jobs.slow", "background-jobs.job.timeout");
			});
			assertThat(context.getBean(Jobs.class).notes()).containsExactly("interrupted");
		});
	}

	@Test
	void queueRunsAsManyJobsAsItHasSlots() {
		this.runner
			.withPropertyValues("background-jobs.worker.concurrency=2",
					"background-jobs.queues.wide.worker-concurrency=4")
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				JobClient client = context.getBean(JobClient.class);
				for (int i = 0; i < 6; i++) {
					client.enqueue(() -> jobs.block("narrow"));
					client.enqueue(() -> jobs.blockWide("wide"));
				}
				await().untilAsserted(() -> assertThat(jobs.notes()).hasSize(6));
				assertThat(jobs.notes()).filteredOn("narrow"::equals).hasSize(2);
				assertThat(jobs.notes()).filteredOn("wide"::equals).hasSize(4);
				jobs.open();
				await().untilAsserted(() -> assertThat(jobs.notes()).hasSize(12));
			});
	}

	@Test
	void onlyTheGivenQueuesAreWorkedOn() {
		this.runner.withPropertyValues("background-jobs.worker.queues=wide")
			.run((context) -> assertThat(context.getBean(JobListenerContainerRegistry.class).getContainers())
				.singleElement()
				.satisfies((container) -> assertThat(container.getQueues()).containsExactly("wide")));
	}

	@Test
	void containerIsStoppedAndStartedByItsId() {
		this.runner.withPropertyValues("background-jobs.worker.poll-interval=50ms").run((context) -> {
			JobListenerContainerRegistry registry = context.getBean(JobListenerContainerRegistry.class);
			JobListenerContainer container = registry.getContainer("wide");
			assertThat(container).isNotNull();
			assertThat(registry.getContainer("nobody's")).isNull();
			Jobs jobs = context.getBean(Jobs.class);
			jobs.blockWide("before");
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("before"));
			container.stop();
			assertThat(container.isRunning()).isFalse();
			jobs.blockWide("after");
			JobHandle<Void> elsewhere = jobs.quick("another queue");
			await().untilAsserted(() -> assertThat(elsewhere.state()).isEqualTo(JobState.SUCCEEDED));
			assertThat(jobs.notes()).containsExactly("before", "another queue");
			container.start();
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("before", "another queue", "after"));
			jobs.open();
			registry.stop();
			assertThatIllegalStateException().isThrownBy(container::start)
				.withMessageContaining("The container 'wide'");
		});
	}

	@Test
	void jobUnknownHereWaitsForAWorkerThatKnowsIt() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
			JobHandle<Void> handle = producer.getBean(Jobs.class).quick("known elsewhere");
			String namespace = producer.getEnvironment().getRequiredProperty("background-jobs.namespace");
			ApplicationContextRunner workers = JobsContextRunner.create()
				.withPropertyValues("background-jobs.namespace=" + namespace, "background-jobs.worker.queues=default");
			workers.run((stranger) -> await().untilAsserted(() -> {
				JobInfo info = handle.info();
				assertThat(info).isNotNull();
				assertThat(info.state()).isEqualTo(JobState.RETRYING);
				assertThat(info.parkedBecause()).startsWith("UNKNOWN_JOB").contains("'Jobs.quick'");
				assertThat(info.maxRetries()).isEqualTo(10);
				assertThat(stranger.getBean(JobClient.class).find(handle.id())).extracting(JobInfo::maxRetries)
					.isEqualTo(-1);
			}));
			workers.withBean(Jobs.class)
				.run((worker) -> await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED)));
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.retries()).isZero();
			assertThat(info.attempt()).isEqualTo(1);
		});
	}

	@Test
	void recordThatCannotBeReadIsPutAsideAlone() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
			String namespace = producer.getEnvironment().getRequiredProperty("background-jobs.namespace");
			JobHandle<Void> garbage = producer.getBean(Jobs.class).quick("garbage");
			JobHandle<Void> good = producer.getBean(Jobs.class).quick("good");
			producer.getBean(StringRedisTemplate.class)
				.opsForHash()
				.put("bj:{" + namespace + ".default}:j", garbage.id().substring("default~0~".length()), "1?nonsense");
			this.runner.withPropertyValues("background-jobs.namespace=" + namespace).run((worker) -> {
				await().untilAsserted(() -> assertThat(good.state()).isEqualTo(JobState.SUCCEEDED));
				await().untilAsserted(() -> assertThat(garbage.state()).isEqualTo(JobState.RETRYING));
				assertThat(worker.getBean(Jobs.class).notes()).containsExactly("good");
			});
		});
	}

	@Test
	void runningJobMayEndDuringShutdown() {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobHandle<Void> handle = context.getBean(JobClient.class).enqueue(() -> jobs.blockAndFollow("last"));
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("last"));
			CountDownLatch stopped = new CountDownLatch(1);
			JobListenerContainerRegistry registry = context.getBean(JobListenerContainerRegistry.class);
			Collection<JobListenerContainer> containers = registry.getContainers();
			assertThat(containers).isNotEmpty();
			registry.stop(stopped::countDown);
			await().until(() -> containers.stream().noneMatch(JobListenerContainer::isRunning));
			JobHandle<Void> late = jobs.quick("too late");
			assertThat(stopped.getCount()).isEqualTo(1);
			jobs.open();
			assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED);
			assertThat(late.state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void jobThatIgnoresItsInterruptIsNotGivenToAnybodyElse() {
		this.runner.withPropertyValues("background-jobs.worker.shutdown-timeout=100ms").run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobHandle<Void> handle = jobs.ignoreInterrupts();
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("started"));
			context.getBean(JobListenerContainerRegistry.class).stop();
			assertThat(jobs.notes()).contains("ignored");
			assertThat(handle.state()).isEqualTo(JobState.RUNNING);
			jobs.open();
		});
	}

	@Test
	void jobThatIgnoresItsInterruptKeepsItsLeaseAfterTheStop() {
		this.runner
			.withPropertyValues("background-jobs.worker.shutdown-timeout=100ms", "background-jobs.worker.lease=2s")
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				JobHandle<Void> handle = jobs.ignoreInterrupts();
				await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("started"));
				context.getBean(JobListenerContainerRegistry.class).stop();
				String namespace = context.getEnvironment().getRequiredProperty("background-jobs.namespace");
				this.runner
					.withPropertyValues("background-jobs.namespace=" + namespace, "background-jobs.worker.lease=2s",
							"background-jobs.worker.poll-interval=100ms")
					.run((other) -> await().during(Duration.ofSeconds(5))
						.until(() -> other.getBean(Jobs.class).notes().isEmpty()));
				jobs.open();
				await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			});
	}

	@Test
	void failedAttemptIsOneLineAndDeadJobShowsItsStackTrace(CapturedOutput output) {
		this.runner.run((context) -> {
			JobHandle<Void> handle = context.getBean(Jobs.class).failTwice();
			await().untilAsserted(() -> assertThat(output).containsOnlyOnce("failed, attempt 1 of 2")
				.containsPattern("WARN .*dev\\.backgroundjobs\\.job\\.Jobs\\.failTwice .*failed, attempt 1 of 2")
				.contains("java.lang.IllegalStateException: bad luck")
				.contains("JobClient.retry(\"" + handle.id() + "\")")
				.contains("at dev.backgroundjobs.worker.WorkerTests$Jobs.failTwice"));
		});
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final CountDownLatch latch = new CountDownLatch(1);

		List<String> notes() {
			return this.notes;
		}

		void open() {
			this.latch.countDown();
		}

		@BackgroundJob
		JobHandle<Void> quick(String note) {
			this.notes.add(note);
			return JobHandle.completed();
		}

		@BackgroundJob(timeout = "200ms")
		@JobRetry(maxRetries = 0)
		JobHandle<Void> slow() {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.notes.add("interrupted");
				throw new IllegalStateException(ex);
			}
			return JobHandle.completed();
		}

		@BackgroundJob("narrow")
		void block(String note) throws InterruptedException {
			this.notes.add(note);
			this.latch.await();
		}

		@BackgroundJob("wide")
		void blockWide(String note) throws InterruptedException {
			this.notes.add(note);
			this.latch.await();
		}

		@BackgroundJob
		JobHandle<Void> blockAndFollow(String note) throws InterruptedException {
			this.notes.add(note);
			this.latch.await();
			return JobHandle.completed();
		}

		@BackgroundJob
		JobHandle<Void> ignoreInterrupts() {
			this.notes.add("started");
			while (this.latch.getCount() > 0) {
				try {
					this.latch.await();
				}
				catch (InterruptedException ex) {
					this.notes.add("ignored");
				}
			}
			return JobHandle.completed();
		}

		@BackgroundJob
		@JobRetry(maxRetries = 1, delay = "10ms", jitter = "0s")
		JobHandle<Void> failTwice() {
			throw new IllegalStateException("bad luck");
		}

	}

}
