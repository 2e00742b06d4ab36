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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.sync.RedisCommands;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The law of conservation: every job is in exactly one structure, every running job has
 * its lease, and the counters add up. Reads a partition that nobody works on meanwhile.
 */
class Audit {

	private final TestQueue queue;

	private final RedisCommands<String, String> redis;

	private final Set<String> jobs;

	private final Map<String, String> running;

	private final Map<String, String> open;

	private final Map<String, Integer> tombstones = new HashMap<>();

	private final Map<String, List<String>> places = new LinkedHashMap<>();

	private final Map<String, Double> heads = new HashMap<>();

	Audit(TestQueue queue) {
		this.queue = queue;
		this.redis = queue.redis();
		this.jobs = new TreeSet<>(this.redis.hkeys(queue.key("j")));
		this.running = this.redis.hgetall(queue.key("i"));
		this.open = this.redis.hgetall(queue.key("n"));
		this.redis.hgetall(queue.key("z")).forEach((id, hints) -> this.tombstones.put(id, Integer.valueOf(hints)));
		this.places.put("ready", Stream.of(0, 1, 2).flatMap((level) -> queue.ready(level).stream()).toList());
		for (String name : List.of("d", "t", "x", "f")) {
			this.places.put(name, sorted(name));
		}
		this.places.put("i", List.copyOf(this.running.keySet()));
	}

	private List<String> sorted(String name) {
		List<ScoredValue<String>> members = this.redis.zrangeWithScores(this.queue.key(name), 0, -1);
		if (!members.isEmpty()) {
			this.heads.put(name, members.get(0).getScore());
		}
		return members.stream().map(ScoredValue::getValue).toList();
	}

	void check() {
		everyJobIsInOnePlace();
		everyRunningJobHasItsLease();
		nothingIsDueBeforeTheHint();
		attemptsBelongToJobs();
		countersAddUp();
	}

	Set<String> jobs() {
		return this.jobs;
	}

	Collection<String> in(String place) {
		return this.places.getOrDefault(place, List.of());
	}

	private void everyJobIsInOnePlace() {
		Map<String, Integer> hints = new HashMap<>();
		this.places.values().forEach((ids) -> ids.forEach((id) -> hints.merge(id, 1, Integer::sum)));
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
		this.running.values().forEach((token) -> counted.merge(token, 1, Integer::sum));
		Map<String, Integer> told = new HashMap<>();
		this.open.forEach((token, number) -> told.put(token, Integer.valueOf(number)));
		assertThat(told).as("open jobs of each lease").isEqualTo(counted);
		Map<String, String> claims = this.redis.hgetall(this.queue.key("c"));
		assertThat(claims.keySet()).as("claims").isEqualTo(counted.keySet());
		this.running.forEach(
				(id, token) -> assertThat(Arrays.asList(claims.getOrDefault(token, "").split(","))).as("claim " + token)
					.contains(id));
		assertThat(sorted("l")).as("leases").containsExactlyInAnyOrderElementsOf(counted.keySet());
	}

	private void nothingIsDueBeforeTheHint() {
		String hint = this.redis.hget(this.queue.key("m"), "nx");
		List<Double> due = new ArrayList<>();
		Stream.of("d", "t", "l").map(this.heads::get).filter(Objects::nonNull).forEach(due::add);
		for (Double head : due) {
			assertThat(hint).as("meta.nx, with heads " + this.heads).isNotNull();
			assertThat(Double.parseDouble(hint)).as("meta.nx, with heads " + this.heads).isLessThanOrEqualTo(head);
		}
	}

	private void attemptsBelongToJobs() {
		for (String field : this.redis.hkeys(this.queue.key("a"))) {
			assertThat(this.jobs).as("the job of " + field).contains(field.substring(0, field.lastIndexOf(':')));
		}
	}

	private void countersAddUp() {
		assertThat(this.queue.counter("tombstones")).as("counter of tombstones")
			.isEqualTo(this.tombstones.values().stream().mapToLong(Integer::longValue).sum());
		long ended = Stream.of("completed", "cancelled", "deleted", "dropped").mapToLong(this.queue::counter).sum();
		long alive = this.jobs.size() - in("f").size();
		assertThat(this.queue.counter("enqueued")).as("enqueued, with " + alive + " alive and " + ended + " ended")
			.isEqualTo(alive + ended);
	}

}
