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

package dev.backgroundjobs.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backgroundjobs.DuplicateJobException;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.CallObservation;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import org.junit.jupiter.api.Test;

import org.springframework.core.retry.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long the jobs of a batch may take when some of them are refused, so that the others
 * have to be sent again; on a clock that goes on while the store is asked.
 */
class JobSenderTests {

	private static final JobDefinition JOB = new JobDefinition("a", List.of(), "q", JobPriority.NORMAL, List.of(), null,
			true, null, null, RetryPolicy.withMaxRetries(1), null);

	private final List<PendingJob> batch = IntStream.range(0, 4).mapToObj(JobSenderTests::job).toList();

	private final SlowQueue queue = new SlowQueue();

	private final JobSender sender = new JobSender(this.queue, List.of(), JobObservations.NONE,
			() -> this.queue.nanoTime);

	@Test
	void everyRoundHasWhatTheOnesBeforeItHaveLeft() {
		assertThat(this.sender.trySend(this.batch, Duration.ofMillis(1600)))
			.hasEntrySatisfying(this.batch.get(0), (ex) -> assertThat(ex).isInstanceOf(DuplicateJobException.class))
			.hasEntrySatisfying(this.batch.get(1), (ex) -> assertThat(ex).isInstanceOf(DuplicateJobException.class))
			.hasSize(2);
		assertThat(this.queue.timeouts).containsExactly(Duration.ofMillis(1600), Duration.ofMillis(1100),
				Duration.ofMillis(600));
		this.batch.get(2).assertAccepted();
		this.batch.get(3).assertAccepted();
	}

	@Test
	void whatIsLeftWhenTheTimeIsOverIsCertainlyNotEnqueued() {
		Map<PendingJob, RuntimeException> failures = this.sender.trySend(this.batch, Duration.ofMillis(900));
		assertThat(failures).containsOnlyKeys(this.batch);
		assertThat(this.queue.timeouts).containsExactly(Duration.ofMillis(900), Duration.ofMillis(400));
		assertThat(failures.get(this.batch.get(3))).isInstanceOf(JobException.class)
			.isNotInstanceOf(EnqueueOutcomeUnknownException.class)
			.hasMessageContaining("no time was left");
	}

	@Test
	void jobsAreSentOnceThoughNoTimeIsLeft() {
		List<PendingJob> innocent = this.batch.subList(2, 4);
		assertThat(this.sender.trySend(innocent, Duration.ofMillis(-5))).isEmpty();
		assertThat(this.queue.timeouts).containsExactly(Duration.ofMillis(1));
	}

	private static PendingJob job(int number) {
		Job job = new Job(new JobId(QueuePartition.of("q"), "job-" + number), "a",
				"[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL);
		return new PendingJob(JOB, new NewJob(job, new Due.Now(), false, null), CallObservation.NONE);
	}

	/**
	 * Takes half a second for an answer and refuses one after the other of two jobs.
	 */
	private static final class SlowQueue implements JobQueue {

		private final List<Duration> timeouts = new ArrayList<>();

		private long nanoTime = Long.MAX_VALUE - 1_000_000;

		@Override
		public Map<Integer, Acceptance> enqueue(List<NewJob> batch) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Map<Integer, Acceptance> enqueue(List<NewJob> batch, Duration timeout) {
			this.timeouts.add(timeout);
			this.nanoTime += Duration.ofMillis(500).toNanos();
			List<String> ids = batch.stream().map((job) -> job.job().id().toString()).collect(Collectors.toList());
			ids.retainAll(List.of("q~0~job-0", "q~0~job-1"));
			if (!ids.isEmpty()) {
				throw new DuplicateJobException("refused", Map.of(ids.get(0), "q~0~other"));
			}
			return Map.of();
		}

	}

}
