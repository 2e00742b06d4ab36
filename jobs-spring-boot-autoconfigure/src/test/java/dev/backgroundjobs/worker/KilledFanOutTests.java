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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFanOut;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.redis.Keyspace;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Fan-outs whose workers are killed at any moment: the children are in two queues, their
 * join is in a third one, and a step behind it in the first.
 */
class KilledFanOutTests {

	private static final int FAN_OUTS = 100;

	private static final int CHILDREN = 6;

	private static final int KILLS = 4;

	private final Random random = new Random();

	private final String namespace = "test-" + UUID.randomUUID();

	@Test
	void everyChildAndEveryJoinIsCompletedOnceAndJoinsAreGivenAllResults() throws Exception {
		JobsContextRunner.create()
			.withUserConfiguration(JournalJobs.Configuration.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.enabled=false")
			.run((producer) -> {
				JournalJobs jobs = producer.getBean(JournalJobs.class);
				List<JobChainHandle<?>> fanOuts = enqueue(producer.getBean(JobClient.class), jobs);
				try (WorkerProcess survivor = workAndKill(jobs)) {
					await().atMost(Duration.ofMinutes(2))
						.untilAsserted(
								() -> assertThat(counter(producer, "completed")).isEqualTo(FAN_OUTS * (CHILDREN + 2)));
					assertThat(survivor.isAlive()).isTrue();
				}
				assertThat(fanOuts).allSatisfy((fanOut) -> assertThat(fanOut.steps()).hasSize(CHILDREN + 2)
					.extracting(JobHandle::state)
					.containsOnly(JobState.SUCCEEDED));
				everyJoinHadAllResults(jobs);
				assertThat(counter(producer, "recovered")).as("jobs that were killed").isPositive();
				assertThat(counter(producer, "sent")).as("children and steps that went to another queue")
					.isEqualTo(FAN_OUTS * (CHILDREN + 1))
					.isEqualTo(counter(producer, "received"));
				Keyspace.check(RedisServer.shared());
			});
	}

	private static List<JobChainHandle<?>> enqueue(JobClient client, JournalJobs jobs) {
		List<JobChainHandle<?>> fanOuts = new ArrayList<>();
		client.enqueueAll(() -> IntStream.range(0, FAN_OUTS).forEach((join) -> {
			JobFanOut<Integer> children = client.all(() -> jobs.child(join, 1));
			for (int k = 2; k <= CHILDREN; k++) {
				int number = k;
				children = (k % 2 == 0) ? children.and(() -> jobs.childElsewhere(join, number))
						: children.and(() -> jobs.child(join, number));
			}
			fanOuts.add(children.then((List<Integer> parts) -> jobs.join(join, parts))
				.then((Integer parts) -> jobs.joined(join, parts))
				.enqueue());
		}));
		return fanOuts;
	}

	/**
	 * Two processes work, one of them is killed and replaced, and so on, whenever as many
	 * more jobs have begun as was drawn.
	 * @return one that is left
	 */
	private WorkerProcess workAndKill(JournalJobs jobs) throws Exception {
		int share = FAN_OUTS * (CHILDREN + 2) / (KILLS + 1);
		WorkerProcess one = worker();
		WorkerProcess other = worker();
		for (int kill = 0; kill < KILLS; kill++) {
			int begun = kill * share + 1 + this.random.nextInt(share);
			await().atMost(Duration.ofMinutes(3)).until(() -> jobs.entries("").size() >= begun);
			other.kill();
			other = one;
			one = worker();
		}
		other.kill();
		return one;
	}

	private WorkerProcess worker() throws Exception {
		return WorkerProcess.start(RedisServer.shared(), "--background-jobs.namespace=" + this.namespace,
				"--background-jobs.worker.lease=2s", "--background-jobs.worker.poll-interval=200ms",
				"--background-jobs.worker.concurrency=2");
	}

	private static long counter(ApplicationContext context, String name) {
		JobQueries queries = context.getBean(JobQueries.class);
		return List.of("journal", "slots", "joins")
			.stream()
			.mapToLong((queue) -> queries.figures(queue).counters().getOrDefault(name, 0L))
			.sum();
	}

	/**
	 * What joins, and the steps behind them, were given whenever they were started.
	 */
	private static void everyJoinHadAllResults(JournalJobs jobs) {
		assertThat(jobs.entries("join ").stream().distinct()).hasSize(FAN_OUTS)
			.allMatch((entry) -> entry.endsWith(" of [1, 2, 3, 4, 5, 6]"));
		assertThat(jobs.entries("joined ").stream().distinct()).hasSize(FAN_OUTS)
			.allMatch((entry) -> entry.endsWith(" of 6"));
	}

}
