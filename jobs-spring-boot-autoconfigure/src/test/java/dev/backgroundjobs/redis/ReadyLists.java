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
import java.util.stream.IntStream;

import io.lettuce.core.Range;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle knows of levels: a job waits in the list of its level, whatever brought
 * it there, and a claim empties the list it looks at first before it takes from others.
 */
class ReadyLists {

	private final TestQueue queue;

	private final Map<String, Story> stories;

	ReadyLists(TestQueue queue, Map<String, Story> stories) {
		this.queue = queue;
		this.stories = stories;
	}

	/**
	 * How many jobs wait for a worker.
	 */
	long queued() {
		long hints = IntStream.range(0, 3).mapToLong((level) -> this.queue.ready(level).size()).sum();
		return hints - this.queue.counter("tombstones");
	}

	void claimed(int first, List<String> ids) {
		if (!this.queue.ready(first).isEmpty()) {
			assertThat(ids).filteredOn(this::hasOneHint)
				.as("jobs given while some of level %s wait", first)
				.allMatch((id) -> level(id) == first);
		}
	}

	void check() {
		for (int k = 0; k < 3; k++) {
			int list = k;
			assertThat(this.queue.ready(list)).filteredOn(this::hasOneHint)
				.as("jobs of level %s", list)
				.allMatch((id) -> level(id) == list);
		}
	}

	/**
	 * An id that is used again, with another level, may be found under an old hint.
	 */
	private boolean hasOneHint(String id) {
		return !id.startsWith("order-") && this.stories.containsKey(id) && !this.queue.hasTombstone(id);
	}

	private int level(String id) {
		Story story = this.stories.get(id);
		return (story != null) ? story.level() : -1;
	}

	/**
	 * A claim promotes what is due and, if it may, recovers what lost its worker: a job
	 * is claimable as soon as its lease has ended. If that is too much for one claim, it
	 * says that there is more at once.
	 */
	void nothingIsOverdue(long now, boolean recovered) {
		Range<Long> past = Range.create(0L, now);
		assertThat(this.queue.redis().zcount(this.queue.key("d"), past)).as("overdue scheduled jobs").isZero();
		assertThat(this.queue.redis().zcount(this.queue.key("t"), past)).as("overdue retries").isZero();
		if (recovered) {
			assertThat(this.queue.redis().zcount(this.queue.key("l"), past)).as("overdue leases").isZero();
		}
	}

}
