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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What fire promises: a slot of a schedule happens once, whoever calls, and as the
 * policies say that hold.
 */
class FireScriptTests {

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
		this.queue.define("FIRE_ONCE", "ALLOW", "clean-up", "other");
		this.queue.define("SKIP", "ALLOW", "strict");
		this.queue.define("FIRE_ONCE", "SKIP", "report");
		this.queue.define("FIRE_ONCE", "QUEUE_ONE", "import");
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void firesASlotOnceEvenAfterItsJobHasEnded() {
		long slot = this.queue.now() - 500;
		assertThat(this.queue.fire("clean-up", slot, "a").status()).isEqualTo("OK");
		ScriptReply other = this.queue.fire("clean-up", slot, "b");
		assertThat(other.status()).isEqualTo("ALREADY");
		assertThat(other.number(2)).isEqualTo(slot);
		assertThat(this.queue.claim("w", 1, 5).texts(3)).containsExactly("a");
		this.queue.settle(TestQueue.complete("a", "w:1"));
		assertThat(this.queue.fire("clean-up", slot, "c").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("clean-up", slot + 1, "d").status()).isEqualTo("OK");
		assertThat(this.queue.counter("enqueued")).isEqualTo(2);
		assertThat(this.queue.redis().hget(this.queue.key("rc"), "clean-up\0f")).isEqualTo(String.valueOf(slot + 1));
	}

	@Test
	void neverGoesBackToAnEarlierSlot() {
		long slot = this.queue.now();
		this.queue.fire("clean-up", slot, "a");
		assertThat(this.queue.fire("clean-up", slot - 1000, "b").status()).isEqualTo("ALREADY");
		assertThat(this.queue.state("b")).isEqualTo("none");
	}

	@Test
	void keepsSchedulesApart() {
		long slot = this.queue.now();
		assertThat(this.queue.fire("clean-up", slot, "a").status()).isEqualTo("OK");
		assertThat(this.queue.fire("other", slot, "b").status()).isEqualTo("OK");
	}

	@Test
	void tellsAClockThatIsAheadHowLongToWait() {
		long slot = this.queue.now() + 60_000;
		ScriptReply reply = this.queue.fire("clean-up", slot, "a");
		assertThat(reply.status()).isEqualTo("EARLY");
		assertThat(slot - reply.number(1)).isBetween(50_000L, 60_000L);
		assertThat(this.queue.state("a")).isEqualTo("none");
	}

	@Test
	void schedulesASlotThatIsALittleAhead() {
		long slot = this.queue.now() + 1900;
		this.queue.fire("clean-up", slot, "a");
		assertThat(this.queue.state("a")).isIn("SCHEDULED", "QUEUED");
		assertThat(TestQueue.due(this.queue.stored("a"))).isGreaterThanOrEqualTo(slot);
	}

	@Test
	void leavesOutTheSlotsOfAPauseAlsoAfterIt() {
		long slot = this.queue.now() - 5000;
		this.queue.fire("clean-up", slot, "a");
		assertThat(this.queue.run(RedisScript.PAUSE, "1", "clean-up").number(1)).isEqualTo(1);
		assertThat(this.queue.run(RedisScript.PAUSE, "1", "clean-up").number(1)).as("again").isZero();
		assertThat(this.queue.fire("clean-up", slot + 1000, "b").status()).isEqualTo("PAUSED");
		assertThat(this.queue.fire("other", slot, "c").status()).isEqualTo("OK");
		assertThat(this.queue.claim("w", 1, 5).texts(3)).as("the queue goes on").containsExactly("a", "c");
		ScriptReply resumed = this.queue.run(RedisScript.PAUSE, "0", "clean-up");
		assertThat(resumed.number(1)).isEqualTo(1);
		assertThat(this.queue.fire("clean-up", slot + 2000, "d").status()).as("was in the pause").isEqualTo("ALREADY");
		assertThat(this.queue.fire("clean-up", resumed.number(2) + 1, "e").status()).isEqualTo("OK");
		assertThat(this.queue.run(RedisScript.PAUSE, "1", "unheard of").number(1)).isZero();
	}

	@Test
	void firesByTheDefinitionThatHoldsAndByNoOther() {
		long slot = this.queue.now();
		assertThat(this.queue.fire("unheard of", slot, "a").status()).isEqualTo("GONE");
		this.queue.define(7, "clean-up", "FIRE_ONCE", "ALLOW");
		assertThat(this.queue.fire("clean-up", "1", slot + 1000, "b").status()).isEqualTo("CHANGED");
		assertThat(this.queue.fire("clean-up", "7", slot, "c").status()).as("before the change").isEqualTo("ALREADY");
		assertThat(this.queue.fire("clean-up", "7", slot + 1000, "d").status()).isEqualTo("OK");
		assertThat(this.queue.redis().hkeys(this.queue.key("j"))).containsExactly("d");
	}

