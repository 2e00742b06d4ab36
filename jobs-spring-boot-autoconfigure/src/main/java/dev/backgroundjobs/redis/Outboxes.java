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

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;

/**
 * Who brings away what waits in the outboxes of partitions.
 */
final class Outboxes {

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final Map<QueuePartition, OutboxRelay> relays = new ConcurrentHashMap<>();

	private final DeadJoins deadJoins = new DeadJoins();

	Outboxes(RedisConnection connection, RedisKeys keys) {
		this.connection = connection;
		this.keys = keys;
	}

	DeadJoins deadJoins() {
		return this.deadJoins;
	}

	OutboxRelay of(QueuePartition partition) {
		return this.relays.computeIfAbsent(partition,
				(key) -> new OutboxRelay(this.connection, this.keys, key, this.deadJoins));
	}

	/**
	 * Jobs were enqueued in a partition: children that belong elsewhere are brought
	 * there.
	 */
	void enqueued(List<NewJob> batch, QueuePartition partition) {
		if (batch.stream()
			.anyMatch((job) -> job.due() instanceof Due.Child && !job.job().id().partition().equals(partition))) {
			of(partition).run();
		}
	}

}
