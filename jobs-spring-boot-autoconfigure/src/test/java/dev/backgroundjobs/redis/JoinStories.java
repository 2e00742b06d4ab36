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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle of all partitions knows of joins and their children, wherever these
 * are.
 */
class JoinStories {

	/** Instead of a predecessor: a join waits for children. */
	static final String CHILDREN = "*";

	private static final String SUCCEEDED = "=";

	private static final String FAILED = "!";

	private final Map<String, Join> joins = new HashMap<>();

	/** Child -> its join, and whether it has failed when it is dead. */
	private final Map<String, Child> children = new HashMap<>();

	private final List<String> onTheWay = new ArrayList<>();

	private int decided;

	/**
	 * A join was enqueued: {@code j<policy> <due> <within> <number> <family>}.
	 */
	void begin(String id, String due, Stories home, TestQueue queue, long now) {
		String[] parts = due.split(" ");
		home.story(id).waitFor(CHILDREN);
		long begins = parts[1].startsWith("+") ? now + Long.parseLong(parts[1].substring(1)) : now;
		this.joins.put(id, new Join(id, parts[0].substring(1), begins + Long.parseLong(parts[2]),
				Integer.parseInt(parts[3]), parts[4], home, queue));
	}

	/**
	 * Another job has the id that a join may have had.
	 */
	void over(String id) {
		this.joins.remove(id);
	}

	void child(String id, String record) {
		this.children.put(id, new Child(Chain.successor(record), FanOut.child(record) == 65));
	}

	boolean isChild(String id) {
		return this.children.containsKey(id);
	}

	/**
	 * Tells apart those that had the same id one after the other.
	 */
	String family(String id) {
		Join join = this.joins.get(id);
		return (join != null) ? join.family : "";
	}

	void died(String id, TestQueue where) {
		Child child = this.children.get(id);
		if (child != null && child.failedWhenDead()) {
			ended(id, false, where);
		}
	}

	/**
	 * A child has ended: its join hears of it at once, or by a message.
	 */
	void ended(String id, boolean succeeded, TestQueue where) {
		Child child = this.children.get(id);
		if (child == null) {
			return;
		}
		String local = Chain.local(child.join());
		String mark = succeeded ? SUCCEEDED : FAILED;
		if (child.join().startsWith(where.partition().queue() + "~" + where.partition().number() + "~")) {
			take(local, id, mark);
		}
		else {
			this.onTheWay.add(local + " " + id + " " + mark);
		}
	}

	void received(String text) {
		String mark = text.substring(0, text.indexOf(' ', text.indexOf(' ') + 1) + 2);
		assertThat(this.onTheWay.remove(mark)).as("mark " + text + " was sent").isTrue();
		String[] parts = mark.split(" ");
		take(parts[0], parts[1], parts[2]);
	}

	private void take(String id, String child, String mark) {
		Join join = this.joins.get(id);
		int index = Integer.parseInt(child.substring(child.lastIndexOf(".c") + 2));
		if (join == null || !join.waits || !child.startsWith(join.family + ".c")
				|| join.marks.putIfAbsent(index, mark) != null) {
			return;
		}
		if (mark.equals(FAILED) && !join.policy.equals("S")) {
			decide(join, true);
		}
		else if (join.marks.size() == join.total) {
			decide(join, false);
		}
	}

	private void decide(Join join, boolean dies) {
		join.waits = false;
		this.decided++;
		Story story = join.home.story(join.id).due(0);
		join.home.all().put(join.id, story);
		if (dies) {
			story.died();
		}
	}

	/**
	 * A claim was answered.
	 */
	void passDeadlines(TestQueue queue, long now) {
		for (Join join : List.copyOf(this.joins.values())) {
			if (join.queue == queue && join.waits && join.deadline <= now) {
				assertThat(queue.redis().zscore(queue.key("jd"), join.id)).as("deadline of " + join.id).isNull();
				decide(join, !join.policy.equals("S"));
			}
		}
	}

	/**
	 * A join was taken out.
	 */
	void forget(String id) {
		Join join = this.joins.get(id);
		if (join != null) {
			join.waits = false;
		}
	}

	/**
	 * A job was claimed: if it is a join, with the results of its children.
	 */
	void claimed(String id, String record) {
		Join join = this.joins.get(id);
		if (join != null && record.contains("body of mail~0~" + id + "(")) {
			String results = IntStream.rangeClosed(1, join.total)
				.mapToObj((k) -> SUCCEEDED.equals(join.marks.get(k)) ? "result" : "null")
				.collect(Collectors.joining(",", "([", "])"));
			assertThat(join.waits).as(id + ", which was claimed, waits").isFalse();
			assertThat(record).endsWith(results);
		}
	}

	/**
	 * Nobody works any more: a join waits only for a dead child that it awaits.
	 */
	void checkWaits(String id) {
		Join join = this.joins.get(id);
		assertThat(join).as("join " + id).isNotNull();
		assertThat((join != null) ? join.policy : null).as("policy of " + id + ", which waits").isEqualTo("A");
	}

	void checkAtTheEnd() {
		assertThat(this.onTheWay).as("marks on their way").isEmpty();
		assertThat(this.decided).as("joins that were decided").isGreaterThan(10);
	}

	/**
	 * A child.
	 *
	 * @param join the whole id of its join
	 * @param failedWhenDead whether its death is a failure
	 */
	private record Child(String join, boolean failedWhenDead) {

	}

	/**
	 * A join.
	 */
	private static final class Join {

		private final String id;

		private final String policy;

		private final long deadline;

		private final int total;

		private final String family;

		private final Stories home;

		private final TestQueue queue;

		private final Map<Integer, String> marks = new TreeMap<>();

		private boolean waits = true;

		Join(String id, String policy, long deadline, int total, String family, Stories home, TestQueue queue) {
			this.id = id;
			this.policy = policy;
			this.deadline = deadline;
			this.total = total;
			this.family = family;
			this.home = home;
			this.queue = queue;
		}

	}

}
