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

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The law of conservation: every job is in exactly one structure, every running job has
 * its lease, and the counters add up. It holds at any moment, so a partition is read at
 * one, also while somebody works on it.
 */
class Audit {

	private static final List<String> HASHES = List.of("j", "i", "n", "z", "c", "a", "s", "m", "pr", "kc", "wt", "os",
			"aw", "jn", "u", "rc");

	private static final List<String> SORTED = List.of("d", "t", "x", "f", "l", "o", "jd");

	private static final List<String> LISTS = List.of("r0", "r1", "r2");

	/** One moment, also when the server is full: it then refuses transactions. */
	private static final String READ = """
			local all = {}
			for k, key in ipairs(KEYS) do
			  all[k] = k <= %d and redis.call('HGETALL', key) or k <= %d and redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
			    or redis.call('LRANGE', key, 0, -1)
			end
			return all
			"""
		.formatted(HASHES.size(), HASHES.size() + SORTED.size());

	private final Map<String, Map<String, String>> pairs = new HashMap<>();

	private final Map<String, List<String>> places = new LinkedHashMap<>();

	private final Set<String> jobs;

	private final Map<String, Integer> tombstones = new HashMap<>();

	Audit(RedisCommands<String, String> redis, String prefix) {
		read(redis, prefix);
		this.jobs = new TreeSet<>(hash("j").keySet());
		hash("z").forEach((id, hints) -> this.tombstones.put(id, Integer.valueOf(hints)));
		this.places.put("i", List.copyOf(hash("i").keySet()));
		this.places.put("wt", List.copyOf(hash("wt").keySet()));
	}

	private void read(RedisCommands<String, String> redis, String prefix) {
		List<String> names = Stream.of(HASHES, SORTED, LISTS).flatMap(List::stream).toList();
		String[] keys = names.stream().map((name) -> prefix + name).toArray(String[]::new);
		ScriptReply all = new ScriptReply(redis.eval(READ, ScriptOutputType.MULTI, keys));
		for (int k = 0; k < keys.length; k++) {
			List<String> content = all.texts(k);
			if (LISTS.contains(names.get(k))) {
				this.places.put(names.get(k), content);
				continue;
			}
			Map<String, String> pairs = new LinkedHashMap<>();
			for (int n = 0; n < content.size(); n += 2) {
				pairs.put(content.get(n), content.get(n + 1));
			}
			this.pairs.put(names.get(k), pairs);
			if (SORTED.contains(names.get(k))) {
				this.places.put(names.get(k), List.copyOf(pairs.keySet()));
			}
		}
	}

	private Map<String, String> hash(String name) {
		return this.pairs.getOrDefault(name, Map.of());
	}

	private long counter(String name) {
		return Long.parseLong(hash("s").getOrDefault(name, "0"));
	}

	void check() {
		everyJobIsInOnePlace();
		everyRunningJobHasItsLease();
		nothingIsDueBeforeTheHint();
		attemptsBelongToJobs();
		countersAddUp();
		waitingStepsHaveTheirPredecessor();
		joinsWaitForTheirChildren();
		locksBelongToJobs();
		slotsBelongToSchedules();
		hash("kc").forEach((token, flags) -> assertThat(flags.substring(1).split(",")).as("cancelled under " + token)
			.extracting((flag) -> flag.substring(flag.indexOf(':') + 1))
			.doesNotHaveDuplicates()
			.allSatisfy((id) -> assertThat(hash("i").get(id)).isEqualTo(token)));
		awaitedJobsHaveNotEnded();
		keptBytesAreCounted();
		assertThat(hash("pr").values()).as("sequences")
			.allMatch((entry) -> entry.matches("\\d+[ef]?( \\d+[IERD]\\S+)*:\\d+"));
	}

	private void slotsBelongToSchedules() {
		Map<String, String> slots = hash("rc");
		slots.forEach((field, value) -> {
			String id = field.split("\0", 2)[0];
			assertThat(slots).as("what is known of a schedule").containsKey(id + "\0d");
			if (field.endsWith("\0w")) {
				assertThat(Long.parseLong(value)).as("a slot that waits is one that is done with")
					.isLessThanOrEqualTo(Long.parseLong(slots.getOrDefault(id, "0")));
			}
		});
	}

	Set<String> jobs() {
		return this.jobs;
	}

	Collection<String> in(String place) {
		return this.places.getOrDefault(place, List.of());
	}

	private void everyJobIsInOnePlace() {
		Map<String, Integer> hints = new HashMap<>();
		this.places.forEach((place, members) -> {
			if (!List.of("l", "o", "jd").contains(place)) {
				members.forEach((id) -> hints.merge(id, 1, Integer::sum));
			}
		});
		this.tombstones.forEach((id, dead) -> hints.merge(id, -dead, Integer::sum));
		hints.values().removeIf((number) -> number == 0);
		Map<String, Integer> expected = new HashMap<>();
		this.jobs.forEach((id) -> expected.put(id, 1));
		assertThat(hints).as(() -> "places of the jobs: " + this.places + ", tombstones " + this.tombstones)
			.isEqualTo(expected);
		assertThat(this.tombstones.values()).as("tombstones").allMatch((number) -> number > 0);
	}

	private void everyRunningJobHasItsLease() {
		Map<String, Integer> counted = new HashMap<>();
		hash("i").values().forEach((token) -> counted.merge(token, 1, Integer::sum));
		Map<String, Integer> told = new HashMap<>();
		hash("n").forEach((token, number) -> told.put(token, Integer.valueOf(number)));
		assertThat(told).as("open jobs of each lease").isEqualTo(counted);
		Map<String, String> claims = hash("c");
		assertThat(claims.keySet()).as("claims").isEqualTo(counted.keySet());
		hash("i").forEach(
				(id, token) -> assertThat(Arrays.asList(claims.getOrDefault(token, "").split(","))).as("claim " + token)
					.contains(id));
		assertThat(in("l")).as("leases").containsExactlyInAnyOrderElementsOf(counted.keySet());
	}

