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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.backgroundjobs.core.QueuePartition;

import org.springframework.util.Assert;

/**
 * Every key this library uses. All keys of a partition carry one hash tag and so live in
 * one slot of a cluster; {@code docs/redis-schema.md} says what they hold.
 */
final class RedisKeys {

	/** Never created. */
	private static final Key CANARY = new Key("~", "none");

	/**
	 * The keys of a partition in the order in which {@code include/partition.lua} names
	 * them.
	 */
	private static final List<Key> PARTITION = List.of(hash("m"), // meta
			hash("j"), // id -> record
			list("r0"), list("r1"), list("r2"), // ready ids, a level each
			zset("d"), // scheduled: id -> due
			zset("t"), // retrying: id -> due
			hash("i"), // running: id -> lease token
			hash("c"), // claims: token -> time and ids
			hash("n"), // open: token -> jobs not settled
			zset("l"), // leases: token -> expiry
			hash("a"), // attempts: id and field -> value
			zset("x"), // dead: id -> time
			zset("f"), // finished and kept: id -> expiry
			hash("pr"), // sequences: process -> sequence:minute
			new Key("w", "set"), // waiting containers' channels
			hash("z"), // tombstones: id -> dead hints in ready lists
			hash("s"), // counters
			hash("rc"), // recurring: schedule and field -> definition, slots
			hash("kc"), // cancelled while running: token -> ids
			hash("wt"), // chained: waiting step -> its predecessor
			zset("o"), // outbox: message for another partition -> its number
			hash("os"), // sequences of the outbox: target -> last number
			hash("aw"), // awaited: id -> channels of those who wait
			hash("jn"), // joins: id -> what it waits for, and a mark of each child
			zset("jd"), // deadlines of joins: id -> time
			hash("u"), // locks of unique jobs: key -> id, with an end for those of a time
			CANARY);

	private static final List<Key> WORKERS = List.of(zset("workers"), // worker -> expiry
			hash("worker"), // worker -> description
			hash("queues"), // queue -> partitions
			CANARY);

	private static final List<Key> SCHEDULES = List.of(hash("recurring"), // id -> place
			CANARY);

	/**
	 * Position of the meta data.
	 */
	static final int META = PARTITION.indexOf(hash("m"));

	/**
	 * Position of the slots of schedules among the keys of a partition.
	 */
	static final int SLOTS = PARTITION.indexOf(hash("rc"));

	/**
	 * Position of the records.
	 */
	static final int JOBS = PARTITION.indexOf(hash("j"));

	private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private final String namespace;

	private final Map<QueuePartition, byte[][]> partitions = new ConcurrentHashMap<>();

	private final byte[][] workers;

	private final byte[][] schedules;

	RedisKeys(String namespace) {
		check(namespace);
		this.namespace = namespace;
		this.workers = keys("bj:{" + namespace + "}:", WORKERS);
		this.schedules = keys("bj:{" + namespace + "}:", SCHEDULES);
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
	 * The keys that say which workers live.
	 */
	byte[][] workers() {
		return this.workers;
	}

	/**
	 * The keys that say which schedules there are.
	 */
	byte[][] schedules() {
		return this.schedules;
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
	 * Channel on which this process hears that jobs have ended for which it waits.
	 */
	byte[] awaitChannel(String process) {
		return bytes("bj:" + this.namespace + ":wake:await-" + process);
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

	/**
	 * What the keys of a script hold, as {@code TYPE} says it.
	 * @param keys those of a partition, of the workers or of the schedules
	 */
	static List<String> types(byte[][] keys) {
		return Stream.of(PARTITION, WORKERS, SCHEDULES)
			.filter((all) -> all.size() == keys.length)
			.findFirst()
			.orElseThrow()
			.stream()
			.map(Key::type)
			.toList();
	}

	private static byte[][] keys(String prefix, List<Key> keys) {
		return keys.stream().map((key) -> bytes(prefix + key.name())).toArray(byte[][]::new);
	}

	private static Key hash(String name) {
		return new Key(name, "hash");
	}

	private static Key list(String name) {
		return new Key(name, "list");
	}

	private static Key zset(String name) {
		return new Key(name, "zset");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * A key.
	 *
	 * @param name its name behind the prefix
	 * @param type what it holds
	 */
	private record Key(String name, String type) {

	}

}
