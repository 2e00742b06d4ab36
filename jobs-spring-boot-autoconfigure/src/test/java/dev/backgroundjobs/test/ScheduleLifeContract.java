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
import java.time.ZoneOffset;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.OverlapPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What applications see of the schedules that they make, whatever keeps them.
 */
abstract class ScheduleLifeContract {

	private final JobLifeContract means;

	ScheduleLifeContract(JobLifeContract means) {
		this.means = means;
	}

	@Test
	void schedulingTheSameAgainChangesNothing() {
		run((jobs, life) -> {
			JobSchedule yearly = jobs.recurring("yearly").cron("0 0 0 1 1 *").zone(ZoneOffset.UTC);
			JobScheduleInfo first = yearly.schedule(() -> life.followed("a"));
			assertThat(yearly.schedule(() -> life.followed("a"))).isEqualTo(first);
			assertThat(yearly.pause()).isTrue();
			JobScheduleInfo again = yearly.schedule(() -> life.followed("a"));
			assertThat(again.revision()).isEqualTo(first.revision());
			assertThat(again.paused()).isTrue();
		});
	}

	@Test
	void changedScheduleIsPausedAsItWas() {
		run((jobs, life) -> {
			JobSchedule yearly = jobs.recurring("yearly").cron("0 0 0 1 1 *").zone(ZoneOffset.UTC);
			long revision = yearly.schedule(() -> life.followed("a")).revision();
			yearly.pause();
			JobScheduleInfo called = yearly.schedule(() -> life.followed("b"));
			JobScheduleInfo overlaps = yearly.overlap(OverlapPolicy.ALLOW).schedule(() -> life.followed("b"));
			JobScheduleInfo timed = yearly.cron("@monthly").schedule(() -> life.followed("b"));
			assertThat(new long[] { revision, called.revision(), overlaps.revision(), timed.revision() }).isSorted()
				.doesNotHaveDuplicates();
			assertThat(timed.cron()).isEqualTo("@monthly");
			assertThat(timed.paused()).isTrue();
			assertThat(yearly.trigger()).isNotNull();
			assertThat(yearly.resume()).isTrue();
			assertThat(yearly.info()).extracting(JobScheduleInfo::paused, JobScheduleInfo::lastSlot)
				.containsExactly(false, null);
		});
	}

	@Test
	void removedScheduleBeginsAnew() {
		run((jobs, life) -> {
			JobSchedule daily = jobs.recurring("daily").fixedRate(Duration.ofDays(1)).initialDelay(Duration.ofDays(1));
			long revision = daily.schedule(() -> life.followed("a")).revision();
			daily.pause();
			assertThat(daily.remove()).isTrue();
			assertThat(daily.info()).isNull();
			assertThat(daily.pause()).isFalse();
			assertThat(daily.trigger()).isNull();
			JobScheduleInfo anew = daily.schedule(() -> life.followed("a"));
			assertThat(anew.paused()).isFalse();
			assertThat(anew.revision()).isGreaterThan(revision);
		});
	}

	private void run(Life life) {
		this.means.runner().withBean(LifeJobs.class).run((context) -> {
			assertThat(context).hasNotFailed();
			this.means.begin(context);
			life.live(context.getBean(JobClient.class), context.getBean(LifeJobs.class));
		});
	}

	interface Life {

		void live(JobClient jobs, LifeJobs life);

	}

}
