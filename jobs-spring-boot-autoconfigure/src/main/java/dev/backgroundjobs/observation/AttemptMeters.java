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

package dev.backgroundjobs.observation;

import java.time.Duration;

import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Settlement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The meters of the attempts of one job in one queue. Counters are there from its first
 * attempt on: one that begins with 1 has not increased.
 */
final class AttemptMeters {

	private final OutcomeTimers timers;

	private final Timer wait;

	private final Counter retries;

	private final Counter dead;

	private final Counter stale;

	private final Counter leaseLost;

	AttemptMeters(MeterRegistry registry, String queue, String job) {
		this.timers = new OutcomeTimers(registry, "background.jobs.execution", queue, job);
		this.wait = Timer.builder("background.jobs.wait")
			.description("From due to claimed, by the clock of Redis")
			.tags("queue", queue, "job.name", job)
			.register(registry);
		this.retries = counter(registry, "retries", "Attempts that failed and are repeated", queue, job);
		this.dead = counter(registry, "dead", "Jobs that became dead letters", queue, job);
		this.stale = counter(registry, "stale", "Outcomes of jobs that were not this worker's any more", queue, job);
		this.leaseLost = counter(registry, "lease.lost", "Attempts that lost their lease while they ran", queue, job);
	}

	private static Counter counter(MeterRegistry registry, String name, String description, String queue, String job) {
		return Counter.builder("background.jobs." + name)
			.description(description)
			.tags("queue", queue, "job.name", job)
			.register(registry);
	}

	void waited(Duration waited) {
		this.wait.record(waited);
	}

	void ended(FinishedAttempt attempt) {
		boolean cancelled = attempt.settlement() == Settlement.CANCELLED;
		this.timers.record(cancelled ? "cancelled" : Outcomes.of(attempt.outcome()), attempt.exception(),
				attempt.took());
	}

	void retried() {
		this.retries.increment();
	}

	void buried() {
		this.dead.increment();
	}

	void stale() {
		this.stale.increment();
	}

	void leaseLost() {
		this.leaseLost.increment();
	}

}
