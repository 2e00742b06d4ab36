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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The jobs that the oracle knows, and how often each transition happened.
 */
class Stories {

	private final Map<String, Story> all = new TreeMap<>();

	private final Map<String, Long> counters = new TreeMap<>();

	private final HeldLocks locks = new HeldLocks(this.all);

	HeldLocks locks() {
		return this.locks;
	}

	Map<String, Story> all() {
		return this.all;
	}

	Map<String, Long> counters() {
		return this.counters;
	}

	void begin(String id, String record, long due) {
		count("enqueued");
		Story before = this.all.put(id, new Story(record, due));
		if (before != null) {
			assertThat(before.ended()).as("the job that had the id " + id + " has ended").isTrue();
			count("forgotten");
		}
	}

	void end(String id, boolean kept) {
		if (kept) {
			story(id).finished();
		}
		else {
			this.all.remove(id);
		}
	}

	Story story(String id) {
		Story story = this.all.get(id);
		assertThat(story).as("job " + id).isNotNull();
		return (story != null) ? story : new Story("", 0);
	}

	List<String> ids(Predicate<Story> which) {
		return this.all.entrySet()
			.stream()
			.filter((entry) -> which.test(entry.getValue()))
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * Dead letters were dropped, since there are too many.
	 */
	void dropped(List<String> ids, int most) {
		if (!ids.isEmpty()) {
			assertThat(ids(Story::dead)).as("dead letters, of which some are dropped")
				.containsAll(ids)
				.hasSizeGreaterThan(most);
			ids.forEach((id) -> {
				count("dropped");
				this.all.remove(id);
			});
		}
	}

	void count(String counter) {
		this.counters.merge(counter, 1L, Long::sum);
	}

}
