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
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Goes through the dead letters page by page, to look at them, queue them again or delete
 * them; a page whose answer was lost is asked for again. What was dead all the time is
 * met once.
 */
class SimulatedDeadLetters {

	private static final String[] BEGIN = { "", "" };

	private final UnreliableServer server;

	private final Oracle oracle;

	private final Random random;

	private String verb = "list";

	private String name = "";

	private String[] cursor = BEGIN;

	/** Dead letters since the first page, and which death of theirs it is. */
	private Map<Story, Integer> begun = new HashMap<>();

	private final Map<String, Integer> met = new HashMap<>();

	SimulatedDeadLetters(UnreliableServer server, Oracle oracle, Random random) {
		this.server = server;
		this.oracle = oracle;
		this.random = random;
	}

	void step() throws LostCallException {
		if (this.cursor == BEGIN) {
			begin();
		}
		ScriptReply page = this.server.call(RedisScript.DEAD, this.verb, this.cursor[0], this.cursor[1],
				String.valueOf(1 + this.random.nextInt(6)), this.name, String.valueOf(1 + this.random.nextInt(4)),
				"1000");
		if (this.verb.equals("list")) {
			page.texts(6).forEach(this::meet);
		}
		this.cursor = page.text(5).isEmpty() ? BEGIN : new String[] { page.text(4), page.text(5) };
		if (this.cursor == BEGIN) {
			end();
		}
	}

	private void begin() {
		int choice = this.random.nextInt(10);
		this.verb = (choice < 4) ? "list" : (choice < 8) ? "retry" : "delete";
		this.name = (choice % 2 == 0) ? "" : SimulatedProducer.NAMES[this.random.nextInt(2)];
		this.begun = new HashMap<>();
		this.met.clear();
		this.oracle.stories()
			.values()
			.stream()
			.filter(Story::dead)
			.forEach((story) -> this.begun.put(story, story.deaths()));
	}

	private void meet(String id) {
		Story story = this.oracle.stories().get(id);
		int death = (story != null) ? story.deaths() : 0;
		Integer before = this.met.put(id, death);
		assertThat(before == null || before != death).as("dead letter " + id + " is met once").isTrue();
	}

	private void end() {
		this.oracle.stories().forEach((id, story) -> {
			boolean dead = story.dead() && Integer.valueOf(story.deaths()).equals(this.begun.get(story));
			if (dead && this.verb.equals("list")) {
				assertThat(this.met).as("dead letters that were met").containsKey(id);
			}
			else if (dead && (story.lock() == null || this.verb.equals("delete"))) {
				assertThat(this.name).as(this.verb + " has left out " + id + ", " + story.name())
					.isNotEmpty()
					.isNotEqualTo(story.name());
			}
		});
	}

}
