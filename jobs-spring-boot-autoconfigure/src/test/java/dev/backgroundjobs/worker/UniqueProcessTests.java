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
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Unique jobs of several processes, and of one that is killed.
 */
class UniqueProcessTests {

	private static final int ROUNDS = 10;

	private final String namespace = "test-" + UUID.randomUUID();

	@Test
	void aHundredThreadsOfTwoProcessesMakeOneJob() throws Exception {
		try (WorkerProcess one = start(); WorkerProcess two = start()) {
			runner(false).run((context) -> {
				RacingJobs racing = context.getBean(RacingJobs.class);
				JournalJobs journal = context.getBean(JournalJobs.class);
				context.getBean(JobOperations.class).pause("unique");
				context.getBean(JobClient.class)
					.enqueueAll(() -> IntStream.range(0, 2 * ROUNDS).forEach((call) -> race(racing, call / 2)));
				patiently().until(() -> journal.entries("accepted ").size() == 2 * ROUNDS * RacingJobs.THREADS);
				for (int number = 0; number < ROUNDS; number++) {
					List<String> accepted = journal.entries("accepted " + number + " ");
					assertThat(accepted).hasSize(2 * RacingJobs.THREADS);
					assertThat(accepted).filteredOn((entry) -> entry.contains(" CREATED ")).hasSize(1);
					assertThat(accepted.stream().map((entry) -> entry.split(" ")[3]).distinct()).hasSize(1);
				}
				assertThat(context.getBean(JobQueries.class).figures("unique").queued()).isEqualTo(ROUNDS);
				context.getBean(JobOperations.class).resume("unique");
				patiently().until(() -> journal.entries("unique ").size() == ROUNDS);
				assertThat(journal.entries("unique ")).doesNotHaveDuplicates();
			});
			assertThat(one.isAlive() && two.isAlive()).isTrue();
		}
	}

	@Test
	void jobOfAKilledProcessKeepsItsLockUntilAnotherOneHasRunIt() throws Exception {
		try (WorkerProcess killed = start("--background-jobs.worker.lease=2s", "--journal.stuck=true")) {
			runner(false).run((context) -> {
				JournalJobs journal = context.getBean(JournalJobs.class);
				JobHandle<Void> first = journal.unique(7);
				patiently().until(() -> !journal.entries("unique 7").isEmpty());
				killed.kill();
				assertThat(journal.unique(7)).satisfies((second) -> {
					assertThat(second.acceptance()).isEqualTo(JobAcceptance.EXISTING);
					assertThat(second.id()).isEqualTo(first.id());
				});
				runner(true).run((rescuer) -> patiently()
					.untilAsserted(() -> assertThat(first.state()).isEqualTo(JobState.SUCCEEDED)));
				assertThat(journal.unique(7).acceptance()).isEqualTo(JobAcceptance.CREATED);
			});
		}
	}

	private static void race(RacingJobs racing, int number) {
		try {
			racing.race(number, 2);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ConditionFactory patiently() {
		return await().atMost(Duration.ofSeconds(60));
	}

	private WorkerProcess start(String... options) throws Exception {
		String[] all = { "--background-jobs.namespace=" + this.namespace,
				"--background-jobs.worker.poll-interval=200ms", "--background-jobs.queues.race.worker-concurrency=1" };
		return WorkerProcess.start(RedisServer.shared(),
				Stream.of(all, options).flatMap(Arrays::stream).toArray(String[]::new));
	}

	private ApplicationContextRunner runner(boolean worker) {
		return JobsContextRunner.create()
			.withUserConfiguration(JournalJobs.Configuration.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace,
					"background-jobs.worker.poll-interval=200ms", "background-jobs.worker.lease=2s",
					"background-jobs.worker.enabled=" + worker);
	}

}
