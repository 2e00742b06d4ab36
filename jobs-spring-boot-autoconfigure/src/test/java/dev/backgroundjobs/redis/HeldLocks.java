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

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle knows of the locks of unique jobs.
 */
class HeldLocks {

	private final Map<String, Story> stories;

	private final Map<String, Held> locks = new HashMap<>();

	HeldLocks(Map<String, Story> stories) {
		this.stories = stories;
	}

	/**
	 * Who holds a lock, or {@code null}.
	 */
	@Nullable String holder(String key, long now) {
		Held held = this.locks.get(key);
		return (held != null && held.holds(key, this.stories.get(held.id()), now)) ? held.id() : null;
	}

	void taken(String id, String lock, long end) {
		this.locks.put(lock.substring(1), new Held(id, lock.startsWith("T") ? end : 0));
	}

	/**
	 * Jobs refuse a batch only if others hold their locks, or stand before them in it.
	 */
	void refused(String[] arguments, ScriptReply reply) {
		assertThat(reply.parts().size()).as("refused jobs").isGreaterThan(1);
		for (int k = 1; k < reply.parts().size(); k += 3) {
			int at = 4 + 3 * ((int) reply.number(k) - 1);
			assertThat(arguments[at + 2]).as("what a job that refuses wants").contains(" X ");
			String holder = reply.text(k + 1);
			if (reply.number(k + 2) == 1) {
				assertThat(IntStream.range(4, at).mapToObj((n) -> arguments[n])).contains(holder);
				continue;
			}
			Held held = this.locks.get(String.valueOf(UniqueRecord.lock(arguments[at + 1])).substring(1));
			assertThat(held).isNotNull();
			// its time, or that of its job, may be over since
			assertThat(held != null && held.id().equals(holder)
					&& held.holds(key(arguments[at + 1]), this.stories.get(holder), 0))
				.as("%s holds the lock of %s", holder, arguments[at])
				.isTrue();
		}
	}

	private static String key(String record) {
		return String.valueOf(UniqueRecord.lock(record)).substring(1);
	}

	/**
	 * A job has ended, and nobody waits for its time to be over.
	 */
	void freed(String id) {
		Story story = this.stories.get(id);
		String lock = (story != null) ? story.lock() : null;
		if (lock != null) {
			Held held = this.locks.get(lock.substring(1));
			if (held != null && held.id().equals(id)) {
				this.locks.remove(lock.substring(1));
			}
		}
	}

	void freedByDeath(String id) {
		Story story = this.stories.get(id);
		if (story != null && story.dead()) {
			freed(id);
		}
	}

	void succeeded(String id) {
		Story story = this.stories.get(id);
		String lock = (story != null) ? story.lock() : null;
		Held held = (lock != null) ? this.locks.get(lock.substring(1)) : null;
		if (lock == null || !lock.startsWith("T") || held == null || held.end() == 0) {
			freed(id);
		}
	}

	/**
	 * Whether a dead job may have to stay dead.
	 */
	boolean mayBeHeldByAnother(String id) {
		Story story = this.stories.get(id);
		String lock = (story != null) ? story.lock() : null;
		if (lock == null || lock.startsWith("S")) {
			return false;
		}
		Held held = this.locks.get(lock.substring(1));
		// its time, or that of its job, may be over since
		return held != null && !held.id().equals(id) && held.holds(lock.substring(1), this.stories.get(held.id()), 0);
	}

	void takenAgain(String id, long now) {
		Story story = this.stories.get(id);
		String lock = (story != null) ? story.lock() : null;
		if (lock != null && !lock.startsWith("S")) {
			Held held = this.locks.get(lock.substring(1));
			assertThat(held == null || held.id().equals(id) || held.end() > 0
					|| !held.holds(lock.substring(1), this.stories.get(held.id()), now))
				.as("%s was retried, although another one holds its lock", id)
				.isTrue();
			this.locks.put(lock.substring(1), new Held(id, 0));
		}
	}

	/**
	 * A lock.
	 *
	 * @param id who holds it
	 * @param end until when, or 0 if it has no time
	 */
	private record Held(String id, long end) {

		boolean holds(String key, @Nullable Story story, long now) {
			if (this.end > 0 && this.end <= now) {
				return false;
			}
			String lock = (story != null) ? story.lock() : null;
			if (story == null || lock == null || !lock.substring(1).equals(key) || story.ended()) {
				// what has its id now may be another job
				return this.end > 0;
			}
			return !story.dead() && (story.owner() != null || !story.late(now))
					&& (!lock.startsWith("S") || !story.hasStarted());
		}

	}

}
