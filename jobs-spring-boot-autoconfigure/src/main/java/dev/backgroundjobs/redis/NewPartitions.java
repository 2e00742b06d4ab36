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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.core.QueuePartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares what this process begins to work on. A queue that was paused when it had fewer
 * partitions is paused in all of them: the first one says so. Whoever pauses or resumes a
 * queue begins with that one, too, so it is asked before and after.
 */
final class NewPartitions {

	private static final Logger logger = LoggerFactory.getLogger(NewPartitions.class);

	private static final CompletableFuture<Void> DONE = CompletableFuture.allOf();

	private static final byte[] PAUSED = RedisConnection.bytes("p");

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final Set<QueuePartition> prepared = ConcurrentHashMap.newKeySet();

	NewPartitions(RedisConnection connection, RedisKeys keys) {
		this.connection = connection;
		this.keys = keys;
	}

	/**
	 * Prepare partitions that have not been met before.
	 * @param numbers how many partitions each queue has
	 * @return how many of them are ready: those behind one that cannot be reached wait
	 * for the next time
	 */
	CompletableFuture<Map<String, Integer>> prepare(Map<String, Integer> numbers) {
		Map<String, Integer> ready = new ConcurrentHashMap<>(numbers);
		List<CompletableFuture<Void>> prepared = new ArrayList<>();
		numbers.forEach((queue, number) -> {
			for (int k = 1; k < number; k++) {
				QueuePartition partition = new QueuePartition(queue, k);
				if (!this.prepared.contains(partition)) {
					prepared.add(prepare(partition).handle((done, failure) -> {
						if (failure == null) {
							this.prepared.add(partition);
						}
						else {
							logger.debug("Partition {} cannot be worked on yet", partition, failure);
							ready.merge(queue, partition.number(), Math::min);
						}
						return null;
					}));
				}
			}
		});
		return CompletableFuture.allOf(prepared.toArray(CompletableFuture[]::new)).thenApply((done) -> ready);
	}

	private CompletableFuture<Void> prepare(QueuePartition partition) {
		return isPaused(partition.queue()).thenCompose((paused) -> paused ? pauseToo(partition) : DONE);
	}

	private CompletableFuture<Void> pauseToo(QueuePartition partition) {
		return pause(partition, 1).thenCompose((paused) -> isPaused(partition.queue())).thenCompose((still) -> {
			if (still) {
				logger.info("Queue '{}' is paused, and so is its partition {}", partition.queue(), partition.number());
			}
			return still ? DONE : pause(partition, 0);
		});
	}

	private CompletableFuture<Boolean> isPaused(String queue) {
		byte[] meta = this.keys.of(QueuePartition.of(queue))[RedisKeys.META];
		return this.connection.call((redis) -> redis.hexists(meta, PAUSED));
	}

	private CompletableFuture<Void> pause(QueuePartition partition, int pauses) {
		return this.connection
			.eval(RedisScript.PAUSE, this.keys.of(partition), RedisConnection.bytes(pauses), RedisConnection.bytes(""))
			.thenAccept((reply) -> {
			});
	}

}
