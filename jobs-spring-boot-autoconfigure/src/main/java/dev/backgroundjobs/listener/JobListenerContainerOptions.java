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

package dev.backgroundjobs.listener;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.util.Assert;

/**
 * What a container works on.
 *
 * @param id what the registry knows it by
 * @param queues its queues in their order, with the weight of each
 * @param order which of them a free slot is for
 * @param concurrency how many jobs it runs at a time, of all its queues together
 */
public record JobListenerContainerOptions(String id, Map<String, Integer> queues, Order order, int concurrency) {

	/**
	 * Check and copy options.
	 * @throws IllegalArgumentException if there is no id or no queue, or a number is less
	 * than 1
	 */
	public JobListenerContainerOptions {
		Assert.hasText(id, "A container must have an id");
		Assert.notEmpty(queues, () -> "Container '" + id + "' must have a queue");
		Assert.isTrue(concurrency >= 1, () -> "Container '" + id + "' must run at least 1 job at a time");
		queues.forEach((queue, weight) -> Assert.isTrue(weight >= 1,
				() -> "The weight of queue '" + queue + "' in container '" + id + "' must be at least 1"));
		queues = Collections.unmodifiableMap(new LinkedHashMap<>(queues));
	}

	/**
	 * Options of a container with one queue, whose name is its id.
	 * @param queue the queue
	 * @param concurrency how many jobs it runs at a time
	 * @return the options
	 */
	public static JobListenerContainerOptions of(String queue, int concurrency) {
		return new JobListenerContainerOptions(queue, Map.of(queue, 1), Order.WEIGHTED, concurrency);
	}

	/**
	 * Which of several queues a free slot is for.
	 */
	public enum Order {

		/**
		 * Each queue gets a share of the slots by its weight while jobs wait in it. None
		 * starves.
		 */
		WEIGHTED,

		/**
		 * The first queue in which jobs wait; weights do not count. A queue may wait for
		 * ever for those before it.
		 */
		STRICT

	}

}
