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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.actuate.FailureRate.Sample;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.Settlement;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The window in which attempts are counted.
 */
class FailureRateTests {

	private static final JobOutcome SUCCEEDED = new JobOutcome.Succeeded();

	private static final JobOutcome RETRY = new JobOutcome.Retry(Duration.ofSeconds(1), failure());

	private static final JobOutcome DEAD = new JobOutcome.Dead(failure());

	// any number may be the first
	private final AtomicLong nanoTime = new AtomicLong(-Duration.ofMinutes(7).toNanos());

	private final FailureRate rate = new FailureRate(this.nanoTime::get);

	@Test
	void retriesAndDeadLettersAreFailures() {
		finish(SUCCEEDED, 17);
		finish(RETRY, 2);
		finish(DEAD, 1);
		assertThat(this.rate.sample()).isEqualTo(new Sample(20, 3));
		assertThat(this.rate.sample().details()).containsEntry("percent", 15.0);
	}

	@Test
	void whatDidNotRunOrBelongsToOthersIsNotCounted() {
		finish(new JobOutcome.Released(true), 1);
		finish(new JobOutcome.Parked(Duration.ofSeconds(1), "UNKNOWN_JOB"), 1);
		this.rate.finished(attempt(DEAD, Settlement.STALE));
		assertThat(this.rate.sample()).isEqualTo(new Sample(0, 0));
	}

	@Test
	void windowSlides() {
		finish(DEAD, 10);
		pass(Duration.ofMinutes(3));
		finish(SUCCEEDED, 10);
		assertThat(this.rate.sample()).isEqualTo(new Sample(20, 10));
		pass(Duration.ofMinutes(2));
		assertThat(this.rate.sample()).isEqualTo(new Sample(10, 0));
		finish(RETRY, 1);
		pass(Duration.ofMinutes(3));
		assertThat(this.rate.sample()).isEqualTo(new Sample(1, 1));
		pass(Duration.ofHours(1));
		assertThat(this.rate.sample()).isEqualTo(new Sample(0, 0));
	}

	@Test
	void fewAttemptsSayNothing() {
		assertThat(new Sample(19, 19).exceeds(0.05)).isFalse();
		assertThat(new Sample(20, 2).exceeds(0.05)).isTrue();
		assertThat(new Sample(20, 1).exceeds(0.05)).isFalse();
		assertThat(new Sample(20, 1).exceeds(0)).isTrue();
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	private void finish(JobOutcome outcome, int times) {
		for (int i = 0; i < times; i++) {
			this.rate.finished(attempt(outcome, Settlement.ACCEPTED));
		}
	}

	private static FinishedAttempt attempt(JobOutcome outcome, Settlement settlement) {
		Job job = new Job(JobId.parse("mail~0~1"), "Mail.send", new byte[0], false, JobPriority.NORMAL);
		ClaimedJob claimed = new ClaimedJob(job, "token", Attempts.NONE, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
		return new FinishedAttempt(claimed, outcome, null, Duration.ofMillis(3), settlement);
	}

	private static Failure failure() {
		return new Failure("Boom", "bad luck", "");
	}

}
