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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one job in one queue, by outcome and error.
 */
final class OutcomeTimers {

	private final MeterRegistry registry;

	private final String meter;

	private final String queue;

	private final String job;

	private final Map<String, Map<String, Timer>> timers = new ConcurrentHashMap<>();

	OutcomeTimers(MeterRegistry registry, String meter, String queue, String job) {
		this.registry = registry;
		this.meter = meter;
		this.queue = queue;
		this.job = job;
	}

	void record(String outcome, @Nullable Throwable failure, Duration took) {
		String error = Outcomes.error(failure);
		Map<String, Timer> byError = this.timers.get(outcome);
		Timer timer = (byError != null) ? byError.get(error) : null;
		((timer != null) ? timer : create(outcome, error)).record(took);
	}

	private Timer create(String outcome, String error) {
		return this.timers.computeIfAbsent(outcome, (key) -> new ConcurrentHashMap<>())
			.computeIfAbsent(error,
					(key) -> Timer.builder(this.meter)
						.tags("queue", this.queue, "job.name", this.job, "outcome", outcome, "error", error)
						.register(this.registry));
	}

}
