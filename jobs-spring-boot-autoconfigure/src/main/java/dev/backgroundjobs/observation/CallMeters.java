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

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the calls of one job into one queue.
 */
final class CallMeters {

	private final OutcomeTimers timers;

	/** There from the first call on: a counter that begins with 1 has not increased. */
	private final Counter rejected;

	CallMeters(MeterRegistry registry, String queue, String job) {
		this.timers = new OutcomeTimers(registry, "background.jobs.enqueue", queue, job);
		this.rejected = Counter.builder("background.jobs.rejected")
			.description("Calls that were certainly not enqueued")
			.tags("queue", queue, "job.name", job)
			.register(registry);
	}

	void ended(Duration took, @Nullable Throwable failure) {
		this.timers.record(Outcomes.ofCall(failure), failure, took);
		if (failure != null && !(failure instanceof EnqueueOutcomeUnknownException)) {
			this.rejected.increment();
		}
	}

}
