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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many jobs wait in a process, and which of them go back.
 */
class JobBufferTests {

	private static final QueuePartition PARTITION = QueuePartition.of("mail");

	private static final Isolation ISOLATION = new Isolation(new ContainerTests.Store(), Duration.ofSeconds(30), 3,
			WorkerThreads.single("unused"));

	private final JobBuffer buffer = new JobBuffer(10);

	@Test
	void noJobWaitsBeforeTwentyRunsAreTimed() {
		time(19, Duration.ofMillis(1));
		assertThat(this.buffer.room()).isZero();
		assertThat(this.buffer.requestsRefill()).isFalse();
		time(1, Duration.ofMillis(1));
		assertThat(this.buffer.room()).isEqualTo(50);
	}

	@Test
	void asManyJobsWaitAsTheSlotsRunInFiveMilliseconds() {
		time(20, Duration.ofMillis(2));
		assertThat(this.buffer.capacity()).isEqualTo(25);
	}

	@Test
	void noMoreThanFiveHundredWait() {
		time(20, Duration.ZERO);
		assertThat(this.buffer.capacity()).isEqualTo(500);
	}

	@Test
	void noJobWaitsBehindLongOnes() {
		time(20, Duration.ofMillis(51));
		assertThat(this.buffer.capacity()).isZero();
	}

	@Test
	void capacityFollowsTheRuns() {
		time(20, Duration.ofMillis(1));
		time(1, Duration.ofSeconds(1));
		assertThat(this.buffer.capacity()).isZero();
		time(200, Duration.ofMillis(1));
		assertThat(this.buffer.capacity()).isBetween(40, 50);
	}

	@Test
	void isFilledWhenItIsHalfEmpty() {
		time(20, Duration.ofMillis(1));
		this.buffer.add(runs(0, 26));
		assertThat(this.buffer.room()).isZero();
		this.buffer.take();
		assertThat(this.buffer.room()).isEqualTo(25);
	}

	@Test
	void refillIsRequestedOnceUntilSomebodyAsksHowMany() {
		time(20, Duration.ofMillis(1));
		assertThat(this.buffer.requestsRefill()).isTrue();
		assertThat(this.buffer.requestsRefill()).isFalse();
		this.buffer.room();
		assertThat(this.buffer.requestsRefill()).isTrue();
	}

	@Test
	void jobsAreTakenInTheirOrder() {
		List<JobRun> runs = runs(0, 3);
		this.buffer.add(runs);
		assertThat(this.buffer.take()).isSameAs(runs.get(0));
		assertThat(this.buffer.takeAll()).containsExactly(runs.get(1), runs.get(2));
		assertThat(this.buffer.take()).isNull();
	}

	@Test
	void whatIsThereAtTwoLooksIsOverdueWithAllBehindIt() {
		List<JobRun> first = runs(0, 2);
		List<JobRun> second = runs(2, 2);
		this.buffer.add(first);
		assertThat(this.buffer.takeOverdue()).isEmpty();
		this.buffer.take();
		this.buffer.add(second);
		assertThat(this.buffer.takeOverdue()).containsExactly(first.get(1), second.get(0), second.get(1));
		assertThat(this.buffer.size()).isZero();
	}

	@Test
	void bufferThatMovesIsNotOverdue() {
		this.buffer.add(runs(0, 2));
		for (int i = 0; i < 5; i++) {
			assertThat(this.buffer.takeOverdue()).isEmpty();
			this.buffer.take();
			this.buffer.take();
			this.buffer.add(runs(2 * i, 2));
		}
	}

	@Test
	void afterOverdueJobsRunsAreTimedAnew() {
		time(20, Duration.ofMillis(1));
		this.buffer.add(runs(0, 1));
		this.buffer.takeOverdue();
		assertThat(this.buffer.takeOverdue()).hasSize(1);
		assertThat(this.buffer.capacity()).isZero();
		time(20, Duration.ofMillis(2));
		assertThat(this.buffer.capacity()).isEqualTo(25);
	}

	@Test
	void closedBufferLetsNoJobStart() {
		List<JobRun> runs = runs(0, 3);
		this.buffer.add(runs.subList(0, 2));
		this.buffer.close();
		this.buffer.add(runs.subList(2, 3));
		assertThat(this.buffer.take()).isNull();
		assertThat(this.buffer.takeAll()).containsExactlyElementsOf(runs);
	}

	@Test
	void jobThatCouldNotBeStartedIsFirstAgain() {
		List<JobRun> runs = runs(0, 2);
		this.buffer.add(runs);
		this.buffer.take();
		this.buffer.putBack(runs.get(0));
		assertThat(this.buffer.takeAll()).containsExactlyElementsOf(runs);
	}

	private void time(int number, Duration run) {
		IntStream.range(0, number).forEach((index) -> this.buffer.timed(run));
	}

	private static List<JobRun> runs(int from, int number) {
		Instant now = Instant.EPOCH;
		Duration leaseTime = Duration.ofSeconds(30);
		Lease lease = new Lease(PARTITION, "token", 0, System::nanoTime);
		return IntStream.range(from, from + number)
			.mapToObj((index) -> new Job(new JobId(PARTITION, "job" + index), "Mails.send",
					"[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL))
			.map((job) -> new JobRun(new ClaimedJob(job, "token", Attempts.NONE, now, now, now), lease, leaseTime,
					ISOLATION, (run) -> {
					}))
			.toList();
	}

}
