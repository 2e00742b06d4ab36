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

package dev.backgroundjobs.test;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Schedules in tests of applications, without Redis.
 */
class ScheduledTestJobsTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis().withBean(Digests.class);

	private final ApplicationContextRunner manual = this.runner.withPropertyValues("background-jobs.mode=manual");

	@Test
	void scheduleFiresInTheTimeThatTheTestLetsPass() {
		this.manual.run((context) -> {
			JobTestClient jobs = context.getBean(JobTestClient.class);
			assertThat(jobs.drain()).as("whatever the machine's clock shows").isZero();
			assertThat(jobs.drainFor(Duration.ofDays(3))).isEqualTo(3);
			assertThat(jobs.list(JobState.SUCCEEDED)).extracting(TestJob::name).containsOnly("Digests.clean");
			// the clock goes on while slots are fired
			assertThat(jobs.list()).extracting((job) -> job.dueAt().atZone(ZoneOffset.UTC).getHour()).containsOnly(3);
			assertThat(jobs.list()).extracting((job) -> job.dueAt().truncatedTo(ChronoUnit.DAYS))
				.doesNotHaveDuplicates();
			jobs.clear();
			jobs.clock().advance(Duration.ofDays(3));
			assertThat(jobs.list(JobState.QUEUED)).as("the others overlap with the first").hasSize(1);
			assertThat(jobs.drain()).isEqualTo(1);
			jobs.clear();
			assertThat(context.getBean(JobClient.class).recurring("Digests.clean").pause()).isTrue();
			assertThat(jobs.drainFor(Duration.ofDays(3))).as("paused").isZero();
		});
	}

	@Test
	void scheduleIsMadeByTheCodeUnderTest() {
		this.manual.run((context) -> {
			JobTestClient jobs = context.getBean(JobTestClient.class);
			JobClient client = context.getBean(JobClient.class);
			Digests digests = context.getBean(Digests.class);
			JobSchedule digest = client.recurring("digest-42");
			digest.cron("0 0 8 * * *").zone(ZoneId.of("Asia/Tokyo")).schedule(() -> digests.send("daily"));
			digest.fixedRate(Duration.ofHours(8))
				.initialDelay(Duration.ofHours(1))
				.schedule(() -> digests.send("often"));
			assertThat(client.recurring()).extracting(JobScheduleInfo::id)
				.containsExactly("Digests.clean", "digest-42");
			client.recurring("Digests.clean").pause();
			assertThat(jobs.drainFor(Duration.ofDays(1))).isEqualTo(3);
			assertThat(digests.sent()).containsExactly("often", "often", "often");
			assertThat(digest.remove()).isTrue();
			assertThat(jobs.drainFor(Duration.ofDays(1))).isZero();
			assertThat(digest.trigger()).isNull();
			assertThatIllegalStateException().isThrownBy(() -> client.recurring("Digests.clean").remove())
				.withMessageContaining("declared");
		});
	}

	@Test
	void changedScheduleStillOverlapsWithTheRunBeforeAndNoSlotWaits() {
		this.manual.run((context) -> {
			JobTestClient jobs = context.getBean(JobTestClient.class);
			JobClient client = context.getBean(JobClient.class);
			Digests digests = context.getBean(Digests.class);
			client.recurring("Digests.clean").pause();
			JobSchedule digest = client.recurring("digest-42").overlap(OverlapPolicy.QUEUE_ONE);
			digest.fixedRate(Duration.ofHours(1)).schedule(() -> digests.send("hourly"));
			jobs.clock().advance(Duration.ofMinutes(150));
			assertThat(jobs.list(JobState.QUEUED)).as("one waits for it").hasSize(1);
			digest.fixedRate(Duration.ofHours(2)).overlap(OverlapPolicy.SKIP).schedule(() -> digests.send("rarely"));
			jobs.clock().advance(Duration.ofHours(3));
			assertThat(jobs.list(JobState.QUEUED)).as("left out").hasSize(1);
			assertThat(jobs.drain()).isOne();
			assertThat(digests.sent()).containsExactly("hourly");
			assertThat(jobs.drainFor(Duration.ofHours(2))).isOne();
		});
	}

	@Test
	void triggeredRunIsInline() {
		this.runner.withPropertyValues("background-jobs.mode=inline").run((context) -> {
			assertThat(context.getBean(JobClient.class).recurring("Digests.clean").trigger()).isNotNull();
			assertThat(context.getBean(Digests.class).sent()).containsExactly("cleaned");
		});
	}

	static class Digests {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		List<String> sent() {
			return this.sent;
		}

		@BackgroundJob
		void send(String what) {
			this.sent.add(what);
		}

		@RecurringJob(cron = "0 0 3 * * *", zone = "UTC")
		void clean() {
			this.sent.add("cleaned");
		}

	}

}
