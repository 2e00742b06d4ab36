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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle of a partition knows of the steps of chains: who waits for whom. What
 * leaves for another partition is remembered by all of them together.
 */
class ChainStories {

	private final Stories stories;

	private final TestQueue queue;

	private final Journeys journeys;

	ChainStories(TestQueue queue, Stories stories, Journeys journeys) {
		this.queue = queue;
		this.stories = stories;
		this.journeys = journeys;
	}

	/**
	 * A job was enqueued: one that is due, one that waits for others, or a child of a
	 * join, which may go elsewhere at once.
	 */
	void enqueued(String id, String record, String chosen, long now) {
		String due = chosen.startsWith("c") ? chosen.substring(1) : chosen;
		long time = now + (due.startsWith("+") ? Long.parseLong(due.substring(1).split(" ")[0]) : 0);
		this.stories.begin(id, record, time);
		joins().over(id);
		if (due.startsWith("w")) {
			this.stories.story(id).waitFor(due.substring(1));
		}
		else if (due.startsWith("j")) {
			joins().begin(id, due, this.stories, this.queue, now);
		}
		else if (chosen.startsWith("c")) {
			joins().child(id, record);
			if (due.contains(" ")) {
				leave(id);
				this.journeys.dues.put(id, time);
			}
		}
	}

	JoinStories joins() {
		return this.journeys.joins;
	}

	/**
	 * A job is dead.
	 */
	void died(String id) {
		joins().died(id, this.queue);
	}

	/**
	 * A step has completed, under the fence of its owner: the one behind it is due, here
	 * or elsewhere.
	 */
	void completed(String id, String record, long now) {
		// ids that were chosen may be used again, by other chains and joins
		this.journeys.completed(id + joins().family(id) + Chain.successor(record));
		if (joins().isChild(id)) {
			if (!this.stories.story(id).isCancelled()) {
				joins().ended(id, true, this.queue);
			}
			return;
		}
		String successor = behind(id);
		if (successor == null) {
			return;
		}
		String whole = Chain.successor(record);
		if (whole.startsWith(this.queue.partition().queue() + "~" + this.queue.partition().number() + "~")) {
			this.stories.all().put(successor, this.stories.story(successor).due(now));
			return;
		}
		List<String> leaving = new ArrayList<>();
		for (String step = successor; step != null; step = behind(step)) {
			leaving.add(step);
		}
		leaving.forEach(this::leave);
	}

	private void leave(String id) {
		this.stories.count("sent");
		this.journeys.left(id, this.stories.story(id).record());
		this.stories.all().remove(id);
	}

	/**
	 * A step will never complete.
	 */
	void ended(String id) {
		joins().ended(id, false, this.queue);
		joins().forget(id);
		for (String step = behind(id); step != null; step = behind(step)) {
			this.stories.count("cancelled");
			this.journeys.over(step);
			this.stories.end(step, this.stories.story(step).retained());
		}
	}

	private @Nullable String behind(String id) {
		List<String> steps = this.stories.ids((story) -> id.equals(story.predecessor()));
		assertThat(steps).as("steps behind " + id).hasSizeLessThanOrEqualTo(1);
		return steps.isEmpty() ? null : steps.get(0);
	}

	/**
	 * A message has arrived.
	 */
	void received(String number, String source, String jobs, ScriptReply reply) {
		boolean first = !this.journeys.messages().contains(source + " " + number);
		assertThat(reply.status()).as("message " + number + " that is new: " + first)
			.isIn(first ? Set.of("OK", "GAP") : Set.of("DUP"));
		if (!reply.status().equals("OK")) {
			return;
		}
		this.journeys.messages().add(source + " " + number);
		Message.marks(jobs).forEach(joins()::received);
		String before = null;
		for (String id : Message.ids(jobs)) {
			this.stories.count("received");
			Long due = this.journeys.dues.remove(id);
			if (due != null) {
				this.stories.all().put(id, new Story(this.journeys.arrived(id), due));
				continue;
			}
			Story story = new Story(this.journeys.arrived(id), 0);
			this.stories.all().put(id, (before != null) ? story : story.due(reply.number(1)));
			if (before != null) {
				story.waitFor(before);
			}
			before = id;
		}
	}

	/**
	 * The steps that wait.
	 */
	List<String> waiting() {
		return this.stories.ids((story) -> story.predecessor() != null);
	}

	/**
	 * Nobody works any more: who waits, waits for a dead letter.
	 */
	void checkAtTheEnd() {
		for (String id : waiting()) {
			String first = id;
			for (String step = id; step != null && !step.equals(JoinStories.CHILDREN);) {
				first = step;
				step = this.stories.story(step).predecessor();
			}
			if (JoinStories.CHILDREN.equals(this.stories.story(first).predecessor())) {
				joins().checkWaits(first);
				continue;
			}
			assertThat(this.stories.story(first).dead()).as(first + ", for which " + id + " waits, is dead").isTrue();
		}
	}

	/**
	 * What all partitions know together: which steps are on their way, which messages
	 * have arrived, and which steps have completed.
	 */
	static class Journeys {

		private final Map<String, String> leaving = new HashMap<>();

		private final JoinStories joins = new JoinStories();

		/** When children are due that are on their way. */
		private final Map<String, Long> dues = new HashMap<>();

		private final Set<String> messages = new HashSet<>();

		private final Set<String> completed = new HashSet<>();

		private final Set<String> over = new HashSet<>();

		Set<String> messages() {
			return this.messages;
		}

		void completed(String step) {
			assertThat(this.completed.add(step)).as(step + " completes once").isTrue();
			assertThat(this.over).as("steps behind one that will never complete").doesNotContain(step);
		}

		void over(String step) {
			this.over.add(step);
		}

		void left(String step, String record) {
			assertThat(this.leaving.put(step, record)).as(step + " leaves once").isNull();
		}

		String arrived(String step) {
			String record = this.leaving.remove(step);
			assertThat(record).as("record of " + step + ", which arrives once").isNotNull();
			return (record != null) ? record : "";
		}

		/**
		 * The messages that have arrived, and the steps that completed in all.
		 */
		void checkAtTheEnd() {
			assertThat(this.leaving).as("steps on their way").isEmpty();
			assertThat(this.messages).as("messages between partitions").isNotEmpty();
			assertThat(this.completed).as("completed steps").hasSizeGreaterThan(20);
			this.joins.checkAtTheEnd();
		}

	}

}
