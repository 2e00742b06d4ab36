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

package dev.backgroundjobs.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.DuplicateJobException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What callers learn of a batch in which some refuse to live beside others.
 */
class MetJobsTests {

	@Test
	void onlyThoseTryAgainWhoWaitForOneOfTheirBatchAndStillWantTo() {
		EnqueueEntry refused = entry("a");
		EnqueueEntry innocent = entry("b");
		EnqueueEntry waits = entry("c");
		EnqueueEntry gone = entry("d");
		assertThat(gone.withdraw()).as("it may be on its way").isFalse();
		List<EnqueueEntry> again = new ArrayList<>();
		Reply taken = reply("TAKEN", "1", "holder", "0", "3", "b", "1", "4", "b", "1");
		assertThat(MetJobs.withoutTaken(List.of(refused, innocent, waits, gone), taken, again::add))
			.containsExactly(innocent);
		assertThat(again).containsExactly(waits);
		assertThat(refused.confirmed).isCompletedExceptionally();
		assertThat(refused.confirmed.handle((confirmed, failure) -> failure).join())
			.isInstanceOf(DuplicateJobException.class)
			.hasMessageContaining("mail~0~holder");
		assertThat(List.of(innocent, waits, gone)).extracting((entry) -> entry.confirmed)
			.noneMatch(CompletableFuture::isDone);
	}

	private static EnqueueEntry entry(String id) {
		Job job = new Job(new JobId(QueuePartition.of("mail"), id), "send", "[]".getBytes(StandardCharsets.UTF_8),
				false, JobPriority.NORMAL);
		return new EnqueueEntry(List.of(new NewJob(job, new Due.Now(), false, null)), Duration.ofMinutes(1));
	}

	private static Reply reply(String... texts) {
		return new Reply(new ArrayList<>(List.of(texts)));
	}

}
