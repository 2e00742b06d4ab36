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

import dev.backgroundjobs.core.QueueFigures;

/**
 * A queue in the details of health.
 *
 * @param paused whether nothing is claimed from it
 * @param queued jobs that wait for a worker
 * @param scheduled jobs whose delay is not over
 * @param retrying jobs that wait for their next attempt
 * @param running jobs that are claimed
 * @param dead dead letters
 * @param oldestAge for how long the oldest queued job has been due, or {@code none}
 * @param workers how many workers of the whole deployment work on it
 * @param lastPoll how long ago this process last heard from Redis what there is to do,
 * {@code never}, or {@code not here} if it does not work on the queue
 */
record QueueHealth(boolean paused, long queued, long scheduled, long retrying, long running, long dead,
		String oldestAge, long workers, String lastPoll) {

	static QueueHealth of(QueueFigures figures, long workers, String lastPoll) {
		return new QueueHealth(figures.paused(), figures.queued(), figures.scheduled(), figures.retrying(),
				figures.running(), figures.dead(),
				(figures.oldestAge() != null) ? figures.oldestAge().toString() : "none", workers, lastPoll);
	}

}
