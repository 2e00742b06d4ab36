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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JobTimeoutException;
import dev.backgroundjobs.actuate.BackgroundJobsHealthIndicator;
import dev.backgroundjobs.actuate.FailureRate;
import dev.backgroundjobs.actuate.HealthOptions;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.redis.BreaksData;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs that ignore their interrupt do not hold their slots for ever.
 */
@ExtendWith(OutputCaptureExtension.class)
class StuckJobTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.worker.concurrency=1", "background-jobs.worker.interrupt-grace=200ms",
				"background-jobs.worker.max-stuck-threads=2", "background-jobs.worker.lease=2s",
				"background-jobs.worker.poll-interval=100ms");

	@Test
	void timedOutJobThatDoesNotEndIsSettledAndItsSlotGetsAnotherThread(CapturedOutput output) {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobHandle<Void> stuck = jobs.ignoreTimeout();
			await().untilAsserted(() -> assertThat(stuck.state()).isEqualTo(JobState.DEAD));
			JobInfo info = stuck.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).singleElement().satisfies((failure) -> {
				assertThat(failure.type()).isEqualTo(JobTimeoutException.class.getName());
				assertThat(failure.message()).contains("which it ignored");
			});
			assertThat(jobs.contexts()).singleElement().matches(JobContext::leaseLost);
			assertThat(container(context).getStuck()).isEqualTo(1);
			assertThat(container(context).getBusy()).isZero();
			assertThat(health(context)).satisfies((health) -> {
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails()).hasEntrySatisfying("stuck",
						(detail) -> assertThat(detail).hasToString("{default=1}"));
			});
			jobs.note("next");
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("next"));
			assertThat(output)
				.containsPattern("ERROR .*ignored its interrupt \\(TIMEOUT\\) for PT0.2S and is abandoned")
				.contains("StuckJobTests$Jobs.ignoreTimeout");
			jobs.open();
			await().untilAsserted(() -> assertThat(container(context).getStuck()).isZero());
			await().untilAsserted(() -> assertThat(output).contains("which was abandoned, has ended after"));
			assertThat(stuck.state()).as("what it returned is ignored").isEqualTo(JobState.DEAD);
		});
	}

	@Test
	void aThreadThatComesBackDoesNotLeaveAnotherSlotBehind() {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.ignoreTimeout();
			await().until(() -> container(context).getStuck() == 1);
			jobs.open();
			await().until(() -> container(context).getStuck() == 0);
			for (int i = 0; i < 30; i++) {
				jobs.alone();
			}
			await().untilAsserted(() -> assertThat(jobs.notes()).filteredOn("alone"::equals).hasSize(30));
			assertThat(jobs.notes()).doesNotContain("together");
		});
	}

	@Test
	void slotOfAJobOnAVirtualThreadIsFreedToo(CapturedOutput output) {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobHandle<Void> stuck = jobs.ignoreTimeout();
			await().until(() -> container(context).getStuck() == 1);
			await().untilAsserted(() -> assertThat(stuck.state()).isEqualTo(JobState.DEAD));
			assertThat("VirtualThreads".equals(jobs.threadGroup())).isEqualTo(Runtime.version().feature() >= 21);
			jobs.note("next");
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("next"));
			assertThat(container(context).getStuck()).as("it still ignores it").isEqualTo(1);
			assertThat(output).contains("StuckJobTests$Jobs.ignoreTimeout");
			jobs.open();
			await().until(() -> container(context).getStuck() == 0);
			for (int i = 0; i < 30; i++) {
				jobs.alone();
			}
			await().untilAsserted(() -> assertThat(jobs.notes()).filteredOn("alone"::equals).hasSize(30));
			assertThat(jobs.notes()).doesNotContain("together");
		});
	}

	@Test
	void overTheCapTheSlotStaysOccupiedAndHealthSaysSo(CapturedOutput output) {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			for (int i = 0; i < 3; i++) {
				JobHandle<Void> handle = jobs.ignoreTimeout();
				await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			}
			assertThat(container(context).getStuck()).isEqualTo(3);
			assertThat(container(context).getBusy()).isEqualTo(1);
			assertThat(output).containsOnlyOnce("see background-jobs.worker.max-stuck-threads");
			assertThat(health(context)).satisfies((health) -> {
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails()).containsKey("stalled");
			});
			JobHandle<Void> waiting = context.getBean(JobClient.class).enqueue(() -> jobs.note("waiting"));
			assertThat(waiting.state()).isEqualTo(JobState.QUEUED);
			jobs.open();
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("waiting"));
			assertThat(container(context).getStuck()).isZero();
		});
	}

	@Test
	void aThreadThatComesBackServesTheSlotOfOneThatHadNoOther() {
		this.runner.withPropertyValues("background-jobs.worker.max-stuck-threads=1").run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.ignoreTimeout();
			await().until(() -> container(context).getStuck() == 1);
			jobs.ignoreTimeoutUntilTheEnd();
			await().until(() -> container(context).getStuck() == 2);
			assertThat(container(context).getBusy()).isEqualTo(1);
			jobs.open();
			await().until(() -> container(context).getStuck() == 1);
			for (int i = 0; i < 30; i++) {
				jobs.alone();
			}
			await().untilAsserted(() -> assertThat(jobs.notes()).filteredOn("alone"::equals).hasSize(30));
			jobs.end();
			await().until(() -> container(context).getStuck() == 0);
			jobs.note("next");
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("next").doesNotContain("together"));
			await().until(() -> container(context).getBusy() == 0);
		});
	}

	@Test
	@BreaksData("a lease that is gone, as if another worker had recovered it")
	void jobThatLostItsLeaseAndDoesNotEndIsAbandoned(CapturedOutput output) {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.ignoreInterrupts();
			await().until(() -> jobs.contexts().size() == 1);
			String namespace = context.getEnvironment().getRequiredProperty("background-jobs.namespace");
			for (String key : List.of("l", "c", "n", "i")) {
				context.getBean(StringRedisTemplate.class).delete("bj:{" + namespace + ".default}:" + key);
			}
			await().until(() -> container(context).getStuck() == 1);
			jobs.note("next");
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("next"));
			assertThat(jobs.contexts()).hasSize(1).allMatch(JobContext::leaseLost);
			assertThat(output).contains("ignored its interrupt (LEASE_LOST)");
			jobs.open();
			await().until(() -> container(context).getStuck() == 0);
		});
	}

	private static JobListenerContainer container(ApplicationContext context) {
		return context.getBean(JobListenerContainerRegistry.class).getContainers().iterator().next();
	}

	private static Health health(ApplicationContext context) {
		Health health = new BackgroundJobsHealthIndicator(context.getBean(DeploymentReader.class),
				context.getBean(JobQueries.class), context.getBean(JobListenerContainerRegistry.class),
				new FailureRate(), new HealthOptions(100, null, null, false))
			.health();
		assertThat(health).isNotNull();
		return health;
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final List<JobContext> contexts = new CopyOnWriteArrayList<>();

		private final CountDownLatch latch = new CountDownLatch(1);

		private final CountDownLatch end = new CountDownLatch(1);

		private volatile boolean inside;

		private volatile String threadGroup = "";

		List<String> notes() {
			return this.notes;
		}

		List<JobContext> contexts() {
			return this.contexts;
		}

		String threadGroup() {
			return this.threadGroup;
		}

		void open() {
			this.latch.countDown();
		}

		@BackgroundJob(timeout = "100ms")
		@JobRetry(maxRetries = 0)
		JobHandle<Void> ignoreTimeout() {
			return ignoreInterrupts();
		}

		void end() {
			this.end.countDown();
		}

		@BackgroundJob(timeout = "100ms")
		@JobRetry(maxRetries = 0)
		void ignoreTimeoutUntilTheEnd() {
			ignoreInterruptsUntil(this.end);
		}

		@BackgroundJob
		JobHandle<Void> ignoreInterrupts() {
			this.contexts.add(JobContext.current());
			ThreadGroup group = Thread.currentThread().getThreadGroup();
			this.threadGroup = group.getName();
			ignoreInterruptsUntil(this.latch);
			return JobHandle.completed();
		}

		private void ignoreInterruptsUntil(CountDownLatch until) {
			while (until.getCount() > 0) {
				try {
					until.await();
				}
				catch (InterruptedException ex) {
					this.notes.add("ignored");
				}
			}
		}

		@BackgroundJob
		JobHandle<Void> note(String note) {
			this.notes.add(note);
			return JobHandle.completed();
		}

		@BackgroundJob
		void alone() {
			this.notes.add(this.inside ? "together" : "alone");
			this.inside = true;
			Thread.yield();
			this.inside = false;
		}

	}

}
