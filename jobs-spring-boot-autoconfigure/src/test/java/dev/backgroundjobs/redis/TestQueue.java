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
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.ZStoreArgs;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;

/**
 * A partition of a namespace of its own, reached through the scripts.
 */
class TestQueue extends ScheduledQueue implements AutoCloseable {

	static final int RETAINED = 1;

	static final int EXPIRES = 2;

	static final int CHAINED = 16;

	private final RedisKeys keys;

	private final QueuePartition partition;

	private final Scripts scripts;

	private long enqueued;

	TestQueue() {
		this(RedisServer.shared());
	}

	TestQueue(RedisServer server) {
		this(new Scripts(server));
	}

	TestQueue(Scripts scripts) {
		this(scripts, new RedisKeys("test-" + UUID.randomUUID()), QueuePartition.of("mail"));
	}

	TestQueue(Scripts scripts, RedisKeys keys, QueuePartition partition) {
		this.scripts = scripts;
		this.keys = keys;
		this.partition = partition;
	}

	/** Another partition of the namespace. */
	TestQueue beside(QueuePartition other) {
		return new TestQueue(this.scripts, this.keys, other);
	}

	@Override
	RedisCommands<String, String> redis() {
		return this.scripts.redis();
	}

	Scripts scripts() {
		return this.scripts;
	}

	RedisKeys keys() {
		return this.keys;
	}

	QueuePartition partition() {
		return this.partition;
	}

	@Override
	String key(String name) {
		return this.keys.prefix(this.partition) + name;
	}

	@Override
	ScriptReply run(RedisScript script, String... arguments) {
		return this.scripts.run(script, this.keys.of(this.partition), arguments);
	}

	/**
	 * Enqueue jobs of the middle level, each in a batch that has not been sent before.
	 */
	void enqueue(String... ids) {
		enqueue("0", ids);
	}

	/** Enqueue jobs with a due argument. */
	ScriptReply enqueue(String due, String[] ids) {
		return enqueueJobs(Arrays.stream(ids).map((id) -> job(id, record(1, 0, id), due)).toArray(String[][]::new));
	}

	ScriptReply enqueueJobs(String[]... jobs) {
		return enqueue("producer", ++this.enqueued, "", jobs);
	}

	ScriptReply enqueue(String producer, long sequence, String mode, String[]... jobs) {
		return enqueueUpTo("", producer, sequence, mode, jobs);
	}

	ScriptReply enqueueUpTo(String capacity, String producer, long sequence, String mode, String[]... jobs) {
		return run(RedisScript.ENQUEUE,
				arguments(new String[] { producer, String.valueOf(sequence), mode, capacity }, jobs));
	}

	static String[] job(String id, String record, String due) {
		return new String[] { id, record, due };
	}

	static String record(int level, int flags, String body) {
		return level + "1" + (char) flags + body;
	}

	/** The name in a record that was not stored yet. */
	static String name(String record) {
		String lock = UniqueRecord.lock(record);
		int sections = Math.min(record.length(), (expires(record) ? 9 : 3) + ((lock != null) ? 1 + lock.length() : 0));
		String body = record.substring((record.length() > sections) ? Chain.link(record, sections) : sections);
		return (body.length() < 2) ? "" : body.substring(2, Math.min(body.length(), 2 + body.charAt(1)));
	}

	/** A record that expires so many milliseconds after its due time. */
	static String expiring(int level, int flags, long millis, String body) {
		StringBuilder section = new StringBuilder();
		for (int shift = 40; shift >= 0; shift -= 8) {
			section.append((char) (millis >> shift & 0xff));
		}
		return record(level, flags | EXPIRES, section + body);
	}

	static boolean isRetained(String record) {
		return record.length() > 2 && (record.charAt(2) & RETAINED) != 0;
	}

	static boolean expires(String record) {
		return record.length() > 2 && (record.charAt(2) & EXPIRES) != 0;
	}

	/** What the record of a producer says, which has no times yet. */
	static long expiresAfter(String record) {
		return number(record, 3);
	}

	/** What a stored record says. */
	static long expiresAt(String record) {
		return number(record, 15);
	}

	static long due(String record) {
		return number(record, 3);
	}

	static long enqueuedAt(String record) {
		return number(record, 9);
	}

	private static long number(String record, int from) {
		return record.substring(from, from + 6).chars().asLongStream().reduce(0, (sum, next) -> sum * 256 + next);
	}

	/** A record as it is stored, with its two times. */
	String stored(String id) {
		String record = redis().hget(key("j"), id);
		if (record == null) {
			throw new IllegalStateException("There is no job " + id);
		}
		return record;
	}

	ScriptReply claim(String worker, long sequence, int slots) {
		return claim(ClaimCall.of(worker, sequence, slots));
	}

	ScriptReply claim(ClaimCall call) {
		return run(RedisScript.CLAIM, call.arguments());
	}

	ScriptReply settle(String[]... outcomes) {
		return run(RedisScript.SETTLE, arguments(new String[0], outcomes));
	}

	static String[] complete(String id, String token) {
		return new String[] { id, token, "C", "0", "" };
	}

	static String[] keep(String id, String token, long millis, String record) {
		return new String[] { id, token, "C", String.valueOf(millis), record };
	}

	static String[] retry(String id, String token, long delay) {
		return new String[] { id, token, "R", String.valueOf(delay), "boom" };
	}

