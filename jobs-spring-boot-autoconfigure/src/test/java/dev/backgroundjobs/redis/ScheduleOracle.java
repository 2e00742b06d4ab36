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
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle knows of schedules: each slot happens at most once, and just when its
 * policies say so.
 */
class ScheduleOracle {

	private final Stories stories;

	private final Map<String, Kept> schedules = new TreeMap<>();

	private boolean full;

	ScheduleOracle(Stories stories) {
		this.stories = stories;
	}

	void full(boolean isFull) {
		this.full = isFull;
	}

	void saw(RedisScript script, String[] arguments, ScriptReply reply) {
		switch (script) {
			case FIRE -> fired(arguments, reply);
			case DEFINE -> defined(arguments, reply.number(1));
			case FORGET -> forgotten(arguments[0], Long.parseLong(arguments[1]), arguments[2], reply);
			case ARRIVE -> arrived(arguments, reply.number(1));
			case PAUSE -> paused(arguments[1], arguments[0].equals("1"), reply);
			default -> throw new IllegalArgumentException(script.name());
		}
	}

	private void defined(String[] arguments, long now) {
		for (int k = 1; k < arguments.length; k += 8) {
			long revision = Long.parseLong(arguments[k + 1]);
			Kept before = this.schedules.get(arguments[k]);
			if (before == null || before.revision < revision) {
				Kept kept = (before != null) ? before : new Kept();
				kept.done = Math.max(kept.done, (before != null || arguments[k + 2].equals("d")) ? now : now - 1);
				kept.waiting = 0;
				boolean comes = arguments[k + 2].equals("d");
				if (kept.left || kept.onItsWay) {
					kept.paused &= comes;
					kept.known = comes ? kept.known : 0;
				}
				else if (comes) {
					kept.known = kept.revision;
				}
				kept.left = false;
				kept.nothingKnown = false;
				kept.onItsWay = arguments[k + 2].equals("d");
				kept.revision = revision;
				kept.skipsMisfires = arguments[k + 3].equals("SKIP");
				kept.overlap = arguments[k + 4];
				kept.threshold = Long.parseLong(arguments[k + 5]);
				kept.record = arguments[k + 7];
				this.schedules.put(arguments[k], kept);
			}
		}
	}

	private void forgotten(String id, long revision, String goesOn, ScriptReply reply) {
		Kept kept = this.schedules.get(id);
		boolean meant = kept != null && kept.revision <= revision;
		if (goesOn.equals("1") && (kept == null || meant)) {
			left(id, revision, reply);
			return;
		}
		assertThat(reply.number(1) == 1).as("forgotten").isEqualTo(meant);
		if (meant) {
			this.schedules.remove(id);
		}
		if (meant && goesOn.equals("2")) {
			this.schedules.put(id, Kept.nothingBut(revision));
		}
	}

	private void left(String id, long revision, ScriptReply reply) {
		Kept kept = this.schedules.computeIfAbsent(id, (key) -> Kept.nothingBut(revision));
		assertThat(reply.number(1) == 1).as("was here").isEqualTo(!kept.left);
		kept.known = (kept.left || kept.onItsWay) ? kept.known : kept.revision;
		if (kept.known == 0) {
			kept.forgetSlots();
		}
		assertThat(reply.text(6)).as("known").isEqualTo((kept.known != 0) ? String.valueOf(kept.known) : "");
		assertThat(reply.text(2)).as("done").isEqualTo(kept.nothingKnown ? "" : String.valueOf(kept.done));
		assertThat(reply.text(4)).as("waits").isEqualTo((kept.waiting != 0) ? String.valueOf(kept.waiting) : "");
		assertThat(!reply.text(5).isEmpty()).as("paused").isEqualTo(kept.paused);
		kept.left = true;
		kept.onItsWay = false;
		kept.revision = revision;
		kept.runs.clear();
	}

	private void arrived(String[] arguments, long how) {
		Kept kept = this.schedules.get(arguments[0]);
		boolean meant = kept != null && !kept.left && arguments[1].equals(String.valueOf(kept.revision));
		boolean byThisCall = meant && kept != null && kept.onItsWay;
		assertThat(how).as("arrived").isEqualTo(byThisCall ? 1 : meant ? 2 : 0);
		if (kept != null && byThisCall) {
			kept.onItsWay = false;
			if (!arguments[6].isEmpty() && Long.parseLong(arguments[6]) > kept.known) {
				kept.done = Math.max(kept.done, arguments[2].isEmpty() ? 0 : Long.parseLong(arguments[2]));
				kept.waiting = arguments[4].isEmpty() ? 0 : Long.parseLong(arguments[4]);
				kept.paused = !arguments[5].isEmpty();
			}
			kept.known = 0;
		}
	}

