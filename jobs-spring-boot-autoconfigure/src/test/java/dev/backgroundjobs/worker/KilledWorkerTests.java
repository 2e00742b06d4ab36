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
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.event.JobDeadEvent;
import dev.backgroundjobs.event.JobEvent;
import dev.backgroundjobs.event.JobRecoveredEvent;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Worker processes that are killed or stopped, and those that take over.
 */
class KilledWorkerTests {

	private final String namespace = "test-" + UUID.randomUUID();

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withUserConfiguration(JournalJobs.Configuration.class)
		.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.lease=2s",
				"background-jobs.worker.poll-interval=200ms");

	@Test
	void jobsOfKilledProcessRunInAnotherWithinLeaseAndPoll() throws Exception {
		try (WorkerProcess victim = WorkerProcess.start(RedisServer.shared(),
				with("lease=2s", "--journal.stuck=true"))) {
			this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
				JobClient client = producer.getBean(JobClient.class);
				JournalJobs jobs = producer.getBean(JournalJobs.class);
				List<JobHandle<Void>> handles = IntStream.range(0, 5)
					.mapToObj((number) -> client.enqueue(() -> jobs.write(number)))
					.toList();
				await().untilAsserted(() -> assertThat(jobs.entries("started")).hasSize(5));
				List<JobEvent> events = new CopyOnWriteArrayList<>();
				this.runner.withBean(RecoveryListener.class, () -> new RecoveryListener(events)).run((rescuer) -> {
					// the rescuer has answered to itself that Redis is there for half a
					// lease
					await().until(() -> rescuer.getBean(JobListenerContainerRegistry.class)
						.getContainers()
						.stream()
						.allMatch((container) -> container.getTimeSinceLastPoll() != null));
					victim.kill();
					long killed = System.nanoTime();
					await().untilAsserted(() -> assertThat(jobs.entries("done")).hasSize(5));
					// less than the lease that is built in; this machine may stall
					assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(20));
					assertThat(jobs.entries("started")).filteredOn((entry) -> entry.endsWith("attempt 2")).hasSize(5);
					await().untilAsserted(() -> assertThat(handles)
						.allSatisfy((handle) -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED)));
					await().untilAsserted(() -> assertThat(events).containsExactlyInAnyOrderElementsOf(handles.stream()
						.map((handle) -> new JobRecoveredEvent(handle.id(), "JournalJobs.write", "journal", 1))
						.toList()));
					JobInfo info = handles.get(0).info();
					assertThat(info).isNotNull();
					assertThat(info.retries()).isZero();
					assertThat(info.failures()).singleElement()
						.satisfies((failure) -> assertThat(failure.type()).isEqualTo("LEASE_LOST"));
				});
			});
		}
	}

	@Test
	void jobsOfTerminatedProcessGoBackAtOnceWithNoRetryUsed() throws Exception {
		// with a lease this long only a release can bring them back
		String[] patient = with("lease=10m", "--journal.stuck=true", "--background-jobs.worker.shutdown-timeout=100ms");
		try (WorkerProcess stopping = WorkerProcess.start(RedisServer.shared(), patient)) {
			this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
				JobClient client = producer.getBean(JobClient.class);
				JournalJobs jobs = producer.getBean(JournalJobs.class);
				JobHandle<Void> handle = client.enqueue(() -> jobs.write(1));
				await().untilAsserted(() -> assertThat(jobs.entries("started")).hasSize(1));
				assertThat(stopping.terminate().waitFor()).isEqualTo(143);
				assertThat(handle.state()).isEqualTo(JobState.QUEUED);
				this.runner.run((rescuer) -> {
					await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
					JobInfo info = handle.info();
					assertThat(info).isNotNull();
					assertThat(info.retries()).isZero();
					assertThat(info.attempt()).isEqualTo(2);
				});
			});
		}
	}

	@Test
	void twoProcessesFireEachSlotOnce() throws Exception {
		try (WorkerProcess other = WorkerProcess.start(RedisServer.shared(),
				with("lease=2s", "--journal.cron=* * * * * *"))) {
			this.runner.withPropertyValues("journal.cron=* * * * * *").run((context) -> {
				JournalJobs jobs = context.getBean(JournalJobs.class);
				await().untilAsserted(() -> assertThat(jobs.entries("slot")).isNotEmpty());
				long first = lastSlot(context);
				int before = jobs.entries("slot").size();
				await().until(() -> lastSlot(context) >= first + 8_000);
				assertThat(other.isAlive()).isTrue();
				int runs = jobs.entries("slot").size() - before;
				// a few may have been on their way at the beginning; twice as many would
				// be one more each
				assertThat(runs).isLessThanOrEqualTo((int) ((lastSlot(context) - first) / 1000) + 3);
				other.kill();
				await().untilAsserted(() -> assertThat(jobs.entries("slot")).hasSizeGreaterThanOrEqualTo(before + 8));
			});
		}
	}

	private long lastSlot(ApplicationContext context) {
		Object slot = context.getBean(StringRedisTemplate.class)
			.opsForHash()
			.get("bj:{" + this.namespace + ".slots}:rc", "JournalJobs.slot");
		return Long.parseLong(String.valueOf(slot));
	}

	private String[] with(String lease, String... more) {
		return Stream.concat(Stream.of("--background-jobs.namespace=" + this.namespace,
				"--background-jobs.worker." + lease, "--background-jobs.worker.poll-interval=200ms"), Stream.of(more))
			.toArray(String[]::new);
	}

	static class RecoveryListener {

		private final List<JobEvent> events;

		RecoveryListener(List<JobEvent> events) {
			this.events = events;
		}

		@EventListener({ JobRecoveredEvent.class, JobDeadEvent.class })
		void on(JobEvent event) {
			this.events.add(event);
		}

	}

}
