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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Three nodes that fire schedules: each asks for one slot after the other, some are
 * behind, some know an old definition. Now and then a schedule is changed, forgotten,
 * paused or triggered.
 */
class SimulatedNodes {

	private static final List<String> POLICIES = List.of("SKIP", "ALLOW", "QUEUE_ONE");

	private final UnreliableServer server;

	private final TestQueue queue;

	private final Random random;

	private final Map<String, Long> asked = new HashMap<>();

	private final long[] known = new long[3];

	private long revision;

	private int runs;

	SimulatedNodes(UnreliableServer server, TestQueue queue, Random random) {
		this.server = server;
		this.queue = queue;
		this.random = random;
	}

	void step() throws LostCallException {
		String schedule = POLICIES.get(this.random.nextInt(POLICIES.size())).toLowerCase();
		int choice = this.random.nextInt(100);
		if (choice < 8 || this.revision == 0) {
			define(schedule);
		}
		else if (choice < 9) {
			this.server.call(RedisScript.FORGET, schedule, String.valueOf(this.revision - this.random.nextInt(2)), "0");
		}
		else if (choice < 11) {
			move(schedule);
		}
		else if (choice < 16) {
			this.server.call(RedisScript.PAUSE, (this.random.nextInt(3) == 0) ? "1" : "0", schedule);
		}
		else if (choice < 20) {
			this.server.call(RedisScript.FIRE, schedule, "", "0", "trigger-" + ++this.runs);
		}
		else {
			fire(schedule, this.random.nextInt(this.known.length));
		}
	}

	/**
	 * All of them at once, so that nodes know one revision.
	 */
	private void define(String which) throws LostCallException {
		define(which, "");
	}

	/**
	 * A schedule leaves for another queue and comes back, as if that had taken no time.
	 */
	private void move(String schedule) throws LostCallException {
		String left = String.valueOf(++this.revision);
		ScriptReply known = this.server.call(RedisScript.FORGET, schedule, left, "1");
		if (this.random.nextInt(4) == 0) {
			return;
		}
		define(schedule, schedule);
		for (int call = this.random.nextInt(3); call > 0; call--) {
			fire(schedule, this.random.nextInt(this.known.length));
		}
		if (this.random.nextBoolean()) {
			this.server.call(RedisScript.ARRIVE, schedule, String.valueOf(this.revision), known.text(2), known.text(3),
					known.text(4), known.text(5), known.text(6));
		}
		else {
			// it had arrived in a third queue on its way
			String slot = String.valueOf(this.queue.now() + this.random.nextInt(9));
			this.server.call(RedisScript.ARRIVE, schedule, String.valueOf(this.revision), slot, slot, "",
					this.random.nextBoolean() ? "7" : "", left);
		}
		this.server.call(RedisScript.FORGET, schedule, left, "2");
	}

	private void define(String which, String moving) throws LostCallException {
		this.revision++;
		for (String policy : POLICIES) {
			boolean skips = this.random.nextBoolean();
			this.server.call(RedisScript.DEFINE, "1", policy.toLowerCase(), String.valueOf(this.revision),
					policy.toLowerCase().equals(moving) ? "d" : "D", skips ? "SKIP" : "FIRE_ALL", policy, "40", "max=1",
					TestQueue.record(1, 0, which));
		}
	}

	private void fire(String schedule, int node) throws LostCallException {
		if (this.random.nextInt(4) > 0) {
			this.known[node] = this.revision;
		}
		String waiting = this.queue.redis().hget(this.queue.key("rc"), schedule + "\0w");
		long slot = this.asked.getOrDefault(schedule + node, 0L) + 1 + this.random.nextInt(20);
		slot = Math.max(slot, this.queue.now() - this.random.nextInt(100));
		if (waiting != null && this.random.nextBoolean()) {
			slot = Long.parseLong(waiting);
		}
		else {
			this.asked.put(schedule + node, slot);
		}
		this.server.call(RedisScript.FIRE, schedule, String.valueOf(this.known[node]), String.valueOf(slot),
				"run-" + ++this.runs);
	}

}
