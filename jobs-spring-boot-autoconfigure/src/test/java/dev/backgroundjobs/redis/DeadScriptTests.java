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
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What dead promises: pages that neither repeat nor leave out what stays, whatever comes
 * and goes between them, and changes of many.
 */
class DeadScriptTests {

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void listsTheLatestFirstPageByPage() {
		die("b", "a", "A", "a-1");
		this.queue.pass(1);
		die("c");
		List<String> found = new ArrayList<>();
		String[] cursor = { "", "" };
		do {
			ScriptReply page = run("list", cursor, 2, "", 0);
			assertThat(page.number(2)).isEqualTo(5);
			found.addAll(page.texts(6));
			cursor = cursor(page);
		}
		while (!cursor[1].isEmpty());
		assertThat(found).as("those of one moment in the order of their bytes")
			.containsExactly("c", "b", "a-1", "a", "A");
	}

	@Test
	void goesOnWhereItWasWhenWhatTheCursorNamesIsGone() {
		die("a", "b", "c", "d", "e");
		String[] cursor = cursor(run("list", new String[] { "", "" }, 2, "", 0));
		assertThat(cursor[1]).isEqualTo("d");
		this.queue.delete("d");
		this.queue.delete("e");
		this.queue.pass(1);
		die("f");
		assertThat(run("list", cursor, 5, "", 0).texts(6)).containsExactly("c", "b", "a");
	}

	@Test
	void queuesThoseOfANameAgainTheOldestFirst() {
		die(named("a", "Mails.send"), named("b", "Orders.pay"), named("c", "Mails.send"), named("d", "Mails.sends"));
		ScriptReply reply = run("retry", new String[] { "", "" }, 500, "Mails.send", 100);
		assertThat(reply.texts(6)).containsExactly("a", "c");
		assertThat(reply.number(3)).as("examined").isEqualTo(4);
		assertThat(cursor(reply)[1]).as("nothing is left").isEmpty();
		assertThat(this.queue.ready(1)).containsExactly("a", "c");
		assertThat(this.queue.state("b")).isEqualTo("DEAD");
		assertThat(this.queue.counter("requeued")).isEqualTo(2);
		ScriptReply claim = this.queue.claim("w", 9, 5);
		assertThat(claim.texts(3)).containsExactly("a", "c");
		assertThat(claim.attempt(0)).as("attempts go on counting").isEqualTo(2);
	}

	@Test
	void changesAsManyAsIsAskedForAndGoesOnBehindThem() {
		die(IntStream.range(0, 9)
			.mapToObj((k) -> named("j" + k, (k % 2 == 0) ? "even" : "odd"))
			.toArray(String[][]::new));
		ScriptReply first = run("delete", new String[] { "", "" }, 500, "even", 2);
		assertThat(first.texts(6)).containsExactly("j0", "j2");
		assertThat(first.number(3)).as("examined").isEqualTo(3);
		ScriptReply second = run("delete", cursor(first), 3, "even", 9);
		assertThat(second.texts(6)).containsExactly("j4");
		assertThat(second.number(3)).as("examined").isEqualTo(3);
		ScriptReply last = run("delete", cursor(second), 500, "even", 9);
		assertThat(last.texts(6)).containsExactly("j6", "j8");
		assertThat(last.number(3)).as("examined").isEqualTo(3);
		assertThat(cursor(last)[1]).isEmpty();
		assertThat(this.queue.redis().zcard(this.queue.key("x"))).isEqualTo(4);
		assertThat(this.queue.counter("deleted")).isEqualTo(5);
	}

	@Test
	void pageEndsEarlyWhenItsRecordsAreLarge() {
		String large = "x".repeat(1024 * 1024);
		for (String id : new String[] { "a", "b", "c", "d", "e" }) {
			die(new String[][] { TestQueue.job(id, TestQueue.record(1, 0, large), "0") });
		}
		assertThat(run("list", new String[] { "", "" }, 500, "", 0).texts(6)).hasSize(3);
		ScriptReply deleted = run("delete", new String[] { "", "" }, 500, "", 500);
		assertThat(deleted.texts(6)).containsExactly("a", "b", "c");
		assertThat(run("delete", cursor(deleted), 500, "", 500).texts(6)).containsExactly("d", "e");
	}

	@Test
	void takesFiveHundredInOneStep() {
		String[][] jobs = IntStream.range(0, 500)
			.mapToObj((k) -> named("j" + k, "Mails.send"))
			.toArray(String[][]::new);
		die(jobs);
		assertThat(run("retry", new String[] { "", "" }, 500, "Mails.send", 500).texts(6)).hasSize(500);
		assertThat(this.queue.ready(1)).hasSize(500);
	}

	private ScriptReply run(String verb, String[] cursor, int examine, String name, int max) {
		return this.queue.run(RedisScript.DEAD, verb, cursor[0], cursor[1], String.valueOf(examine), name,
				String.valueOf(max), "0");
	}

	private static String[] cursor(ScriptReply page) {
		return new String[] { page.text(4), page.text(5) };
	}

	/** All at one moment. */
	private void die(String... ids) {
		die(IntStream.range(0, ids.length).mapToObj((k) -> named(ids[k], "any")).toArray(String[][]::new));
	}

	private void die(String[]... jobs) {
		this.queue.enqueueJobs(jobs);
		String[][] outcomes = new String[jobs.length][];
		List<String> tokens = new ArrayList<>();
		for (int from = 0; from < jobs.length; from += 100) {
			String worker = "w" + jobs[from][0];
			for (String id : this.queue.claim(worker, 1, 100).texts(3)) {
				outcomes[tokens.size()] = TestQueue.bury(id, worker + ":1");
				tokens.add(worker);
			}
		}
		this.queue.settle(outcomes);
	}

	private static String[] named(String id, String name) {
		String text = (char) (name.length() / 256) + String.valueOf((char) (name.length() % 256)) + name;
		return TestQueue.job(id, TestQueue.record(1, 0, text + "\0\0[]"), "0");
	}

}
