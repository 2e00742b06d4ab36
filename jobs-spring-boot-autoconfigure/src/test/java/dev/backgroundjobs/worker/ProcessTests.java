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
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.redis.Keyspace;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Processes that are stopped or frozen under load, that start without Redis, and that end
 * or do not end by themselves.
 */
class ProcessTests {

	private static final String QUEUE = "journal";

	private final String namespace = "test-" + UUID.randomUUID();

	@Test
	void processThatIsTerminatedUnderLoadSpendsNoAttemptAndLosesNothing() throws Exception {
		// with a lease this long nothing comes back but by a release
		String[] options = with("lease=10m", "shutdown-timeout=4s");
		try (WorkerProcess worker = WorkerProcess.start(RedisServer.shared(), options)) {
			runner(RedisServer.shared(), false).run((producer) -> {
				JournalJobs jobs = producer.getBean(JournalJobs.class);
				JobClient client = producer.getBean(JobClient.class);
				Load load = new Load((number) -> client.enqueue(() -> jobs.work(number, 30)));
				try (load) {
					await().until(() -> jobs.entries("ended").size() > 100);
					worker.terminate();
					// the timeout, and a second for the JVM
					assertThat(worker.awaitEnd(Duration.ofSeconds(5))).isEqualTo(143);
				}
				QueueFigures left = figures(producer);
				assertThat(left.running()).isZero();
				assertThat(left.counters()).doesNotContainKeys("recovered", "retried", "buried")
					.containsEntry("completed", (long) jobs.entries("ended").size());
				assertThat(numbers(jobs, "begun")).containsExactlyInAnyOrderElementsOf(numbers(jobs, "ended"));
				runner(RedisServer.shared(), true).run((rescuer) -> await()
					.untilAsserted(() -> assertThat(numbers(jobs, "ended")).hasSameSizeAs(load.accepted())));
				assertThat(numbers(jobs, "ended")).containsExactlyInAnyOrderElementsOf(load.accepted());
				await().untilAsserted(() -> assertThat(load.handles()).allSatisfy((handle) -> {
					JobInfo info = handle.info();
					assertThat(info).isNotNull();
					assertThat(info.state()).isEqualTo(JobState.SUCCEEDED);
					assertThat(info.attempt()).isEqualTo(1);
				}));
			});
		}
	}

