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
import java.util.stream.IntStream;

/**
 * What a script answered.
 *
 * @param parts the elements of its reply
 */
record ScriptReply(List<Object> parts) {

	String status() {
		return text(0);
	}

	String text(int part) {
		return String.valueOf(this.parts.get(part));
	}

	long number(int part) {
		return Long.parseLong(text(part));
	}

	List<String> texts(int part) {
		return texts(this.parts.get(part));
	}

	ScriptReply nested(int part, int index) {
		return new ScriptReply(list(list(this.parts.get(part)).get(index)));
	}

	ScriptReply nested(int part) {
		return new ScriptReply(list(this.parts.get(part)));
	}

	boolean missing(int part, int index) {
		return !(list(this.parts.get(part)).get(index) instanceof List);
	}

	/**
	 * The number of the attempt of a claimed job, from the four counts a job in a claim's
	 * answer.
	 */
	int attempt(int index) {
		List<String> counts = texts(5);
		return counts.isEmpty() ? 1
				: 1 + IntStream.range(4 * index, 4 * index + 3).map((k) -> Integer.parseInt(counts.get(k))).sum();
	}

	private static List<String> texts(Object part) {
		return list(part).stream().map(String::valueOf).toList();
	}

	@SuppressWarnings("unchecked")
	private static List<Object> list(Object part) {
		return (List<Object>) part;
	}

}
