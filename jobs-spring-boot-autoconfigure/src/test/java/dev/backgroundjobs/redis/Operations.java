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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle knows of those who are neither producers nor workers: operators and
 * schedules.
 */
class Operations {

	private final TestQueue queue;

	private final Stories stories;

	private final ChainStories chains;

	private final ScheduleOracle schedules;

	private boolean paused;

	Operations(TestQueue queue, Stories stories, ChainStories chains) {
		this.queue = queue;
		this.stories = stories;
		this.chains = chains;
		this.schedules = new ScheduleOracle(stories);
	}

	void full(boolean isFull) {
		this.schedules.full(isFull);
	}

	boolean paused() {
		return this.paused;
	}

	void saw(RedisScript script, String[] arguments, ScriptReply reply) {
		switch (script) {
			case FIRE, DEFINE, FORGET, ARRIVE -> this.schedules.saw(script, arguments, reply);
			case CANCEL -> cancelled(arguments[0], reply.number(1));
			case RETRY_DEAD -> retried(arguments[0], reply.number(1) == 1);
			case RESCHEDULE -> rescheduled(arguments[0], reply.number(1));
			case DELETE -> deleted(arguments[0], reply.number(1) == 1);
			case DEAD -> dead(arguments, reply);
			case AWAIT -> awaited(arguments, reply);
			case PAUSE -> {
				if (arguments[1].isEmpty()) {
					paused(arguments[0].equals("1"), reply.number(1) == 1);
				}
				else {
					this.schedules.saw(script, arguments, reply);
				}
			}
			default -> throw new IllegalArgumentException(script.name());
		}
	}

	private void cancelled(String id, long done) {
		Story story = this.stories.all().get(id);
		if (done == 0) {
			assertThat(story == null || story.dead() || story.ended()).as(id + " could have been cancelled").isTrue();
			return;
		}
		if (done == 2) {
			this.stories.story(id).cancelled();
			return;
		}
		assertThat(this.stories.story(id).waits()).as(id + " waited when it was cancelled").isTrue();
		this.chains.ended(id);
		this.stories.count("cancelled");
		this.stories.locks().freed(id);
		this.stories.end(id, this.stories.story(id).retained());
	}

	private void deleted(String id, boolean done) {
		Story story = this.stories.all().get(id);
		if (!done) {
			assertThat(story == null || story.owner() != null || story.ended()).as(id + " could have been deleted")
				.isTrue();
			return;
		}
		assertThat(this.stories.story(id).owner()).as("the owner of " + id + ", which was deleted").isNull();
		if (!this.stories.story(id).ended()) {
			this.chains.ended(id);
		}
		this.stories.locks().freed(id);
		this.stories.count(this.stories.story(id).ended() ? "forgotten" : "deleted");
		this.stories.all().remove(id);
	}

	private void awaited(String[] arguments, ScriptReply reply) {
		for (int k = 2; k < arguments.length; k++) {
			Story story = this.stories.all().get(arguments[k]);
			boolean open = story != null && !story.dead() && !story.ended();
			assertThat(reply.texts(2).get(k - 2)).as(arguments[k] + " will be told of")
				.isEqualTo((open && arguments[1].equals("1")) ? "1" : "0");
		}
	}

	private void retried(String id, boolean done) {
		Story story = this.stories.all().get(id);
		if (!done) {
			assertThat(story == null || !story.dead() || this.stories.locks().mayBeHeldByAnother(id))
				.as(id + " could have been retried")
				.isTrue();
			return;
		}
		this.stories.locks().takenAgain(id, this.queue.now());
		this.stories.count("requeued");
		this.stories.story(id).requeued();
	}

	/**
	 * It waits where it did, for its new time, or for a worker. (Which of these, nobody
	 * but the server knows.)
	 */
	private void rescheduled(String id, long due) {
		Double scheduled = this.queue.redis().zscore(this.queue.key("d"), id);
		Double retrying = this.queue.redis().zscore(this.queue.key("t"), id);
		Double waits = (scheduled != null) ? scheduled : retrying;
		if (due == 0) {
			Story story = this.stories.all().get(id);
			assertThat(waits == null || story != null && story.late(this.queue.now()))
				.as("%s is due at %s, which was not changed", id, waits)
				.isTrue();
			return;
		}
		assertThat(this.stories.story(id).waits()).as(id + " waits").isTrue();
		assertThat(this.stories.story(id).predecessor()).as("the step that " + id + " waits for").isNull();
		this.stories.story(id).rescheduled(due);
		if (waits != null) {
			assertThat(waits.longValue()).as("when " + id + " is due").isEqualTo(due);
			this.stories.count("rescheduled");
		}
	}

	/**
	 * A page of dead letters holds nothing else, and changes only what it says.
	 */
	private void dead(String[] arguments, ScriptReply reply) {
		List<String> dead = this.stories.ids(Story::dead);
		assertThat(reply.number(2)).as("dead letters").isEqualTo(dead.size());
		assertThat(reply.number(3)).as("examined").isLessThanOrEqualTo(Long.parseLong(arguments[3]));
		List<String> ids = reply.texts(6);
		assertThat(ids).as("page").doesNotHaveDuplicates().isSubsetOf(dead);
		if (arguments[0].equals("list")) {
			assertThat(ids).as("page").hasSize((int) reply.number(3));
			return;
		}
		assertThat(ids).as("changed").hasSizeLessThanOrEqualTo(Integer.parseInt(arguments[5]));
		for (String id : ids) {
			assertThat(arguments[4]).as("name of the jobs to " + arguments[0]).isIn("", this.stories.story(id).name());
			if (arguments[0].equals("retry")) {
				retried(id, true);
			}
			else {
				deleted(id, true);
			}
		}
	}

	private void paused(boolean pauses, boolean changed) {
		assertThat(changed).as("paused or resumed").isEqualTo(this.paused != pauses);
		this.paused = pauses;
	}

}
