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

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a failure with the schedules of one queue. Whoever asks for one of them
 * is told; a process that fires those of all queues goes on with the others, and says so
 * once. Thread-safe.
 */
final class ScheduleFailures {

	private static final Logger logger = LoggerFactory.getLogger(ScheduleFailures.class);

	private final boolean told;

	/** Queues that have failed, and not succeeded since. */
	private final Set<String> failing = ConcurrentHashMap.newKeySet();

	ScheduleFailures(boolean told) {
		this.told = told;
	}

	/**
	 * Keep a failure apart from other queues.
	 * @param queue the queue
	 * @param answer what was asked of it
	 * @param otherwise what stands for the answer after a failure
	 */
	<T> CompletionStage<T> apart(String queue, CompletionStage<T> answer, T otherwise) {
		return this.told ? answer : answer.handle((value, failure) -> {
			if (failure == null) {
				this.failing.remove(queue);
				return value;
			}
			if (this.failing.add(queue)) {
				logger.warn(
						"Recurring jobs of queue '{}' are not fired or changed, those of other queues are: {}. This is "
								+ "tried again",
						queue, RedisFault.unwrap(failure).getMessage());
			}
			return otherwise;
		});
	}

}
