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

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What this process counts for a queue as a whole.
 */
final class QueueMeters {

	private final Counter expired;

	private final Counter recovered;

	QueueMeters(MeterRegistry registry, String queue) {
		this.expired = Counter.builder("background.jobs.expired")
			.description("Jobs that were not started in time and are not run")
			.tag("queue", queue)
			.register(registry);
		this.recovered = Counter.builder("background.jobs.recovered")
			.description("Jobs that this process found to have lost their worker")
			.tag("queue", queue)
			.register(registry);
	}

	void expired(int number) {
		this.expired.increment(number);
	}

	void recovered() {
		this.recovered.increment();
	}

}
