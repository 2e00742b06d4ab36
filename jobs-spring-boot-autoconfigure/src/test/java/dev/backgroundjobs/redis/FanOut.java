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
import java.util.stream.Stream;

/**
 * Children and their join for tests of scripts.
 *
 * @param join the whole id of the join
 * @param children those of the children
 * @param policy a letter: A, F or S
 * @param deadline how long after they are due the join waits no more
 * @param flags the flags of all records
 * @param millis after which time the children expire, or 0
 * @param due when the children are due
 */
record FanOut(String join, List<String> children, String policy, long deadline, int flags, long millis, String due) {

	private static final String NONE = "\377\377\377\377";

	private static final String NAME = "Orders.pay";

	static FanOut of(String policy, String join, String... children) {
		return new FanOut(join, List.of(children), policy, 60_000, 0, 0, "0");
	}

	FanOut flagged(int more) {
		return new FanOut(this.join, this.children, this.policy, this.deadline, this.flags | more, this.millis,
				this.due);
	}

	FanOut within(long time) {
		return new FanOut(this.join, this.children, this.policy, time, this.flags, this.millis, this.due);
	}

	FanOut expiring(long after) {
		return new FanOut(this.join, this.children, this.policy, this.deadline, this.flags, after, this.due);
	}

	FanOut dueIn(long after) {
		return new FanOut(this.join, this.children, this.policy, this.deadline, this.flags, this.millis, "+" + after);
	}

	FanOut dueAt(long time) {
		return new FanOut(this.join, this.children, this.policy, this.deadline, this.flags, this.millis, "@" + time);
	}

	String family() {
		String first = Chain.local(this.children.get(0));
		return first.substring(0, first.lastIndexOf(".c"));
	}

	/**
	 * The arguments of an enqueue. The results take their place in the body of the join:
	 * {@code body(<results>)}.
	 */
	String[][] jobs(String... step) {
		List<String[]> jobs = new ArrayList<>();
		String successor = (step.length > 0) ? step[0] : "";
		jobs.add(TestQueue.job(Chain.local(this.join), record(successor, "*", step.length, "\0\0\0\1", this.join, 0),
				"j" + this.policy + " " + this.due + " " + this.deadline + " " + this.children.size() + " "
						+ family()));
		String home = partition(this.join);
		for (String child : this.children) {
			String target = partition(child).equals(home) ? "" : " " + partition(child);
			jobs.add(TestQueue.job(Chain.local(child),
					record(this.join, "", this.policy.equals("A") ? 64 : 65, NONE, child, this.millis),
					"c" + this.due + target));
		}
		Stream.of(step)
			.forEach((id) -> jobs.add(TestQueue.job(Chain.local(id), record("", this.join, 0, "\0\0\0\1", id, 0),
					"w" + Chain.local(this.join))));
		return jobs.toArray(String[][]::new);
	}

	private String record(String successor, String predecessor, int behind, String hole, String id, long expires) {
		String link = (char) successor.length() + successor + (char) predecessor.length() + predecessor + (char) behind
				+ hole;
		String body = "\0" + (char) NAME.length() + NAME + "\0\0body of " + id + "()";
		int all = this.flags | TestQueue.CHAINED;
		return (expires > 0) ? TestQueue.expiring(1, all, expires, link + body) : TestQueue.record(1, all, link + body);
	}

	private static String partition(String id) {
		return id.substring(0, id.lastIndexOf('~'));
	}

	/**
	 * Whether a record that was not stored yet is that of a child, and if so when it has
	 * failed.
	 * @return 64, or 65 if that is when it is dead, too; less if it is none
	 */
	static int child(String record) {
		if (record.length() < 4 || (record.charAt(2) & TestQueue.CHAINED) == 0) {
			return 0;
		}
		int from = 3 + (TestQueue.expires(record) ? 6 : 0);
		int predecessor = from + 1 + record.charAt(from);
		return record.charAt(predecessor + 1 + record.charAt(predecessor));
	}

}