	@Test
	void frozenProcessCostsNoJobAndNoJobEndsTwice() throws Exception {
		String[] options = with("lease=3s", "concurrency=3", "--journal.worker=there");
		try (WorkerProcess frozen = WorkerProcess.start(RedisServer.shared(), options)) {
			runner(RedisServer.shared(), true).withPropertyValues("background-jobs.worker.lease=3s").run((other) -> {
				JournalJobs jobs = other.getBean(JournalJobs.class);
				JobClient client = other.getBean(JobClient.class);
				Load load = new Load((number) -> client.enqueue(() -> jobs.work(number, 60)));
				try (load) {
					for (int pause = 0; pause < 2; pause++) {
						moreJobsEnd(jobs, "there");
						freeze(frozen, Duration.ofMillis(1500));
					}
					moreJobsEnd(jobs, "there");
					assertThat(figures(other).counters()).as("after pauses of half a lease")
						.doesNotContainKeys("recovered");
					freeze(frozen, Duration.ofMillis(4500));
					moreJobsEnd(jobs, "there");
				}
				await().untilAsserted(() -> assertThat(numbers(jobs, "ended")).containsAll(load.accepted()));
				await().untilAsserted(() -> assertThat(load.handles())
					.allSatisfy((handle) -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED)));
				Map<String, Long> counters = figures(other).counters();
				assertThat(counters.get("recovered")).as("jobs that were taken over").isPositive();
				assertThat(counters).as("one accepted completion a job")
					.containsEntry("completed", (long) load.accepted().size())
					.doesNotContainKeys("retried", "buried");
			});
		}
	}

	@Test
	void workersLiveOnWithoutRedisAndProducersDoNot() throws Exception {
		RedisServer redis = RedisServer.start();
		redis.kill();
		String[] virtual = with("concurrency=2", "--journal.worker=virtual", "--spring.threads.virtual.enabled=true");
		try (redis;
				WorkerProcess worker = WorkerProcess.start(redis, with("concurrency=2"));
				WorkerProcess virtualWorker = WorkerProcess.start(redis, virtual);
				WorkerProcess producer = WorkerProcess.start(redis, with("enabled=false"))) {
			assertThat(producer.awaitEnd(Duration.ofSeconds(60))).as("a producer has nothing to stay for").isZero();
			for (WorkerProcess each : List.of(worker, virtualWorker)) {
				await().until(() -> each.log().contains("Started "));
			}
			redis.restart();
			runner(redis, false).run((context) -> {
				JournalJobs jobs = context.getBean(JournalJobs.class);
				JobClient client = context.getBean(JobClient.class);
				String ofVirtual = "thread by virtual virtual " + (Runtime.version().feature() >= 21);
				await().untilAsserted(() -> {
					client.enqueue(() -> jobs.tellThread());
					assertThat(jobs.entries("thread")).contains("thread by here virtual false", ofVirtual);
				});
			});
			assertThat(worker.isAlive()).isTrue();
			assertThat(virtualWorker.isAlive()).isTrue();
			worker.terminate();
			virtualWorker.terminate();
			assertThat(worker.awaitEnd(Duration.ofSeconds(10))).isEqualTo(143);
			assertThat(virtualWorker.awaitEnd(Duration.ofSeconds(10))).isEqualTo(143);
			Keyspace.check(redis);
		}
	}

	@Test
	void sixtySlotsAreFiredOnceEachWhileProcessesAreKilled() throws Exception {
		String[] options = with("lease=3s", "--journal.every-second=* * * * * *");
		Deque<WorkerProcess> workers = new ArrayDeque<>();
		try {
			for (int k = 0; k < 4; k++) {
				workers.add(WorkerProcess.start(RedisServer.shared(), options));
			}
			runner(RedisServer.shared(), false).run((context) -> {
				JobSchedule schedule = context.getBean(JobClient.class).recurring("every-second");
				await().until(() -> lastSlot(schedule).isAfter(Instant.EPOCH));
				Instant begun = lastSlot(schedule);
				for (int seconds = 5; seconds <= 60; seconds += 5) {
					Instant next = begun.plusSeconds(seconds);
					await().until(() -> !lastSlot(schedule).isBefore(next));
					workers.remove().kill();
					workers.add(WorkerProcess.start(RedisServer.shared(), options));
				}
				assertThat(schedule.pause()).isTrue();
				long slots = slotsUntil(context, lastSlot(schedule));
				assertThat(slots).isGreaterThanOrEqualTo(60);
				JournalJobs jobs = context.getBean(JournalJobs.class);
				// a run whose process was killed is run again: the same job
				await().untilAsserted(
						() -> assertThat(new HashSet<>(jobs.entries("second"))).hasSize(Math.toIntExact(slots)));
				await().untilAsserted(() -> assertThat(context.getBean(JobQueries.class).figures("seconds").counters())
					.containsEntry("enqueued", slots)
					.containsEntry("completed", slots));
			});
		}
		finally {
			workers.forEach(WorkerProcess::close);
		}
	}

	private static Instant lastSlot(JobSchedule schedule) {
		JobScheduleInfo info = schedule.info();
		return (info != null && info.lastSlot() != null) ? info.lastSlot() : Instant.EPOCH;
	}

	/**
	 * Counted by their own time, from the moment at which the schedule began.
	 */
	private long slotsUntil(ApplicationContext context, Instant last) {
		Object definition = context.getBean(StringRedisTemplate.class)
			.opsForHash()
			.get("bj:{" + this.namespace + ".seconds}:rc", "every-second\0d");
		long begun = Long.parseLong(String.valueOf(definition).split(" ")[1]);
		return last.getEpochSecond() - (begun + 999) / 1000 + 1;
	}

	private static void freeze(WorkerProcess process, Duration pause) throws Exception {
		process.signal("STOP");
		Awaitility.await().pollDelay(pause).atMost(pause.plusSeconds(5)).until(() -> true);
		process.signal("CONT");
	}

	private static void moreJobsEnd(JournalJobs jobs, String worker) {
		long before = ended(jobs, worker);
		await().until(() -> ended(jobs, worker) >= before + 20);
	}

	private static long ended(JournalJobs jobs, String worker) {
		return jobs.entries("ended").stream().filter((entry) -> entry.endsWith(" by " + worker)).count();
	}

	private static List<Integer> numbers(JournalJobs jobs, String kind) {
		return jobs.entries(kind).stream().map((entry) -> Integer.valueOf(entry.split(" ")[1])).toList();
	}

	private static QueueFigures figures(ApplicationContext context) {
		return context.getBean(JobQueries.class).figures(QUEUE);
	}

	private ApplicationContextRunner runner(RedisServer redis, boolean worker) {
		return JobsContextRunner.on(redis)
			.withUserConfiguration(JournalJobs.Configuration.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace,
					"background-jobs.worker.poll-interval=200ms", "background-jobs.worker.enabled=" + worker);
	}

	private String[] with(String... options) {
		return Stream
			.concat(Stream.of("--background-jobs.namespace=" + this.namespace,
					"--background-jobs.worker.poll-interval=200ms"), Stream.of(options).map(ProcessTests::argument))
			.toArray(String[]::new);
	}

	private static String argument(String option) {
		return option.startsWith("--") ? option : "--background-jobs.worker." + option;
	}

}
