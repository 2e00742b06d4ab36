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

import dev.backgroundjobs.redis.RedisJobStore;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Reads what limits the store.
 */
final class StoreOptionsConfigurer {

	private static final Duration SHORTEST_POLL = Duration.ofMillis(10);

	private final JobsProperties properties;

	StoreOptionsConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	RedisJobStore.Options configure() {
		RetentionProperties retention = this.properties.getRetention();
		Duration poll = this.properties.getAwait().getPollInterval();
		check(poll.compareTo(SHORTEST_POLL) >= 0, "await.poll-interval", poll,
				"It must be at least 10ms: Redis is asked so often while somebody waits for a job.");
		check(!retention.getSucceeded().isNegative(), "retention.succeeded", retention.getSucceeded(),
				"It must not be negative; with 0 nothing is kept of a job that has succeeded.");
		check(!retention.getDead().isNegative() && !retention.getDead().isZero(), "retention.dead", retention.getDead(),
				"It must be more than 0, or dead letters would be gone before anybody could retry them.");
		check(!retention.getMaxBytes().isNegative(), "retention.max-bytes", retention.getMaxBytes(),
				"It must not be negative.");
		check(retention.getDeadMax() >= 1, "retention.dead-max", retention.getDeadMax(),
				"It must be at least 1, or dead letters would be gone before anybody could retry them.");
		return new RedisJobStore.Options(this.properties.getEnqueue().getTimeout(), retention.getSucceeded(),
				retention.getDead(), this.properties.getWorker().getRefusalInterval(), poll,
				retention.getMaxBytes().toBytes(), retention.getDeadMax());
	}

	private static void check(boolean valid, String name, Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException("background-jobs." + name, value, reason);
		}
	}

}