	private void nothingIsDueBeforeTheHint() {
		String hint = hash("m").get("nx");
		for (String place : List.of("d", "t", "l", "jd")) {
			hash(place).values().stream().limit(1).forEach((head) -> {
				assertThat(hint).as("meta.nx, beside " + head + " in " + place).isNotNull();
				assertThat(Double.parseDouble(String.valueOf(hint))).as("meta.nx, beside the head of " + place)
					.isLessThanOrEqualTo(Double.parseDouble(head));
			});
		}
	}

	private void attemptsBelongToJobs() {
		for (String field : hash("a").keySet()) {
			assertThat(this.jobs).as("the job of " + field).contains(field.substring(0, field.lastIndexOf(':')));
		}
	}

	/**
	 * Somebody who has not ended brings each waiting step on.
	 */
	private void waitingStepsHaveTheirPredecessor() {
		assertThat(this.jobs).as("predecessors of waiting steps").containsAll(hash("wt").values());
		assertThat(hash("wt").values()).as("predecessors that have ended").noneMatch(in("f")::contains);
		assertThat(hash("m").containsKey("ob")).as("m.ob says that the outbox is not empty")
			.isEqualTo(!in("o").isEmpty());
	}

	/**
	 * Who waits for children has a deadline, and is told of each of them once.
	 */
	private void joinsWaitForTheirChildren() {
		Map<String, Integer> marks = new TreeMap<>();
		hash("jn").keySet()
			.stream()
			.filter((field) -> field.contains(":"))
			.forEach((field) -> marks.merge(field.substring(0, field.indexOf(':')), 1, Integer::sum));
		Set<String> joins = new TreeSet<>(hash("jn").keySet());
		joins.removeIf((field) -> field.contains(":"));
		assertThat(in("jd")).as("deadlines").containsExactlyInAnyOrderElementsOf(joins);
		assertThat(hash("wt").entrySet()).as("waiting joins")
			.filteredOn((step) -> step.getKey().equals(step.getValue()))
			.extracting(Map.Entry::getKey)
			.containsExactlyInAnyOrderElementsOf(joins);
		assertThat(joins).as("joins of marks").containsAll(marks.keySet());
		joins.forEach((id) -> {
			String[] entry = hash("jn").getOrDefault(id, "").split(" ");
			assertThat(Integer.parseInt(entry[3]) - Integer.parseInt(entry[1])).as("marks of " + id)
				.isEqualTo(marks.getOrDefault(id, 0));
		});
	}

	private void awaitedJobsHaveNotEnded() {
		assertThat(hash("m").containsKey("aw")).as("meta.aw").isEqualTo(!hash("aw").isEmpty());
		assertThat(this.jobs).as("awaited jobs").containsAll(hash("aw").keySet());
		assertThat(hash("aw").keySet()).as("awaited jobs")
			.allSatisfy((id) -> assertThat(in("x")).doesNotContain(id))
			.allSatisfy((id) -> assertThat(in("f")).doesNotContain(id));
		assertThat(hash("aw").values()).as("who waits").allMatch((channels) -> channels.matches("(,[^,]+){1,8}"));
	}

	private void keptBytesAreCounted() {
		long bytes = in("f").stream().mapToLong(this::keptBytes).sum();
		assertThat(hash("m").getOrDefault("fb", "0")).as("bytes of kept jobs").isEqualTo(String.valueOf(bytes));
	}

	/**
	 * What a kept job takes, as far as it depends on the job, and the estimate of the
	 * rest.
	 */
	private long keptBytes(String id) {
		return 350 + hash("j").getOrDefault(id, "").length()
				+ hash("a").entrySet()
					.stream()
					.filter((field) -> field.getKey().startsWith(id + ":"))
					.filter((field) -> field.getKey().substring(id.length() + 1).matches("g|t|e\\d"))
					.mapToLong((field) -> 80 + field.getValue().length())
					.sum();
	}

	/**
	 * A lock belongs to a job that is neither dead nor over, unless it has a time.
	 */
	private void locksBelongToJobs() {
		hash("u").forEach((key, entry) -> {
			String id = entry.split(":")[0];
			String lock = UniqueRecord.storedLock(hash("j").getOrDefault(id, ""));
			boolean isItsOwn = lock != null && lock.substring(1).equals(key);
			if (!entry.contains(":")) {
				assertThat(isItsOwn).as("%s holds the lock %s", id, key).isTrue();
				assertThat(in("f")).as("ended jobs, without the holder of the lock " + key).doesNotContain(id);
			}
			assertThat(isItsOwn && in("x").contains(id)).as("the holder of the lock " + key + " is dead").isFalse();
		});
	}

	private void countersAddUp() {
		assertThat(counter("tombstones")).as("counter of tombstones")
			.isEqualTo(this.tombstones.values().stream().mapToLong(Integer::longValue).sum());
		long ended = Stream.of("completed", "cancelled", "deleted", "dropped", "expired", "sent")
			.mapToLong(this::counter)
			.sum();
		long alive = this.jobs.size() - in("f").size();
		assertThat(counter("enqueued") + counter("received"))
			.as("enqueued, with " + alive + " alive and " + ended + " ended")
			.isEqualTo(alive + ended);
	}

}