	static String[] bury(String id, String token) {
		return new String[] { id, token, "B", "0", "the end" };
	}

	static String[] release(String id, String token, boolean started) {
		return new String[] { id, token, "L", "0", started ? "1" : "" };
	}

	static String[] cancelled(String id, String token, long millis) {
		return new String[] { id, token, "K", String.valueOf(millis), "" };
	}

	static String[] park(String id, String token, long delay) {
		return new String[] { id, token, "P", String.valueOf(delay), "UNKNOWN_JOB no such method" };
	}

	static String[] snooze(String id, String token, long delay) {
		return new String[] { id, token, "Z", String.valueOf(delay), "" };
	}

	static String[] unknown(String id, String token, long delay) {
		return new String[] { id, token, "U", String.valueOf(delay), "UNKNOWN_JOB no such method" };
	}

	/**
	 * The arguments that say so: neighbours that ended alike under one lease are said
	 * together.
	 */
	static String[] together(List<String[]> outcomes) {
		List<String[]> groups = new ArrayList<>();
		for (String[] outcome : outcomes) {
			String[] last = groups.isEmpty() ? new String[0] : groups.get(groups.size() - 1);
			if (Arrays.equals(last, Math.min(1, last.length), last.length, outcome, 1, outcome.length)) {
				last[0] += "," + outcome[0];
			}
			else {
				groups.add(outcome.clone());
			}
		}
		return groups.stream().flatMap(Stream::of).toArray(String[]::new);
	}

	/** The outcomes that are said by arguments, one of each job. */
	static List<String[]> outcomes(String[] arguments) {
		List<String[]> outcomes = new ArrayList<>();
		for (int k = 0; k < arguments.length; k += 5) {
			for (String id : arguments[k].split(",")) {
				String[] outcome = Arrays.copyOfRange(arguments, k, k + 5);
				outcome[0] = id;
				outcomes.add(outcome);
			}
		}
		return outcomes;
	}

	static String[] startAlone(String id, String token, long leaseEnds) {
		return new String[] { id, token, "S", String.valueOf(leaseEnds), "" };
	}

	/**
	 * Renew leases.
	 * @return the tokens whose lease is lost
	 */
	List<String> renew(long lease, String... tokens) {
		return run(RedisScript.RENEW, arguments(new String[] { String.valueOf(lease) }, tokens)).texts(2);
	}

	boolean cancel(String id) {
		return askToCancel(id) == 1;
	}

	/**
	 * Cancel a job.
	 * @return 1 if it is, 2 if it runs and is asked to stop
	 */
	long askToCancel(String id) {
		return run(RedisScript.CANCEL, id, "60000", "", "").number(1);
	}

	boolean retryDead(String id) {
		return run(RedisScript.RETRY_DEAD, id).number(1) == 1;
	}

	/**
	 * Change when a job is due.
	 * @return when that is, or 0 if it does not wait for its time
	 */
	long reschedule(String id, String due) {
		return run(RedisScript.RESCHEDULE, id, due).number(1);
	}

	boolean pause(boolean pauses) {
		return run(RedisScript.PAUSE, pauses ? "1" : "0", "").number(1) == 1;
	}

	boolean delete(String id) {
		return run(RedisScript.DELETE, id, "60000").number(1) == 1;
	}

	ScriptReply find(String id) {
		return run(RedisScript.FIND, id).nested(2, 0);
	}

	String state(String id) {
		ScriptReply answer = run(RedisScript.FIND, id);
		return answer.missing(2, 0) ? "none" : answer.nested(2, 0).status();
	}

	List<String> ready(int level) {
		return redis().lrange(key("r" + level), 0, -1);
	}

	boolean hasTombstone(String id) {
		return redis().hexists(key("z"), id);
	}

	String attempts(String id, String field) {
		return String.valueOf(redis().hget(key("a"), id + ":" + field));
	}

	long counter(String name) {
		String value = redis().hget(key("s"), name);
		return (value != null) ? Long.parseLong(value) : 0;
	}

	Audit read() {
		return new Audit(redis(), key(""));
	}

	/** How many jobs have not ended, counted where they are. */
	int unfinished() {
		long waiting = ready(0).size() + ready(1).size() + ready(2).size() - counter("tombstones");
		return (int) (waiting + redis().zcard(key("d")) + redis().zcard(key("t")) + redis().hlen(key("i"))
				+ redis().hlen(key("wt")));
	}

	void audit() {
		read().check();
	}

	/** The next claim tidies up, as one does every minute. */
	void nextMinute() {
		redis().hdel(key("m"), "jn");
	}

	/** All jobs of a sorted set become due now. */
	void makeDue(String name) {
		redis().zunionstore(key(name), ZStoreArgs.Builder.weights(0), key(name));
		redis().hset(key("m"), "nx", "0");
	}

	/** The server's clock, in milliseconds. */
	long now() {
		List<String> time = redis().time();
		return Long.parseLong(time.get(0)) * 1000 + Long.parseLong(time.get(1)) / 1000;
	}

	void pass(long millis) {
		long end = now() + millis;
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofMillis(millis + 5000))
			.until(() -> now() > end);
	}

	private static String[] arguments(String[] first, String[]... rest) {
		return Stream.concat(Stream.of(first), Arrays.stream(rest).flatMap(Stream::of)).toArray(String[]::new);
	}

	@Override
	public void close() {
		this.scripts.close();
	}

}