	@Test
	void leavesOutWhatWasMissedIfItsPolicySaysSo() {
		long now = this.queue.now();
		ScriptReply missed = this.queue.fire("strict", now - 60_000, "a");
		assertThat(missed.status()).isEqualTo("MISSED");
		assertThat(missed.number(2)).as("done with").isEqualTo(now - 60_000);
		assertThat(this.queue.fire("strict", this.queue.now(), "b").status()).as("just late").isEqualTo("OK");
		assertThat(this.queue.fire("clean-up", now - 60_000, "c").status()).as("made up for").isEqualTo("OK");
	}

	@Test
	void leavesOutASlotWhileTheRunBeforeLives() {
		long slot = this.queue.now() - 100;
		this.queue.fire("report", slot, "a");
		assertThat(this.queue.fire("report", slot + 1, "b").status()).as("it waits").isEqualTo("OVERLAPPED");
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.fire("report", slot + 2, "c").status()).as("it runs").isEqualTo("OVERLAPPED");
		this.queue.settle(TestQueue.snooze("a", "w:1", 0));
		assertThat(this.queue.fire("report", slot + 3, "c").status()).as("it is snoozed").isEqualTo("OVERLAPPED");
		this.queue.claim("w", 2, 1);
		this.queue.settle(TestQueue.retry("a", "w:2", 60_000));
		assertThat(this.queue.fire("report", slot + 4, "d").status()).as("it is retried").isEqualTo("OVERLAPPED");
		this.queue.makeDue("t");
		this.queue.claim("w", 3, 1);
		this.queue.settle(TestQueue.bury("a", "w:3"));
		assertThat(this.queue.fire("report", slot + 4, "e").status()).as("was left out").isEqualTo("ALREADY");
		assertThat(this.queue.fire("report", slot + 5, "f").status()).as("it is dead").isEqualTo("OK");
		this.queue.cancel("f");
		assertThat(this.queue.fire("report", slot + 6, "g").status()).as("it was cancelled").isEqualTo("OK");
	}

	@Test
	void oneSlotWaitsForTheEndOfTheRunBefore() {
		long slot = this.queue.now() - 100;
		this.queue.fire("import", slot, "a");
		ScriptReply waits = this.queue.fire("import", slot + 1, "b");
		assertThat(waits.status()).isEqualTo("WAITING");
		assertThat(waits.number(3)).isEqualTo(slot + 1);
		ScriptReply further = this.queue.fire("import", slot + 2, "c");
		assertThat(further.status()).isEqualTo("OVERLAPPED");
		assertThat(further.number(3)).as("goes on to wait").isEqualTo(slot + 1);
		assertThat(this.queue.fire("import", slot + 1, "b").status()).as("still lives").isEqualTo("WAITING");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.complete("a", "w:1"));
		ScriptReply later = this.queue.fire("import", slot + 3, "d");
		assertThat(later.status()).as("not before the one that waits").isEqualTo("WAITING");
		assertThat(later.number(2)).as("not done with").isEqualTo(slot + 2);
		ScriptReply fired = this.queue.fire("import", slot + 1, "b");
		assertThat(fired.status()).isEqualTo("OK");
		assertThat(fired.number(3)).isZero();
		assertThat(this.queue.fire("import", slot + 1, "e").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("import", slot + 3, "f").status()).as("waits for b").isEqualTo("WAITING");
	}

	@Test
	void slotThatWaitsIsLeftOutByAPause() {
		long slot = this.queue.now() - 100;
		this.queue.fire("import", slot, "a");
		assertThat(this.queue.fire("import", slot + 1, "b").status()).isEqualTo("WAITING");
		this.queue.run(RedisScript.PAUSE, "1", "import");
		ScriptReply paused = this.queue.fire("import", slot + 1, "b");
		assertThat(paused.status()).isEqualTo("PAUSED");
		assertThat(paused.number(3)).as("waits").isZero();
		this.queue.delete("a");
		long resumed = this.queue.run(RedisScript.PAUSE, "0", "import").number(2);
		assertThat(this.queue.fire("import", slot + 1, "b").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("import", resumed + 1, "c").status()).isEqualTo("OK");
	}

	@Test
	void triggerEnqueuesARunWhateverTheSlots() {
		long slot = this.queue.now() - 100;
		this.queue.run(RedisScript.PAUSE, "1", "report");
		assertThat(this.queue.fire("report", "", 0, "a").status()).isEqualTo("OK");
		assertThat(this.queue.fire("report", "", 0, "a").status()).as("asked again").isEqualTo("ALREADY");
		assertThat(this.queue.fire("report", "", 0, "b").status()).isEqualTo("OK");
		assertThat(this.queue.redis().hget(this.queue.key("rc"), "report")).isEqualTo("0");
		this.queue.run(RedisScript.PAUSE, "0", "report");
		assertThat(this.queue.claim("w", 1, 5).texts(3)).containsExactly("a", "b");
		this.queue.settle(TestQueue.complete("b", "w:1"));
		assertThat(this.queue.fire("report", slot + 1000, "c").status()).as("a lives").isEqualTo("OVERLAPPED");
		this.queue.settle(TestQueue.complete("a", "w:1"));
		assertThat(this.queue.fire("report", slot + 1001, "d").status()).isEqualTo("OK");
		assertThat(this.queue.fire("unheard of", "", 0, "e").status()).isEqualTo("GONE");
	}

}
