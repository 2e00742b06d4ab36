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

package dev.backgroundjobs.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

import dev.backgroundjobs.core.QueuePartition;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies properties to the partitions of queues.
 */
final class QueuePartitionsConfigurer {

	private final JobsProperties properties;

	QueuePartitionsConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	ToIntFunction<String> configure() {
		Map<String, Integer> numbers = new HashMap<>();
		this.properties.getQueues().forEach((queue, own) -> numbers.put(queue, number(queue, own)));
		return (queue) -> numbers.getOrDefault(queue, 1);
	}

	private int number(String queue, QueueProperties own) {
		String property = "background-jobs.queues." + queue + ".partitions";
		int number = own.getPartitions();
		if (number < 1 || number > QueuePartition.MOST) {
			throw new InvalidConfigurationPropertyValueException(property, number,
					"It must be between 1 and " + QueuePartition.MOST + ".");
		}
		Long capacity = own.getCapacity();
		if (number > ((capacity != null) ? capacity : this.properties.getQueueDefaults().getCapacity())) {
			throw new InvalidConfigurationPropertyValueException(property, number,
					"The queue's capacity is shared between its partitions, and must be at least their number.");
		}
		return number;
	}

}
