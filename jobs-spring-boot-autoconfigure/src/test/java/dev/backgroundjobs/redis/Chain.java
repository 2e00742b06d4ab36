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

/**
 * A chain for tests of scripts.
 *
 * @param ids the whole ids of its steps
 * @param flags the flags of their records
 * @param millis after which time they expire, or 0
 * @param due when the first one is due
 */
record Chain(List<String> ids, int flags, long millis, String due) {

	private static final char NONE = 255;

	private static final String NAME = "Orders.pay";

	static Chain of(String... ids) {
		return new Chain(List.of(ids), 0, 0, "0");
	}

	Chain flagged(int more) {
		return new Chain(this.ids, this.flags | more, this.millis, this.due);
	}

	Chain expiring(long after) {
		return new Chain(this.ids, this.flags, after, this.due);
	}

	Chain dueIn(long after) {
		return new Chain(this.ids, this.flags, this.millis, "+" + after);
	}

	/**
	 * The step behind the one with this record; empty if there is none.
	 */
	static String successor(String record) {
		return successorAt(record, 3);
	}

	/**
	 * The step behind the one whose stored record this is.
	 */
	static String successorOfStored(String record) {
		return successorAt(record, 15);
	}

	/**
	 * Where the name stands in a record that was not stored yet.
	 */
	static int link(String record, int from) {
		if ((record.charAt(2) & TestQueue.CHAINED) == 0) {
			return from;
		}
		int predecessor = from + 1 + record.charAt(from);
		return predecessor + 1 + record.charAt(predecessor) + 5;
	}

	private static String successorAt(String record, int header) {
		if (record.length() < 4 || (record.charAt(2) & TestQueue.CHAINED) == 0) {
			return "";
		}
		int from = header + (TestQueue.expires(record) ? 6 : 0);
		return record.substring(from + 1, from + 1 + record.charAt(from));
	}

	String record(int step) {
		String successor = (step < this.ids.size() - 1) ? this.ids.get(step + 1) : "";
		String predecessor = (step > 0) ? this.ids.get(step - 1) : "";
		String hole = (step > 0) ? "\0\0\0" + (char) 1 : "" + NONE + NONE + NONE + NONE;
		String link = (char) successor.length() + successor + (char) predecessor.length() + predecessor
				+ (char) (this.ids.size() - 1 - step) + hole;
		String body = "\0" + (char) NAME.length() + NAME + "\0\0body of " + this.ids.get(step) + "()";
		int all = this.flags | TestQueue.CHAINED;
		return (this.millis > 0) ? TestQueue.expiring(1, all, this.millis, link + body)
				: TestQueue.record(1, all, link + body);
	}

	/**
	 * The arguments of an enqueue. The result of each step takes its place in the body of
	 * the next: {@code <body>(<result>)}.
	 */
	String[][] jobs() {
		String[][] jobs = new String[this.ids.size()][];
		for (int k = 0; k < jobs.length; k++) {
			jobs[k] = TestQueue.job(local(k), record(k), (k == 0) ? this.due : "w" + local(k - 1));
		}
		return jobs;
	}

	private String local(int step) {
		return local(this.ids.get(step));
	}

	static String local(String id) {
		return id.substring(id.lastIndexOf('~') + 1);
	}

	static String[] proceed(String id, String token, String result) {
		return new String[] { id, token, "N", "0", "0 " + result };
	}

	static String[] proceedAndKeep(String id, String token, long millis, String record, String result) {
		return new String[] { id, token, "N", String.valueOf(millis), record.length() + " " + record + result };
	}

}
