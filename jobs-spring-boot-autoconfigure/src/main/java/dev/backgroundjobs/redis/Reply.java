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
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backgroundjobs.core.Renewal;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a script: a status and values.
 *
 * @param values all of it
 */
record Reply(List<@Nullable Object> values) {

	String status() {
		return text(0);
	}

	String text(int index) {
		return text(this.values.get(index));
	}

	static String text(@Nullable Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

	long number(int index) {
		return number(this.values.get(index));
	}

	static long number(@Nullable Object value) {
		return (value instanceof Long number) ? number : Long.parseLong(text(value));
	}

	Instant time(int index) {
		return Instant.ofEpochMilli(number(index));
	}

	Reply list(int index) {
		return new Reply(list(this.values.get(index)));
	}

	@SuppressWarnings("unchecked")
	static List<@Nullable Object> list(@Nullable Object value) {
		return (value instanceof List<?> list) ? (List<@Nullable Object>) list : List.of();
	}

	int size() {
		return this.values.size();
	}

	/**
	 * The numbers of a list.
	 */
	List<Long> numbers(int index) {
		return list(index).values().stream().map(Reply::number).toList();
	}

	/**
	 * The texts of a list.
	 */
	List<String> texts(int index) {
		return list(index).values().stream().map(Reply::text).toList();
	}

	/**
	 * What became of leases, as the script {@code renew} says it.
	 */
	Renewal renewal() {
		List<String> cancelled = texts(3);
		Map<String, Set<String>> byToken = new HashMap<>();
		for (int i = 0; i < cancelled.size(); i += 2) {
			byToken.computeIfAbsent(cancelled.get(i), (token) -> new HashSet<>()).add(cancelled.get(i + 1));
		}
		return new Renewal(new HashSet<>(texts(2)), byToken);
	}

}
