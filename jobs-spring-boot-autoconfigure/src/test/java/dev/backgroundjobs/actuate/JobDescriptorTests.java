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

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobProgress;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators see of a job.
 */
class JobDescriptorTests {

	@Test
	void traceOfTheCallIsShownAlsoToThoseWhoMayNotSeeValues() {
		JobDescriptor job = describe(Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
		assertThat(job.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
		assertThat(job.arguments()).isEqualTo("******");
		assertThat(job.maxRetries()).isEqualTo(7);
	}

	@Test
	void callThatWasNotTracedHasNone() {
		assertThat(describe(Map.of()).traceId()).isNull();
		assertThat(describe(Map.of("traceparent", "nonsense")).traceId()).isNull();
	}

	@Test
	void resultIsShownWhereValuesAre() {
		JobResult result = JobResult.of("{\"pages\":7}".getBytes(StandardCharsets.UTF_8));
		assertThat(describe(Map.of(), result, true).result()).isEqualTo("{\"pages\":7}");
		assertThat(describe(Map.of(), result, false).result()).isEqualTo("******");
		assertThat(describe(Map.of(), JobResult.notKept("too large"), true).result()).isEqualTo("too large");
		assertThat(describe(Map.of(), null, false).result()).isNull();
	}

	@Test
	void progressIsShownAndItsMessageWhereValuesAre() {
		assertThat(describe(Map.of(), null, true).progress())
			.isEqualTo(new JobDescriptor.ProgressDescriptor(3, 10, "page 3", Instant.EPOCH));
		assertThat(describe(Map.of(), null, false).progress())
			.isEqualTo(new JobDescriptor.ProgressDescriptor(3, 10, "******", Instant.EPOCH));
	}

	private static JobDescriptor describe(Map<String, String> headers) {
		return describe(headers, null, false);
	}

	private static JobDescriptor describe(Map<String, String> headers, @Nullable JobResult result, boolean showValues) {
		JobId id = JobId.parse("mail~0~a");
		Instant now = Instant.EPOCH;
		JobInfo info = new JobInfo(id.toString(), "Mails.send", "mail", JobPriority.NORMAL, JobState.DEAD, 3, 2, 7, now,
				now, now, now, null, new JobProgress(3, 10, "page 3", now), List.of(), null, null);
		Job job = new Job(id, "Mails.send", "[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL, headers);
		return new JobDescriptor(new FoundJob(info, result), showValues, job, List.of());
	}

}
