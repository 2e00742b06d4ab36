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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that queues have or ever had: all of them have to be reached.
 */
final class KnownPartitions {

	private final RedisConnection connection;

	private final byte[] queues;

	KnownPartitions(RedisConnection connection, RedisKeys keys) {
		this.connection = connection;
		this.queues = keys.workers()[2];
	}

	/**
	 * The partitions of a queue, one for a queue that nobody knows.
	 */
	List<QueuePartition> of(String queue) {
		return partitions(queue,
				Answers.await(this.connection.call((redis) -> redis.hget(this.queues, RedisConnection.bytes(queue)))));
	}

	/**
	 * The partitions of all queues, by their names.
	 */
	CompletableFuture<Map<String, List<QueuePartition>>> all() {
		return this.connection.call((redis) -> redis.hgetall(this.queues)).thenApply((entries) -> {
			Map<String, List<QueuePartition>> all = new TreeMap<>();
			entries.forEach((queue, number) -> {
				String name = new String(queue, StandardCharsets.UTF_8);
				all.put(name, partitions(name, number));
			});
			return all;
		});
	}

	private static List<QueuePartition> partitions(String queue, byte @Nullable [] number) {
		int partitions = (number != null) ? Integer.parseInt(new String(number, StandardCharsets.UTF_8)) : 1;
		return IntStream.range(0, Math.min(partitions, QueuePartition.MOST))
			.mapToObj((partition) -> new QueuePartition(queue, partition))
			.toList();
	}

}
