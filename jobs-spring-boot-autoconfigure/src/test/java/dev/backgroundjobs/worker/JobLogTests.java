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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.method.ConfiguredSettings;
import dev.backgroundjobs.method.JobDeclarations;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.method.JobSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job that fails all the time does not fill the log.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobLogTests {

	private static final Failure FAILURE = new Failure("java.io.IOException", "no", "");

	/** Ends of minutes, which come when a test says so. */
	private final List<Runnable> later = new ArrayList<>();

	private final JobLog log = new JobLog(new JobMethodRegistry(new DefaultListableBeanFactory(), new JobDeclarations(),
			new ConfiguredSettings(Map.of(), Map.of(), JobSettings.NONE)), (task, delay) -> {
				assertThat(delay).isEqualTo(Duration.ofMinutes(1));
				this.later.add(task);
			});

	@Test
	void tenLinesAMinuteAndOneThatCountsTheRest(CapturedOutput output) {
		for (int number = 0; number < 25; number++) {
			fails("Mails.send", new JobOutcome.Retry(Duration.ofSeconds(1), FAILURE));
		}
		fails("Reports.make", new JobOutcome.Retry(Duration.ofSeconds(1), FAILURE));
		assertThat(lines(output, "WARN", "Job Mails.send")).isEqualTo(10);
		assertThat(lines(output, "WARN", "Job Reports.make")).as("another job").isEqualTo(1);
		this.later.forEach(Runnable::run);
		assertThat(lines(output, "WARN", "15 more line(s) about attempts of job Mails.send were left out"))
			.isEqualTo(1);
		assertThat(lines(output, "", "left out")).isEqualTo(1);
		fails("Mails.send", new JobOutcome.Retry(Duration.ofSeconds(1), FAILURE));
		assertThat(lines(output, "WARN", "Job Mails.send")).as("in the next minute").isEqualTo(11);
		assertThat(this.later).hasSize(3);
	}

	@Test
	void deadJobsThatWereLeftOutAreAnError(CapturedOutput output) {
		for (int number = 0; number < 12; number++) {
			fails("Mails.send", new JobOutcome.Dead(FAILURE));
		}
		this.log.end();
		assertThat(lines(output, "ERROR", "is dead after attempt")).isEqualTo(10);
		assertThat(lines(output, "ERROR", "2 more line(s)")).isEqualTo(1);
		assertThat(output).contains("2 of them about dead jobs: see GET /actuator/backgroundjobs/dead");
		this.later.forEach(Runnable::run);
		assertThat(lines(output, "", "left out")).as("said once").isEqualTo(1);
	}

	@Test
	void successUsesNoLine(CapturedOutput output) {
		for (int number = 0; number < 20; number++) {
			fails("Mails.send", new JobOutcome.Succeeded());
		}
		fails("Mails.send", new JobOutcome.Dead(FAILURE));
		assertThat(lines(output, "ERROR", "is dead after attempt")).isEqualTo(1);
		assertThat(this.later).hasSize(1);
	}

	private void fails(String name, JobOutcome outcome) {
		Job job = new Job(new JobId(QueuePartition.of("mail"), "a"), name, new byte[0], false, JobPriority.NORMAL);
		ClaimedJob claimed = new ClaimedJob(job, "w:1", Attempts.NONE, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
		this.log.finished(new FinishedAttempt(claimed, outcome, null, Duration.ZERO, Settlement.ACCEPTED, Map.of()));
	}

	private static long lines(CapturedOutput output, String level, String text) {
		return output.getAll().lines().filter((line) -> line.contains(level) && line.contains(text)).count();
	}

}
