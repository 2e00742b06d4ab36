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
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import dev.backgroundjobs.core.QueuePartition;

import org.springframework.util.Assert;

/**
 * Every key this library uses. All keys of a partition carry one hash tag and so live in
 * one slot of a cluster; {@code docs/redis-schema.md} says what they hold.
 */
final class RedisKeys {

	/**
	 * The keys of a partition in the order in which {@code partition.lua} names them.
	 */
	private static final String[] PARTITION = { "m", // HASH meta
			"j", // HASH id -> record
			"r0", "r1", "r2", // LIST ready ids, a level each
			"d", // ZSET scheduled: id -> due
			"t", // ZSET retrying: id -> due
			"i", // HASH running: id -> lease token
			"c", // HASH claims: token -> time and ids
			"n", // HASH open: token -> jobs not settled
			"l", // ZSET leases: token -> expiry
			"a", // HASH attempts: id and field -> value
			"x", // ZSET dead: id -> time
			"f", // ZSET finished and kept: id -> expiry
			"pr", // HASH sequences: process -> sequence:minute
			"w", // SET waiting containers' channels
			"z", // HASH tombstones: id -> dead hints in ready lists
			"s", // HASH counters
			"rc", // HASH recurring slots: schedule -> last slot fired
			"kc", // HASH cancelled while running: token -> ids
			"~" // the canary, never created
	};

	/**
	 * Position of the slots of schedules among the keys of a partition.
	 */
	static final int SLOTS = Arrays.asList(PARTITION).indexOf("rc");

	/**
	 * Position of the records.
	 */
	static final int JOBS = Arrays.asList(PARTITION).indexOf("j");

	private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private final String namespace;

	private final Map<QueuePartition, byte[][]> partitions = new ConcurrentHashMap<>();

	private final byte[][] workers;

	RedisKeys(String namespace) {
		check(namespace);
		this.namespace = namespace;
		this.workers = keys("bj:{" + namespace + "}:", "workers", "worker", "queues", "~");
	}

	static void check(String namespace) {
		Assert.isTrue(NAMESPACE.matcher(namespace).matches(),
				() -> "Namespace '" + namespace + "' must be 1 to 64 letters, digits, '.', '_' or '-'");
	}

	/**
	 * All keys of a partition, for its scripts.
	 */
	byte[][] of(QueuePartition partition) {
		return this.partitions.computeIfAbsent(partition, (key) -> keys(prefix(key), PARTITION));
	}

	String prefix(QueuePartition partition) {
		String number = (partition.number() > 0) ? "/" + partition.number() : "";
		return "bj:{" + this.namespace + "." + partition.queue() + number + "}:";
	}

	/**
	 * ZSET worker -> expiry, HASH worker -> description, HASH queue -> partitions,
	 * canary.
	 */
	byte[][] workers() {
		return this.workers;
	}

	/**
	 * A key that never exists but within one script, beside those of the namespace and
	 * beside those of a queue.
	 */
	byte[] preflight(String queue) {
		return bytes(
				(queue.isEmpty() ? "bj:{" + this.namespace + "}:" : prefix(QueuePartition.of(queue))) + "preflight");
	}

	/**
	 * ZSET namespace -> last heartbeat, for all namespaces.
	 */
	static byte[] namespaces() {
		return bytes("bj:namespaces");
	}

	/**
	 * Channel on which a container of this process is woken.
	 */
	byte[] channel(String worker, String container) {
		return bytes("bj:" + this.namespace + ":wake:" + worker + ":" + container);
	}

	/**
	 * What stands before and after the worker in the name of a container's channel.
	 */
	byte[][] aroundWorker(String container) {
		return new byte[][] { bytes("bj:" + this.namespace + ":wake:"), bytes(":" + container) };
	}

	String namespace() {
		return this.namespace;
	}

	private static byte[][] keys(String prefix, String... names) {
		return Arrays.stream(names).map((name) -> bytes(prefix + name)).toArray(byte[][]::new);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
