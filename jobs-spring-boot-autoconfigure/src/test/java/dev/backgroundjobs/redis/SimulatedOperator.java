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

import java.util.List;
import java.util.Random;

/**
 * Cancels, deletes, awaits and retries jobs, one or many, pauses the queue, fills the
 * memory, and lets a minute or a long delay pass.
 */
class SimulatedOperator {

	private final UnreliableServer server;

	private final Oracle oracle;

	private final TestQueue queue;

	private final Random random;

	private final SimulatedDeadLetters deadLetters;

	private final SimulatedNodes nodes;

	SimulatedOperator(UnreliableServer server, Oracle oracle, TestQueue queue, Random random) {
		this.server = server;
		this.oracle = oracle;
		this.queue = queue;
		this.random = random;
		this.deadLetters = new SimulatedDeadLetters(server, oracle, random);
		this.nodes = new SimulatedNodes(server, queue, random);
	}

	void step() {
		try {
			act(this.random.nextInt(100));
		}
		catch (LostCallException ex) {
			// an operator does not repeat it; a node does, at its next step
		}
	}

	private void act(int choice) throws LostCallException {
		if (choice < 25) {
			this.server.call(RedisScript.CANCEL, anyJob(), String.valueOf(1 + this.random.nextInt(100)), "", "");
		}
		else if (choice < 40) {
			this.server.call(RedisScript.DELETE, anyJob(), "1000");
		}
		else if (choice < 50) {
			this.deadLetters.step();
		}
		else if (choice < 58) {
			String due = (this.random.nextInt(3) == 0) ? "0" : "+" + this.random.nextInt(60);
			this.server.call(RedisScript.RESCHEDULE, anyWaitingJob(), due);
		}
		else if (choice < 67) {
			this.server.call(RedisScript.RETRY_DEAD, anyDeadJob());
		}
		else if (choice < 90) {
			this.nodes.step();
		}
		else if (choice < 92) {
			this.server.full(true);
		}
		else if (choice < 95) {
			this.queue.nextMinute();
		}
		else if (!this.server.full()) {
			passTime(choice < 98);
		}
		if (this.random.nextInt(2) == 0) {
			String process = "process-" + this.random.nextInt(12);
			this.server.call(RedisScript.AWAIT, process, (this.random.nextInt(4) > 0) ? "1" : "0", anyJob(), "none");
		}
		if (this.oracle.paused() && this.random.nextInt(3) == 0) {
			this.server.call(RedisScript.PAUSE, "0", "");
		}
		if (this.server.full() && this.random.nextInt(10) == 0) {
			this.server.full(false);
		}
	}

	private void passTime(boolean pause) throws LostCallException {
		if (pause) {
			this.server.call(RedisScript.PAUSE, "1", "");
		}
		else {
			this.queue.makeDue("t");
			this.oracle.dueNow();
		}
	}

	private String anyJob() {
		int which = this.random.nextInt(4);
		if (which == 0) {
			return any(this.oracle.running());
		}
		if (which == 1) {
			return "order-" + this.random.nextInt(40);
		}
		return any(List.copyOf(this.oracle.stories().keySet()));
	}

	private String anyDeadJob() {
		return any(this.oracle.stories()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().dead())
			.map((entry) -> entry.getKey())
			.toList());
	}

	private String anyWaitingJob() {
		return (this.random.nextInt(3) == 0) ? anyJob()
				: any(this.queue.redis().zrange(this.queue.key((this.random.nextBoolean()) ? "d" : "t"), 0, -1));
	}

	private String any(List<String> ids) {
		return ids.isEmpty() ? "none" : ids.get(this.random.nextInt(ids.size()));
	}

}
