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
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
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
 * Chains whose workers are killed between any two of their steps, of which every other
 * one is in another queue.
 */
class KilledChainTests {

	private static final int CHAINS = 200;

	private static final int STEPS = 5;

	private final String namespace = "test-" + UUID.randomUUID();

	@Test
	void everyStepIsCompletedOnceAndInItsOrder() throws Exception {
		JobsContextRunner.create()
			.withUserConfiguration(JournalJobs.Configuration.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.enabled=false")
			.run((producer) -> {
				JournalJobs jobs = producer.getBean(JournalJobs.class);
				List<JobChainHandle<?>> chains = enqueue(producer.getBean(JobClient.class), jobs);
				for (int step = 1; step < STEPS; step++) {
					workUntilKilledAfter(step, jobs);
				}
				try (WorkerProcess rescuer = worker()) {
					await().atMost(Duration.ofMinutes(2))
						.untilAsserted(() -> assertThat(completed(producer)).isEqualTo(CHAINS * STEPS));
					assertThat(rescuer.isAlive()).isTrue();
				}
				assertThat(chains).allMatch((chain) -> chain.state() == JobState.SUCCEEDED);
				everyStepFollowedThoseBeforeIt(jobs);
				assertThat(counter(producer, "recovered")).as("steps that were killed").isPositive();
				assertThat(counter(producer, "sent")).as("steps that went to another queue")
					.isGreaterThanOrEqualTo(CHAINS * (STEPS - 1))
					.isEqualTo(counter(producer, "received"));
				Keyspace.check(RedisServer.shared());
			});
	}

	private static List<JobChainHandle<?>> enqueue(JobClient client, JournalJobs jobs) {
		List<JobChainHandle<?>> chains = new ArrayList<>();
		client
			.enqueueAll(() -> IntStream.range(0, CHAINS).forEach((chain) -> chains.add(enqueue(client, jobs, chain))));
		return chains;
	}

	private static JobChainHandle<?> enqueue(JobClient client, JournalJobs jobs, int chain) {
		return client.chain(() -> jobs.step(chain, List.of()))
			.then((List<Integer> before) -> jobs.stepElsewhere(chain, before))
			.then((List<Integer> before) -> jobs.step(chain, before))
			.then((List<Integer> before) -> jobs.stepElsewhere(chain, before))
			.then((List<Integer> before) -> jobs.step(chain, before))
			.enqueue();
	}

	/**
	 * A process works until some chains have come to a step, and is killed.
	 */
	private void workUntilKilledAfter(int step, JournalJobs jobs) throws Exception {
		try (WorkerProcess victim = worker()) {
			await().atMost(Duration.ofMinutes(1))
				.until(() -> jobs.entries("step " + (step + 1) + " ").size() >= 10 * step);
			victim.kill();
		}
	}

	private WorkerProcess worker() throws Exception {
		return WorkerProcess.start(RedisServer.shared(), "--background-jobs.namespace=" + this.namespace,
				"--background-jobs.worker.lease=2s", "--background-jobs.worker.poll-interval=200ms",
				"--background-jobs.worker.concurrency=4");
	}

	private static long completed(ApplicationContext context) {
		return counter(context, "completed");
	}

	private static long counter(ApplicationContext context, String name) {
		JobQueries queries = context.getBean(JobQueries.class);
		return List.of("journal", "slots")
			.stream()
			.mapToLong((queue) -> queries.figures(queue).counters().getOrDefault(name, 0L))
			.sum();
	}

	/**
	 * What each step was given, whenever it was started: the results of all before it.
	 */
	private static void everyStepFollowedThoseBeforeIt(JournalJobs jobs) {
		Map<Integer, String> given = Map.of(1, "[]", 2, "[1]", 3, "[1, 2]", 4, "[1, 2, 3]", 5, "[1, 2, 3, 4]");
		given.forEach((step, before) -> {
			List<String> starts = jobs.entries("step " + step + " ");
			assertThat(starts).allMatch((entry) -> entry.endsWith(" after " + before));
			assertThat(starts.stream().distinct()).hasSize(CHAINS);
		});
	}

}
