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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.Map;

import dev.backgroundjobs.core.QueueFigures;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A queue as operators see it.
 *
 * @param queue its name
 * @param paused whether nothing is claimed from it
 * @param queued jobs that wait for a worker
 * @param scheduled jobs whose delay is not over
 * @param retrying jobs that wait for their next attempt
 * @param waiting steps of chains that wait for one before them, which is in this queue
 * @param running jobs that are claimed
 * @param dead dead letters
 * @param oldestAge for how long the oldest queued job has been due
 * @param workers how many workers work on it
 * @param transitions how often each transition happened since the queue exists
 */
record QueueDescriptor(String queue, boolean paused, long queued, long scheduled, long retrying, long waiting,
		long running, long dead, @Nullable Duration oldestAge, long workers,
		Map<String, Long> transitions) implements OperationResponseBody {

	QueueDescriptor(QueueFigures figures, long workers) {
		this(figures.queue(), figures.paused(), figures.queued(), figures.scheduled(), figures.retrying(),
				figures.waiting(), figures.running(), figures.dead(), figures.oldestAge(), workers, figures.counters());
	}

}
