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

package dev.backgroundjobs.actuate;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Which part of a list is asked for.
 *
 * @param limit how many entries at most
 * @param cursor where the part before ended, or {@code null} for the beginning
 */
record Page(int limit, @Nullable String cursor) {

	private static final int DEFAULT_LIMIT = 50;

	private static final int MAX_LIMIT = 500;

	static Page of(@Nullable String limit, @Nullable String cursor) {
		return new Page(StringUtils.hasText(limit) ? number("limit", limit, MAX_LIMIT) : DEFAULT_LIMIT,
				StringUtils.hasText(cursor) ? cursor : null);
	}

	/**
	 * A number somebody asks for.
	 */
	static int number(String parameter, String text, int max) {
		int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
		if (number < 1 || number > max) {
			throw Kind.invalid("'" + parameter + "' must be 1 to " + max + " and is '" + text + "'");
		}
		return number;
	}

	/**
	 * The names of this page, in their order: the cursor is the last name of the page
	 * before, whether it still exists or not.
	 */
	Names of(Collection<String> all) {
		TreeSet<String> sorted = new TreeSet<>(all);
		List<String> rest = List.copyOf((this.cursor != null) ? sorted.tailSet(this.cursor, false) : sorted);
		List<String> page = rest.subList(0, Math.min(this.limit, rest.size()));
		return new Names(page, sorted.size(), (page.size() < rest.size()) ? page.get(page.size() - 1) : null);
	}

	/**
	 * A page of names.
	 *
	 * @param names the names
	 * @param total how many there are in all
	 * @param cursor for the next page, or {@code null} if this is the last one
	 */
	record Names(List<String> names, int total, @Nullable String cursor) {

	}

}
