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

package dev.backgroundjobs.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.zip.CRC32;

import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;

/**
 * How the jobs of a queue are spread over its partitions: what has a key goes where the
 * key's hash says, everything else goes to each in turn. Thread-safe.
 */
final class QueuePartitions {

	private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	private final ToIntFunction<String> numbers;

	private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

	/**
	 * Create them.
	 * @param numbers how many partitions a queue has
	 */
	QueuePartitions(ToIntFunction<String> numbers) {
		this.numbers = numbers;
	}

	int number(String queue) {
		return this.numbers.applyAsInt(queue);
	}

	/**
	 * The partition to which a key belongs: a caller's id, and whatever else has to be
	 * seen together. The same for every process that has as many partitions.
	 * @param queue name of the queue
	 * @param key the key
	 * @return the partition
	 */
	QueuePartition of(String queue, String key) {
		int number = number(queue);
		return new QueuePartition(queue, (number > 1) ? hash(key, number) : 0);
	}

	/**
	 * The partition whose turn it is.
	 * @param queue name of the queue
	 * @return the partition
	 */
	QueuePartition next(String queue) {
		int number = number(queue);
		if (number == 1) {
			return QueuePartition.of(queue);
		}
		AtomicInteger turn = this.turns.computeIfAbsent(queue, (key) -> new AtomicInteger());
		return new QueuePartition(queue, Math.floorMod(turn.getAndIncrement(), number));
	}

	/**
	 * Draw an id in a partition. Its own hash leads there, too: whoever does not know
	 * whether a call was heard and repeats it with that id must find the job.
	 * @param partition the partition
	 * @return the id
	 */
	JobId draw(QueuePartition partition) {
		int number = number(partition.queue());
		String drawn = RandomId.next();
		if (number == 1 || hash(drawn, number) == partition.number()) {
			return new JobId(partition, drawn);
		}
		String begin = drawn.substring(0, drawn.length() - 2);
		for (int k = 0; k < ALPHABET.length() * ALPHABET.length(); k++) {
			String id = begin + ALPHABET.charAt(k / ALPHABET.length()) + ALPHABET.charAt(k % ALPHABET.length());
			if (hash(id, number) == partition.number()) {
				return new JobId(partition, id);
			}
		}
		// of 4,096 hashes one has the wanted rest, as sure as anything is
		return new JobId(partition, drawn);
	}

	private static int hash(String key, int number) {
		CRC32 hash = new CRC32();
		hash.update(key.getBytes(StandardCharsets.UTF_8));
		return (int) (hash.getValue() % number);
	}

}
