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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFanOut;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JoinPolicy;
import dev.backgroundjobs.autoconfigure.JobsMetricsAutoConfiguration;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.event.JobDeadEvent;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/**
 * Whoever hears of dead jobs hears of joins that die without having run, whatever they
 * die of.
 */
class DeadJoinTests {

	@Test
	void listenersHearOfJoinsThatHaveNotRun() {
		JobsContextRunner.create().withBean(Calls.class).withBean(Heard.class).run((context) -> {
			JobClient jobs = context.getBean(JobClient.class);
			JobOperations operations = context.getBean(JobOperations.class);
			Calls calls = context.getBean(Calls.class);
			String settled = join(jobs.all(() -> calls.fails()).onFailure(JoinPolicy.FAIL), calls).id();
			String received = join(jobs.all(() -> calls.failsElsewhere()).onFailure(JoinPolicy.FAIL), calls).id();
			JobHandle<?> purged = child(join(jobs.all(() -> calls.fails()), calls));
			await().atMost(Duration.ofSeconds(30)).until(purged::state, JobState.DEAD::equals);
			operations.deleteDead("here", "Calls.fails", 10, null);
			JobHandle<?> cancelled = child(join(jobs.in(Duration.ofHours(1)).all(() -> calls.fails()), calls));
			operations.requestCancel(JobId.parse(cancelled.id()));
			JobHandle<?> deleted = child(join(jobs.in(Duration.ofHours(1)).all(() -> calls.fails()), calls));
			operations.delete(JobId.parse(deleted.id()));
			operations.pause("elsewhere");
			String late = join(jobs.all(() -> calls.failsElsewhere()).within(Duration.ofMillis(1)), calls).id();
			Map<String, String> heard = context.getBean(Heard.class).reasons;
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(heard).containsEntry(settled, "CHILD_FAILED")
					.containsEntry(received, "CHILD_FAILED")
					.containsEntry(late, "DEADLINE_PASSED")
					.hasSize(6));
		});
	}

	@Test
	void listenersHearOfThemInAProcessWithoutAWorker() {
		JobsContextRunner.create()
			.withConfiguration(AutoConfigurations.of(JobsMetricsAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class)
			.withBean(Calls.class)
			.withBean(Heard.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				JobChainHandle<Void> join = join(context.getBean(JobClient.class)
					.in(Duration.ofHours(1))
					.all(() -> context.getBean(Calls.class).failsElsewhere()), context.getBean(Calls.class));
				assertThat(child(join).cancel()).isTrue();
				await().untilAsserted(() -> assertThat(context.getBean(Heard.class).reasons)
					.containsExactly(entry(join.id(), "CHILD_FAILED")));
				await().untilAsserted(() -> assertThat(
						context.getBean(SimpleMeterRegistry.class).find("background.jobs.dead").counters())
					.extracting(Counter::count)
					.containsExactly(1.0));
			});
	}

	private static JobChainHandle<Void> join(JobFanOut<?> children, Calls calls) {
		return children.then(() -> calls.join()).enqueue();
	}

	private static JobHandle<?> child(JobChainHandle<?> join) {
		return join.steps().get(0);
	}

	static class Calls {

		@BackgroundJob("here")
		@JobRetry(maxRetries = 0)
		void fails() {
			throw new IllegalStateException("no");
		}

		@BackgroundJob("elsewhere")
		@JobRetry(maxRetries = 0)
		void failsElsewhere() {
			throw new IllegalStateException("no");
		}

		@BackgroundJob("here")
		void join() {
		}

	}

	static class Heard {

		/** Of each join that has died. */
		private final Map<String, String> reasons = new ConcurrentHashMap<>();

		@EventListener
		void on(JobDeadEvent dead) {
			if (dead.name().equals("Calls.join")) {
				this.reasons.put(dead.id(), dead.reason());
			}
		}

	}

}
