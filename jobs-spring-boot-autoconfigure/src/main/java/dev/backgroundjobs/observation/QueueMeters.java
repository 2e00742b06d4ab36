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

	private final Counter trimmed;

	private final Counter dropped;

	QueueMeters(MeterRegistry registry, String queue) {
		this.expired = counter(registry, queue, "background.jobs.expired",
				"Jobs that were not started in time and are not run");
		this.recovered = counter(registry, queue, "background.jobs.recovered",
				"Jobs that this process found to have lost their worker");
		this.trimmed = counter(registry, queue, "background.jobs.trimmed",
				"Ended jobs that were forgotten before their time because kept jobs took too much memory");
		this.dropped = counter(registry, queue, "background.jobs.dropped",
				"Dead letters that were removed because they were too old or too many");
	}

	private static Counter counter(MeterRegistry registry, String queue, String name, String description) {
		return Counter.builder(name).description(description).tag("queue", queue).register(registry);
	}

	void expired(int number) {
		this.expired.increment(number);
	}

	void trimmed(int number) {
		this.trimmed.increment(number);
	}

	void dropped(int number) {
		this.dropped.increment(number);
	}

	void recovered() {
		this.recovered.increment();
	}

}
