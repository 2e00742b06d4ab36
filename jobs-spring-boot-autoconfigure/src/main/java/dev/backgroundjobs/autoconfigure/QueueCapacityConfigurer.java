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

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import dev.backgroundjobs.core.QueueCapacity;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies properties to the capacity of queues.
 */
final class QueueCapacityConfigurer {

	private static final String DEFAULTS = "background-jobs.queue-defaults.";

	private final JobsProperties properties;

	QueueCapacityConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	Function<String, QueueCapacity> configure() {
		QueueDefaultsProperties defaults = this.properties.getQueueDefaults();
		QueueCapacity capacity = capacity(DEFAULTS, defaults.getCapacity(), defaults.getOnFull(),
				defaults.getBlockTimeout());
		Map<String, QueueCapacity> capacities = new HashMap<>();
		this.properties.getQueues().forEach((queue, own) -> capacities.put(queue, own(queue, own, defaults)));
		return (queue) -> capacities.getOrDefault(queue, capacity);
	}

	private static QueueCapacity own(String queue, QueueProperties own, QueueDefaultsProperties defaults) {
		String prefix = "background-jobs.queues." + queue + ".";
		Long jobs = own.getCapacity();
		QueueCapacity capacity = capacity(prefix, (jobs != null) ? jobs : defaults.getCapacity(),
				Objects.requireNonNullElse(own.getOnFull(), defaults.getOnFull()),
				Objects.requireNonNullElse(own.getBlockTimeout(), defaults.getBlockTimeout()));
		return (jobs != null) ? capacity
				: new QueueCapacity(capacity.jobs(), capacity.patience(), DEFAULTS + "capacity");
	}

	private static QueueCapacity capacity(String prefix, long jobs, QueueDefaultsProperties.OnFull onFull,
			Duration blockTimeout) {
		if (jobs < 1) {
			throw new InvalidConfigurationPropertyValueException(prefix + "capacity", jobs, "It must be at least 1.");
		}
		if (blockTimeout.isNegative()) {
			throw new InvalidConfigurationPropertyValueException(prefix + "block-timeout", blockTimeout,
					"It must not be negative.");
		}
		return new QueueCapacity(jobs, (onFull == QueueDefaultsProperties.OnFull.BLOCK) ? blockTimeout : Duration.ZERO,
				prefix + "capacity");
	}

}
