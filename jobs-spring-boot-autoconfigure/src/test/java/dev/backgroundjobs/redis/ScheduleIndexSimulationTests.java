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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose definition of a schedule holds: builds of two applications declare, disable,
 * create and withdraw schedules in any order, are away for longer than a declaration
 * holds, and their old requests come again.
 */
class ScheduleIndexSimulationTests {

	private static final int STEPS = 1500;

	/** As in declare.lua. */
	private static final String DISABLED = "-";

	private final Map<String, List<String>> definitions = new HashMap<>();

	private final List<String[]> sent = new ArrayList<>();

	private TestQueue queue;

	private long revision;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
	}

	@AfterEach
	void close() {
		this.queue.close();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void theNewestDefinitionHoldsThatALivingProcessDeclares(long seed) {
		Random random = new Random(seed);
		for (int step = 0; step < STEPS; step++) {
			if (random.nextInt(8) == 0) {
				withdraw("schedule-" + random.nextInt(3), random.nextInt(4) > 0);
			}
			else {
				boolean late = !this.sent.isEmpty() && random.nextInt(10) == 0;
				declare(late ? this.sent.get(random.nextInt(this.sent.size())) : next(random));
			}
		}
	}

	private String[] next(Random random) {
		String id = "schedule-" + random.nextInt(3);
		String application = random.nextBoolean() ? "the shop" : "books";
		int choice = random.nextInt(10);
		String[] call = switch (choice) {
			case 0 -> new String[] { "C", "0", application, id, "mail", "created-" + random.nextInt(2) };
			case 1, 2 -> new String[] { "D", "0", application, id, "", DISABLED };
			// some are away before the next call
			default -> new String[] { "D", (choice < 6) ? "0" : "1000", application, id, "mail",
					"build-" + random.nextInt(4) };
		};
		this.sent.add(call);
		return call;
	}

	private void declare(String[] call) {
		String id = call[3];
		String print = call[5];
		Entry before = entry(id);
		ScriptReply reply = this.queue.scripts().run(RedisScript.DECLARE, this.queue.keys().schedules(), call);
		String status = reply.nested(2).status();
		assertThat(status).as("%s after %s", String.join(" ", call), before)
			.isEqualTo(expected(call, before, reply.number(1)));
		Entry after = entry(id);
		if (status.equals("HOLDS") && after != null) {
			boolean same = before != null && before.print.equals(print) && before.origin.equals(call[0]);
			assertThat(after.revision).isEqualTo((same && before != null) ? before.revision : index());
			assertThat(index()).isGreaterThanOrEqualTo(same ? this.revision : this.revision + 1);
			assertThat(after.origin + after.print + after.owner).isEqualTo(call[0] + print + call[2]);
			held(id, call[0], print);
		}
		else if (status.equals("DISABLED") && after != null && before != null) {
			assertThat(after.revision).isEqualTo(before.revision);
			assertThat(after.print).isEqualTo(DISABLED);
		}
		else {
			assertThat(after).isEqualTo(before);
		}
		this.revision = index();
	}

	private String expected(String[] call, @Nullable Entry before, long now) {
		String print = call[5];
		boolean lives = before != null && (before.origin.equals("C") || before.until > now);
		if (print.equals(DISABLED)) {
			return (before != null && !lives && before.owner.equals(call[2])) ? "DISABLED" : "NONE";
		}
		if (before == null || !lives) {
			return "HOLDS";
		}
		if (!before.origin.equals(call[0])) {
			return "TAKEN";
		}
		List<String> all = this.definitions.getOrDefault(call[3], List.of());
		boolean older = all.contains(print) && all.indexOf(print) < all.indexOf(before.print);
		return (call[0].equals("D") && older) ? "SUPERSEDED" : "HOLDS";
	}

	private void held(String id, String origin, String print) {
		List<String> all = this.definitions.computeIfAbsent(id, (key) -> new ArrayList<>());
		if (origin.equals("C")) {
			// whoever creates it begins anew
			all.clear();
		}
		else if (!all.contains(print)) {
			all.add(print);
		}
	}

	private void withdraw(String id, boolean asItIs) {
		String seen = String.valueOf(text(id));
		String told = asItIs ? seen : seen + " ";
		ScriptReply reply = this.queue.scripts().run(RedisScript.WITHDRAW, this.queue.keys().schedules(), id, told);
		boolean withdrawn = asItIs && !seen.equals("null");
		assertThat(reply.number(1) == 1).as("withdrawn").isEqualTo(withdrawn);
		if (withdrawn) {
			assertThat(entry(id)).isNull();
			assertThat(index()).isGreaterThan(this.revision);
			this.definitions.remove(id);
		}
		this.revision = index();
	}

	private long index() {
		String text = text("\0revision");
		return (text != null) ? Long.parseLong(text) : 0;
	}

	private @Nullable String text(String field) {
		return this.queue.redis().hget(new String(this.queue.keys().schedules()[0], StandardCharsets.UTF_8), field);
	}

	private @Nullable Entry entry(String id) {
		String text = text(id);
		if (text == null) {
			return null;
		}
		String[] parts = text.split(" ", 8);
		return new Entry(Long.parseLong(parts[0]), parts[2], Long.parseLong(parts[3]), parts[4], parts[7]);
	}

	private record Entry(long revision, String origin, long until, String print, String owner) {

	}

}
