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
 * What fire promises: a slot of a schedule happens once, whoever calls.
 */
class FireScriptTests {

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
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
		assertThat(other.number(1)).isEqualTo(slot);
		assertThat(this.queue.claim("w", 1, 5).texts(3)).containsExactly("a");
		this.queue.settle(TestQueue.complete("a", "w:1"));
		assertThat(this.queue.fire("clean-up", slot, "c").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("clean-up", slot + 1, "d").status()).isEqualTo("OK");
		assertThat(this.queue.counter("enqueued")).isEqualTo(2);
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
		assertThat(this.queue.fire("one", slot, "a").status()).isEqualTo("OK");
		assertThat(this.queue.fire("other", slot, "b").status()).isEqualTo("OK");
	}

	@Test
	void tellsAClockThatIsAheadHowLongToWait() {
		ScriptReply reply = this.queue.fire("clean-up", this.queue.now() + 60_000, "a");
		assertThat(reply.status()).isEqualTo("EARLY");
		assertThat(reply.number(1)).isBetween(59_000L, 60_000L);
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.redis().exists(this.queue.key("rc"))).isZero();
	}

	@Test
	void leavesOutTheSlotsOfAPausedSchedule() {
		long slot = this.queue.now() - 5000;
		this.queue.fire("clean-up", slot, "a");
		assertThat(this.queue.run(RedisScript.PAUSE, "1", "clean-up").number(1)).isEqualTo(1);
		assertThat(this.queue.run(RedisScript.PAUSE, "1", "clean-up").number(1)).as("again").isZero();
		assertThat(this.queue.fire("clean-up", slot + 1000, "b").status()).isEqualTo("PAUSED");
		assertThat(this.queue.fire("other", slot, "c").status()).isEqualTo("OK");
		assertThat(this.queue.claim("w", 1, 5).texts(3)).as("the queue goes on").containsExactly("a", "c");
		assertThat(this.queue.redis().hget(this.queue.key("rc"), "clean-up")).isEqualTo(String.valueOf(slot));
		assertThat(this.queue.run(RedisScript.PAUSE, "0", "clean-up").number(1)).isEqualTo(1);
		assertThat(this.queue.fire("clean-up", slot + 2000, "d").status()).isEqualTo("OK");
	}

	@Test
	void schedulesASlotThatIsALittleAhead() {
		long slot = this.queue.now() + 1500;
		this.queue.fire("clean-up", slot, "a");
		assertThat(this.queue.state("a")).isEqualTo("SCHEDULED");
		assertThat(TestQueue.due(this.queue.stored("a"))).isEqualTo(slot);
		assertThat(this.queue.claim("w", 1, 1).number(2)).isBetween(1L, 1500L);
	}

}
