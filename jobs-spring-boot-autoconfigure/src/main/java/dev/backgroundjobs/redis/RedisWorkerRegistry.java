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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.ToIntFunction;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.core.WorkerRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The registry of workers in Redis.
 */
public final class RedisWorkerRegistry implements WorkerRegistry {

	private final RedisConnection connection;

	private final String servers;

	private final RedisKeys keys;

	private final ToIntFunction<String> partitions;

	private final NewPartitions newPartitions;

	/**
	 * Create a registry.
	 * @param connections the connections to Redis
	 * @param namespace the namespace
	 * @param partitions over how many partitions this process spreads the jobs of a queue
	 */
	public RedisWorkerRegistry(RedisConnections connections, String namespace, ToIntFunction<String> partitions) {
		this.connection = connections.lease();
		this.servers = connections.servers();
		this.keys = new RedisKeys(namespace);
		this.partitions = partitions;
		this.newPartitions = new NewPartitions(this.connection, this.keys);
	}

	@Override
	public CompletionStage<Map<String, Integer>> heartbeat(@Nullable WorkerDescription worker,
			Collection<String> knownQueues, Duration timeToLive) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(RedisConnection.bytes((worker != null) ? worker.id() : ""));
		arguments.add(RedisConnection.bytes(timeToLive.toMillis()));
		arguments.add(RedisConnection.bytes((worker != null) ? WorkerText.encode(worker) : ""));
		for (String queue : knownQueues) {
			arguments.add(RedisConnection.bytes(queue));
			arguments.add(RedisConnection.bytes(this.partitions.applyAsInt(queue)));
		}
		return this.connection.eval(RedisScript.HEARTBEAT, this.keys.workers(), arguments.toArray(byte[][]::new))
			.thenCompose((reply) -> {
				if (worker != null) {
					tellNamespace(reply.number(1));
				}
				return this.newPartitions.prepare(numbers(knownQueues, reply.numbers(3)));
			});
	}

	private static Map<String, Integer> numbers(Collection<String> queues, List<Long> largest) {
		Map<String, Integer> numbers = new HashMap<>();
		int k = 0;
		for (String queue : queues) {
			numbers.put(queue, (int) Math.min(QueuePartition.MOST, largest.get(k++)));
		}
		return numbers;
	}

	private void tellNamespace(long now) {
		// another slot, and perhaps not permitted: only for the message to those who
		// chose a wrong namespace
		this.connection.call((redis) -> redis.zadd(RedisKeys.namespaces(), (double) now,
				RedisConnection.bytes(this.keys.namespace())));
	}

	@Override
	public String location() {
		return "namespace '" + this.keys.namespace() + "' on " + this.servers;
	}

	@Override
	public CompletionStage<?> leave(String id) {
		return this.connection.eval(RedisScript.HEARTBEAT, this.keys.workers(), RedisConnection.bytes(id),
				RedisConnection.bytes(0), RedisConnection.bytes(""));
	}

}
