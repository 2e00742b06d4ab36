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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A process that dies when a step has completed and the next one, in another queue, has
 * not arrived there.
 */
class OutboxRelayTests {

	@Test
	void whoeverClaimsBringsAwayWhatWasLeftInTheOutbox() {
		run((context, queue, chain) -> {
			leave(queue, chain);
			assertThat(states(chain)).as("neither here nor there").containsExactly(null, "WAITING", "WAITING");
			context.getBean(JobListenerContainerRegistry.class).start();
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(chain.steps().get(2).state()).isEqualTo(JobState.SUCCEEDED));
			assertThat(context.getBean(Steps.class).log()).containsExactly("17");
			await().untilAsserted(() -> assertThat(queue.redis().exists(queue.key("o"))).isZero());
		});
	}

	@Test
	void stepThatIsOnItsWayCanBeCancelled() {
		run((context, queue, chain) -> {
			leave(queue, chain);
			assertThat(chain.cancel()).isTrue();
			assertThat(states(chain).subList(1, 3)).containsExactly("CANCELLED", "CANCELLED");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "cancel", "delete", "delete dead" })
	void joinElsewhereHearsAtOnceThatSomebodyTookOutAChild(String how) {
		run((context, queue, chain) -> {
			Steps steps = context.getBean(Steps.class);
			JobChainHandle<Void> join = context.getBean(JobClient.class)
				.all(() -> steps.second(1))
				.then(() -> steps.third())
				.enqueue();
			JobId child = JobId.parse(join.steps().get(0).id());
			await().untilAsserted(() -> assertThat(join.steps().get(0).state()).isEqualTo(JobState.QUEUED));
			JobOperations operations = context.getBean(JobOperations.class);
			switch (how) {
				case "cancel" -> operations.requestCancel(child);
				case "delete" -> operations.delete(child);
				default -> {
					TestQueue there = queue.beside(child.partition());
					there.claim("w", 1, 1);
					there.settle(TestQueue.bury(child.local(), "w:1"));
					operations.deleteDead("there", null, 10, null);
				}
			}
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(join.state()).as("nobody claims").isEqualTo(JobState.DEAD));
		});
	}

	/** As a process does that dies at once. */
	private static void leave(TestQueue queue, JobChainHandle<?> chain) {
		queue.claim("dies", 1, 1);
		String first = Chain.local(chain.steps().get(0).id());
		assertThat(queue.settle(Chain.proceed(first, "dies:1", "17")).number(4)).isOne();
	}

	private static List<@Nullable String> states(JobChainHandle<?> chain) {
		return chain.steps()
			.stream()
			.map(JobHandle::info)
			.map((info) -> (info != null) ? info.state().name() : null)
			.toList();
	}

	private static void run(Scene scene) {
		JobsContextRunner.create()
			.withBean(Steps.class)
			.withPropertyValues("background-jobs.worker.poll-interval=100ms")
			.run((context) -> {
				context.getBean(JobListenerContainerRegistry.class).stop();
				JobClient jobs = context.getBean(JobClient.class);
				Steps steps = context.getBean(Steps.class);
				JobChainHandle<Void> chain = jobs.chain(() -> steps.first())
					.then((Integer number) -> steps.second(number))
					.then(() -> steps.third())
					.enqueue();
				String namespace = context.getEnvironment().getProperty("background-jobs.namespace", "");
				try (Scripts scripts = new Scripts(RedisServer.shared())) {
					scene.play(context, new TestQueue(scripts, new RedisKeys(namespace), QueuePartition.of("here")),
							chain);
				}
			});
	}

	interface Scene {

		void play(ApplicationContext context, TestQueue queue, JobChainHandle<?> chain);

	}

	static class Steps {

		private final List<String> log = new CopyOnWriteArrayList<>();

		List<String> log() {
			return this.log;
		}

		@BackgroundJob("here")
		JobHandle<Integer> first() {
			return JobHandle.completed(1);
		}

		@BackgroundJob("there")
		JobHandle<Void> second(int number) {
			this.log.add(String.valueOf(number));
			return JobHandle.completed();
		}

		@BackgroundJob("here")
		JobHandle<Void> third() {
			return JobHandle.completed();
		}

	}

}
