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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.QueuePartition;

/**
 * The answer of {@code inspect.lua}.
 */
final class QueueFiguresReply {

	private QueueFiguresReply() {
	}

	/**
	 * The figures of a queue, the sums over its partitions.
	 */
	static CompletableFuture<QueueFigures> ask(RedisConnection connection, RedisKeys keys,
			List<QueuePartition> partitions) {
		CompletableFuture<QueueFigures> sum = null;
		for (QueuePartition partition : partitions) {
			CompletableFuture<QueueFigures> figures = connection.eval(RedisScript.INSPECT, keys.of(partition))
				.thenApply((reply) -> decode(partition.queue(), reply));
			sum = (sum != null) ? sum.thenCombine(figures, QueueFigures::plus) : figures;
		}
		return Objects.requireNonNull(sum, "No partition");
	}

	private static QueueFigures decode(String queue, Reply reply) {
		Map<String, Long> counters = new LinkedHashMap<>();
		Reply counted = reply.list(12);
		for (int i = 0; i < counted.size(); i += 2) {
			counters.put(counted.text(i), counted.number(i + 1));
		}
		long oldest = reply.number(11);
		return new QueueFigures(queue, reply.number(2) == 1, Math.max(0, reply.number(3)), reply.number(4),
				reply.number(5), reply.number(13), reply.number(6), reply.number(7), reply.number(8),
				(oldest > 0) ? Duration.ofMillis(Math.max(0, reply.number(1) - oldest)) : null, counters);
	}

}
