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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Arguments that no worker could read, in {@code background-jobs.mode=manual}.
 */
class UnreadableArgumentsTests {

	@Test
	void jobWaitsAndIsADeadLetterInTheEnd() {
		JobsContextRunner.withoutRedis()
			.withPropertyValues("background-jobs.mode=manual", "background-jobs.job.max-parked=2h")
			.withBean(Readers.class)
			.run((context) -> {
				JobTestClient jobs = context.getBean(JobTestClient.class);
				JobHandle<Void> handle = context.getBean(Readers.class).read(new Letter("a"));
				Letter.readable = false;
				jobs.drain();
				assertThat(handle.info()).extracting(JobInfo::parkedBecause)
					.asString()
					.startsWith("ARGUMENTS_DO_NOT_FIT");
				assertThat(jobs).enqueued("Readers.read").inState(JobState.RETRYING).atAttempt(1);
				jobs.drainFor(Duration.ofHours(3));
				assertThat(jobs.list(JobState.DEAD).get(0).failures().get(0).type()).isEqualTo("ARGUMENTS_DO_NOT_FIT");
			});
	}

	record Letter(String text) {

		private static volatile boolean readable = true;

		Letter {
			Assert.state(readable, "No");
		}

	}

	static class Readers {

		@BackgroundJob
		JobHandle<Void> read(Letter letter) {
			return JobHandle.completed();
		}

	}

}
