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
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle makes of a batch that was applied, job after job.
 */
class Enqueued {

	private final Stories stories;

	private final ScriptReply reply;

	private final long now;

	/** A job of the batch may take the place of one of them. */
	private final Set<String> before;

	private final Map<Integer, String> met = new HashMap<>();

	/** Who holds a lock is asked once for a batch; then the batch says. */
	private final Map<String, Optional<String>> holders = new HashMap<>();

	Enqueued(Stories stories, ScriptReply reply) {
		this.stories = stories;
		this.reply = reply;
		this.now = reply.number(1);
		this.before = Set.copyOf(stories.all().keySet());
		reply.texts(3).forEach((text) -> {
			String place = text.replaceAll("^(\\d+).*", "$1");
			this.met.put(Integer.valueOf(place), text.substring(place.length()));
		});
	}

	/**
	 * The batch.
	 * @param chains takes the jobs without a lock
	 */
	void jobs(String[] arguments, ChainStories chains) {
		for (int k = 4; k < arguments.length; k += 3) {
			job((k - 1) / 3, new String[] { arguments[k], arguments[k + 1], arguments[k + 2] }, chains);
		}
	}

	private void job(int place, String[] job, ChainStories chains) {
		String id = job[0];
		String record = job[1];
		String due = job[2];
		String how = this.met.getOrDefault(place, "");
		if (how.startsWith("I")) {
			assertThat(this.reply.texts(2)).contains(id);
			assertThat("cw".contains(due.substring(0, 1)) || this.before.contains(id)
					|| this.stories.all().containsKey(id))
				.as("%s exists", id)
				.isTrue();
			return;
		}
		assertThat(this.reply.texts(2)).doesNotContain(id);
		String lock = UniqueRecord.lock(record);
		if (lock == null) {
			chains.enqueued(id, record, due, this.now);
		}
		else {
			unique(how, id, record, due.split(" "));
		}
	}

	private void unique(String how, String id, String record, String[] wanted) {
		long at = Math.max(this.now,
				this.now + (wanted[0].startsWith("+") ? Long.parseLong(wanted[0].substring(1)) : 0));
		String lock = String.valueOf(UniqueRecord.lock(record));
		String holder = holder(lock.substring(1));
		assertThat(how.isEmpty() ? null : how.substring(1)).as("holder of the lock %s of %s", lock, id)
			.isEqualTo(holder);
		if (holder != null && !meet(how, wanted[1], lock, record, at)) {
			takeAgain(how, holder, lock, wanted[2]);
			return;
		}
		this.stories.begin(id, record, at);
		this.holders.put(lock.substring(1), Optional.of(id));
		this.stories.locks().taken(id, lock, this.now + Long.parseLong(wanted[2]));
	}

	private @Nullable String holder(String key) {
		return this.holders
			.computeIfAbsent(key, (unseen) -> Optional.ofNullable(this.stories.locks().holder(unseen, this.now)))
			.orElse(null);
	}

	private void takeAgain(String how, String holder, String lock, String millis) {
		if (how.startsWith("D")) {
			this.stories.locks().taken(holder, lock, this.now + Long.parseLong(millis));
		}
	}

	/**
	 * Returns whether the job takes the place of the holder.
	 */
	private boolean meet(String met, String wanted, String lock, String record, long at) {
		String how = met.substring(0, 1);
		String holder = met.substring(1);
		Story story = this.stories.all().get(holder);
		// what has its id now may be another job
		boolean waits = story != null && story.waits() && story.lock() != null
				&& story.lock().substring(1).equals(lock.substring(1));
		assertThat(how).as("what a job did that wanted " + wanted).isEqualTo(waits ? wanted : "E");
		assertThat(wanted).isNotEqualTo("X");
		if (how.equals("R")) {
			this.stories.count("cancelled");
			this.stories.locks().freed(holder);
			this.stories.end(holder, this.stories.story(holder).retained());
		}
		else if (how.equals("D")) {
			this.stories.story(holder).debounced(record, at, this.now);
		}
		return how.equals("R");
	}

}
