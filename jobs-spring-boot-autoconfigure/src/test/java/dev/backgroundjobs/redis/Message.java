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

/**
 * What waits in an outbox.
 *
 * @param number its number
 * @param previous the number of the one before it for the same target
 * @param target the partition it is for
 * @param jobs the jobs
 */
record Message(String number, String previous, String target, String jobs) {

	static List<Message> read(TestQueue source) {
		return source.run(RedisScript.RELAY, "read", "").texts(2).stream().map(Message::parse).toList();
	}

	static Message parse(String text) {
		int end = text.indexOf('\n');
		String[] head = text.substring(0, end).split(" ");
		return new Message(head[0], head[1], head[2], text.substring(end + 1));
	}

	/**
	 * The jobs of a message, in the order of their chain.
	 */
	static List<String> ids(String jobs) {
		return parts(jobs).stream().map((part) -> part[0]).filter((id) -> !id.isEmpty()).toList();
	}

	/**
	 * What a message says of children.
	 */
	static List<String> marks(String jobs) {
		return parts(jobs).stream().filter((part) -> part[0].isEmpty()).map((part) -> part[1]).toList();
	}

	private static List<String[]> parts(String jobs) {
		List<String[]> parts = new ArrayList<>();
		for (int at = 0; at < jobs.length();) {
			String[] lengths = jobs.substring(at, jobs.indexOf(' ', jobs.indexOf(' ', at) + 1)).split(" ");
			int from = at + lengths[0].length() + lengths[1].length() + 2;
			int end = from + Integer.parseInt(lengths[0]);
			at = end + Integer.parseInt(lengths[1]);
			parts.add(new String[] { jobs.substring(from, end), jobs.substring(end, at) });
		}
		return parts;
	}

	/**
	 * Bring it to its target.
	 */
	ScriptReply to(TestQueue target, TestQueue source, boolean first) {
		return target.run(RedisScript.RECEIVE, source.partition().queue() + "~" + source.partition().number(),
				this.number, this.previous, first ? "1" : "0", this.jobs);
	}

}