	private void paused(String id, boolean pauses, ScriptReply reply) {
		Kept kept = this.schedules.get(id);
		assertThat(reply.number(1) == 1).as("schedule paused or resumed")
			.isEqualTo(kept != null && !kept.nothingKnown && kept.paused != pauses);
		if (kept != null && !kept.nothingKnown && kept.paused != pauses) {
			kept.paused = pauses;
			kept.waiting = 0;
			kept.done = pauses ? kept.done : Math.max(kept.done, reply.number(2));
		}
	}

	private void fired(String[] arguments, ScriptReply reply) {
		Kept kept = this.schedules.get(arguments[0]);
		if (kept == null || kept.left) {
			assertThat(reply.status()).isEqualTo("GONE");
			return;
		}
		long slot = Long.parseLong(arguments[2]);
		String expected = expected(kept, arguments, slot, reply.number(1));
		assertThat(reply.status()).as(() -> "slot " + slot + " of " + arguments[0] + ", " + kept).isEqualTo(expected);
		switch (expected) {
			case "MISSED", "OVERLAPPED" -> {
				kept.done = slot;
			}
			case "OK" -> enqueued(kept, arguments, slot, reply.number(1));
			case "WAITING" -> {
				if (kept.waiting == 0) {
					kept.done = slot;
					kept.waiting = slot;
				}
			}
			default -> {
			}
		}
		assertThat(reply.number(2)).as("slots done with").isEqualTo(kept.done);
		assertThat(reply.number(3)).as("slot that waits").isEqualTo(kept.waiting);
	}

	private String expected(Kept kept, String[] arguments, long slot, long now) {
		if (arguments[1].isEmpty()) {
			return (kept.runs.contains(arguments[3]) || this.stories.all().containsKey(arguments[3])) ? "ALREADY"
					: "OK";
		}
		boolean waits = slot == kept.waiting;
		if (!arguments[1].equals(String.valueOf(kept.revision)) || kept.onItsWay) {
			return "CHANGED";
		}
		if (kept.paused || !waits && slot <= kept.done) {
			return kept.paused ? "PAUSED" : "ALREADY";
		}
		if (slot > now + 2000) {
			return "EARLY";
		}
		if (!waits && kept.skipsMisfires && slot < now - kept.threshold) {
			return "MISSED";
		}
		boolean lives = !kept.overlap.equals("ALLOW") && kept.runs.stream().anyMatch(this::lives);
		if (kept.waiting != 0 && !waits) {
			return lives ? "OVERLAPPED" : "WAITING";
		}
		return !lives ? "OK" : (kept.overlap.equals("QUEUE_ONE") || waits) ? "WAITING" : "OVERLAPPED";
	}

	private void enqueued(Kept kept, String[] arguments, long slot, long now) {
		assertThat(this.full).as("accepted although full").isFalse();
		boolean triggered = arguments[1].isEmpty();
		if (!triggered) {
			assertThat(kept.fired).as("slots fired").doesNotContain(slot);
			kept.fired.add(slot);
			kept.done = Math.max(kept.done, slot);
			kept.waiting = (kept.waiting == slot) ? 0 : kept.waiting;
		}
		kept.runs.removeIf((run) -> kept.overlap.equals("ALLOW") || !lives(run));
		kept.runs.add(arguments[3]);
		if (kept.runs.size() > 10) {
			kept.runs.remove(0);
		}
		this.stories.begin(arguments[3], kept.record, triggered ? now : Math.max(slot, now));
	}

	private boolean lives(String run) {
		Story story = this.stories.all().get(run);
		return story != null && !story.dead() && !story.ended();
	}

	/**
	 * A schedule.
	 */
	private static final class Kept {

		private final List<Long> fired = new ArrayList<>();

		private final List<String> runs = new ArrayList<>();

		private long revision;

		private boolean skipsMisfires;

		private String overlap = "";

		private long threshold;

		private String record = "";

		private long done;

		private long waiting;

		private boolean paused;

		/** It is in another queue now. */
		private boolean left;

		/** It has come from another queue, and has not arrived. */
		private boolean onItsWay;

		/** Nothing but the revision at which it left. */
		private boolean nothingKnown;

		/**
		 * It has left, or not arrived: the revision of which it is that something is
		 * known.
		 */
		private long known;

		static Kept nothingBut(long revision) {
			Kept kept = new Kept();
			kept.revision = revision;
			kept.left = true;
			kept.nothingKnown = true;
			return kept;
		}

		void forgetSlots() {
			this.nothingKnown = true;
			this.done = 0;
			this.waiting = 0;
			this.paused = false;
		}

		@Override
		public String toString() {
			return "revision " + this.revision + ", " + this.overlap + ", done " + this.done + ", waiting "
					+ this.waiting + ", runs " + this.runs;
		}

	}

}
