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

package dev.backgroundjobs.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The figures of a queue at one moment.
 *
 * @param queue name of the queue
 * @param paused whether nothing is claimed from it
 * @param queued jobs that wait for a worker
 * @param scheduled jobs whose delay is not over
 * @param retrying jobs that wait for their next attempt
 * @param waiting steps of chains that wait for one before them, which is in this queue
 * @param running jobs that are claimed
 * @param dead dead letters
 * @param finished ended jobs that are kept for their callers
 * @param oldestAge for how long the oldest queued job has been due
 * @param counters how often each transition happened since the queue exists
 */
public record QueueFigures(String queue, boolean paused, long queued, long scheduled, long retrying, long waiting,
		long running, long dead, long finished, @Nullable Duration oldestAge, Map<String, Long> counters) {

	/**
	 * The figures of two parts of the queue together.
	 * @param other those of another part
	 * @return the sums, and the greater age
	 */
	public QueueFigures plus(QueueFigures other) {
		Duration oldest = (this.oldestAge == null
				|| other.oldestAge != null && other.oldestAge.compareTo(this.oldestAge) > 0) ? other.oldestAge
						: this.oldestAge;
		Map<String, Long> summed = new LinkedHashMap<>(this.counters);
		other.counters.forEach((counter, number) -> summed.merge(counter, number, Long::sum));
		return new QueueFigures(this.queue, this.paused || other.paused, this.queued + other.queued,
				this.scheduled + other.scheduled, this.retrying + other.retrying, this.waiting + other.waiting,
				this.running + other.running, this.dead + other.dead, this.finished + other.finished, oldest, summed);
	}

}
