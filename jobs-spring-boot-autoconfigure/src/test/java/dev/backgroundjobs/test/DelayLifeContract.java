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
import java.time.Instant;
import java.util.Objects;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What applications see of jobs that wait for their time, and how they change it,
 * whatever keeps them.
 */
abstract class DelayLifeContract {

	private static final Duration HOUR = Duration.ofHours(1);

	private final JobLifeContract means;

	DelayLifeContract(JobLifeContract means) {
		this.means = means;
	}

	@Test
	void jobThatIsSnoozedRunsAgainAtItsTimeOrWhenItIsPromotedWithNoRetryUsed() {
		run((context, jobs, life) -> {
			JobHandle<String> handle = life.snoozing(2, HOUR);
			Instant before = info(handle).dueAt();
			for (int snoozed = 1; snoozed <= 2; snoozed++) {
				this.means.work(context, handle, JobState.SCHEDULED);
				assertThat(info(handle).dueAt()).isAfterOrEqualTo(before.plus(HOUR));
				assertThat(info(handle))
					.extracting(JobInfo::attempt, JobInfo::retries, JobInfo::startedAt, JobInfo::finishedAt)
					.containsExactly(snoozed + 1, 0, null, null);
				assertThat(jobs.promote(handle.id())).isTrue();
				assertThat(handle.state()).isEqualTo(JobState.QUEUED);
				assertThat(jobs.promote(handle.id())).as("again").isFalse();
			}
			this.means.work(context, handle, JobState.SUCCEEDED);
			assertThat(handle.await(Duration.ZERO)).isEqualTo("there");
			assertThat(life.log()).containsExactly("attempt 1", "attempt 2", "attempt 3");
			assertThat(jobs.log(handle.id())).extracting(JobLogLine::text).isEqualTo(life.log());
			assertThat(info(handle).failures()).isEmpty();
			assertThat(jobs.promote(handle.id())).as("it has ended").isFalse();
		});
	}

	@Test
	void jobThatThrowsAfterItWasSnoozedHasFailed() {
		run((context, jobs, life) -> {
			JobHandle<String> handle = life.snoozing(1, HOUR.negated());
			this.means.work(context, handle, JobState.DEAD);
			assertThat(info(handle).failures()).extracting(JobFailure::message)
				.containsExactly("it throws all the same");
			assertThat(jobs.promote(handle.id())).isFalse();
			assertThat(jobs.reschedule(handle.id(), HOUR)).isFalse();
		});
	}

	@Test
	void delayedJobIsDueAtAnotherTime() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = jobs.in(HOUR).enqueue(() -> life.followed("later"));
			Instant due = info(handle).dueAt();
			assertThat(jobs.reschedule(handle.id(), due.plus(HOUR))).isTrue();
			assertThat(info(handle)).extracting(JobInfo::state, JobInfo::dueAt)
				.containsExactly(JobState.SCHEDULED, due.plus(HOUR));
			assertThat(jobs.reschedule(handle.id(), Duration.ofMinutes(5))).isTrue();
			assertThat(info(handle).dueAt()).isBefore(due);
			assertThat(jobs.reschedule(handle.id(), due.minus(Duration.ofDays(1)))).isTrue();
			assertThat(handle.state()).isEqualTo(JobState.QUEUED);
			assertThat(jobs.reschedule(handle.id(), HOUR)).as("queued").isFalse();
			this.means.work(context, handle, JobState.SUCCEEDED);
			assertThat(jobs.reschedule(handle.id(), HOUR)).as("ended").isFalse();
			assertThat(jobs.reschedule("life~0~none", HOUR)).isFalse();
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.reschedule(handle.id(), HOUR.negated()))
				.withMessageContaining("PT-1H");
			JobHandle<Void> step = jobs.chain(() -> life.followed("first"))
				.then(() -> life.followed("second"))
				.enqueue();
			assertThat(jobs.promote(step.id())).as("a step that waits for another").isFalse();
			assertThat(jobs.reschedule(step.id(), HOUR)).isFalse();
		});
	}

	private void run(JobLifeContract.Life life) {
		this.means.runner().withBean(LifeJobs.class).run((context) -> {
			assertThat(context).hasNotFailed();
			this.means.begin(context);
			life.live(context, context.getBean(JobClient.class), context.getBean(LifeJobs.class));
		});
	}

	private static JobInfo info(JobHandle<?> handle) {
		return Objects.requireNonNull(handle.info(), handle.id());
	}

}
