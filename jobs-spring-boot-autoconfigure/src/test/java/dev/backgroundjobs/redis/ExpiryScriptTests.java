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

import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs that may only be started for a while: Redis notes until when, and claims drop
 * those that are past it.
 */
class ExpiryScriptTests {

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
	void timeToStartInBeginsWhenTheJobIsDue() {
		enqueue("a", 5000, 0, "+70000");
		String record = this.queue.stored("a");
		assertThat(TestQueue.due(record) - TestQueue.enqueuedAt(record)).isEqualTo(70_000);
		assertThat(TestQueue.expiresAt(record) - TestQueue.due(record)).isEqualTo(5000);
		assertThat(record).endsWith("body");
	}

	@Test
	void timeToStartInOfAFiredJobBeginsWithItsSlot() {
		this.queue.run(RedisScript.DEFINE, "1", "clean-up", "1", "D", "FIRE_ONCE", "SKIP", "10000", "max=1",
				TestQueue.expiring(1, 0, 5000, "body"));
		long slot = this.queue.now() + 1500;
		this.queue.fire("clean-up", slot, "a");
		assertThat(TestQueue.expiresAt(this.queue.stored("a"))).isEqualTo(slot + 5000);
	}

	@Test
	void farFutureIsNotThePast() {
		enqueue("a", 1L << 47, 0, "@281474976710655");
		assertThat(TestQueue.expiresAt(this.queue.stored("a"))).isEqualTo(281_474_976_710_655L);
	}

	@Test
	void jobInTimeIsClaimed() {
		enqueue("a", 60_000, 0, "0");
		ScriptReply claim = this.queue.claim("w", 1, 2);
		assertThat(claim.texts(3)).containsExactly("a");
		assertThat(claim.number(7)).isZero();
	}

	@Test
	void jobPastItsTimeIsNotClaimedAndGone() {
		enqueue("a", 1, 0, "0");
		this.queue.enqueue("b");
		this.queue.pass(2);
		ScriptReply claim = this.queue.claim("w", 1, 2);
		assertThat(claim.texts(3)).containsExactly("b");
		assertThat(claim.number(7)).isEqualTo(1);
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.counter("expired")).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1?nonsense that has no end", "11nonsense that has no end", "11\u0002short" })
	void bytesThatNobodyCanReadAreGivenToWhoeverParksThem(String bytes) {
		this.queue.enqueue("a");
		this.queue.redis().hset(this.queue.key("j"), "a", bytes);
		assertThat(this.queue.claim("w", 1, 2).texts(3)).containsExactly("a");
	}

	@Test
	void claimThatMeetsOnlyJobsPastTheirTimeIsEmpty() {
		enqueue("a", 1, 0, "0");
		this.queue.pass(2);
		assertThat(this.queue.claim("w", 1, 2).status()).isEqualTo("EMPTY");
		this.queue.enqueue("b");
		assertThat(this.queue.claim("w", 1, 2).texts(3)).as("under the same number").containsExactly("b");
	}

	@Test
	void jobWhoseCallerAskedForItIsFoundAsExpired() {
		enqueue("a", 1, TestQueue.RETAINED, "0");
		this.queue.pass(2);
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.state("a")).isEqualTo("EXPIRED");
		assertThat(this.queue.find("a").number(4)).as("ended").isBetween(this.queue.now() - 60_000, this.queue.now());
		assertThat(this.queue.redis().zscore(this.queue.key("f"), "a"))
			.isBetween(this.queue.now() + ClaimCall.KEEP_EXPIRED - 30_000.0, this.queue.now() + 60_000.0);
		assertThat(this.queue.cancel("a")).isFalse();
		this.queue.makeDue("f");
		this.queue.nextMinute();
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.state("a")).isEqualTo("none");
	}

	@Test
	void jobThatWasStartedOnceIsRetriedHoweverLate() {
		enqueue("retried", 60_000, 0, "0");
		enqueue("released", 60_000, 0, "0");
		enqueue("lost", 60_000, 0, "0");
		assertThat(this.queue.claim(ClaimCall.of("w", 1, 3).lease(1)).texts(3)).hasSize(3);
		this.queue.settle(TestQueue.retry("retried", "w:1", 0), TestQueue.release("released", "w:1", true));
		expireLongAgo("retried", "released", "lost");
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 1, 3).texts(3)).containsExactlyInAnyOrder("retried", "released", "lost");
	}

	@Test
	void jobThatWasOnlyHandedOutExpires() {
		enqueue("released", 60_000, 0, "0");
		enqueue("parked", 60_000, 0, "0");
		assertThat(this.queue.claim("w", 1, 2).texts(3)).hasSize(2);
		this.queue.settle(TestQueue.release("released", "w:1", false), TestQueue.park("parked", "w:1", 0));
		expireLongAgo("released", "parked");
		this.queue.pass(2);
		assertThat(this.queue.claim("w", 2, 2).number(7)).isEqualTo(2);
		assertThat(this.queue.redis().exists(this.queue.key("a"))).as("attempts").isZero();
	}

	@Test
	void deadJobThatIsRetriedByHandIsInTime() {
		enqueue("a", 60_000, 0, "0");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("a", "w:1"));
		expireLongAgo("a");
		this.queue.retryDead("a");
		assertThat(this.queue.claim("w", 2, 1).texts(3)).containsExactly("a");
	}

	@Test
	void nothingExpiresWhileTheQueueIsPaused() {
		enqueue("a", 1, 0, "0");
		this.queue.pass(2);
		this.queue.redis().hset(this.queue.key("m"), "p", "1");
		assertThat(this.queue.claim("w", 1, 1).number(7)).isZero();
		assertThat(this.queue.state("a")).isEqualTo("QUEUED");
	}

	/** Whatever the machine is busy with: the time is over now, and was not before. */
	private void expireLongAgo(String... ids) {
		for (String id : ids) {
			String stored = this.queue.stored(id);
			this.queue.redis()
				.hset(this.queue.key("j"), id, stored.substring(0, 15) + "\0".repeat(6) + stored.substring(21));
			assertThat(TestQueue.expiresAt(this.queue.stored(id))).isZero();
		}
	}

	@Test
	void expiresAFewHundredAtATimeAndComesBackAtOnce() {
		this.queue.enqueueJobs(IntStream.range(0, 450)
			.mapToObj((k) -> TestQueue.job("j" + k, TestQueue.expiring(1, 0, 1, ""), "0"))
			.toArray(String[][]::new));
		this.queue.enqueue("b");
		this.queue.pass(2);
		ScriptReply claim = this.queue.claim("w", 1, 100);
		assertThat(claim.number(7)).isEqualTo(200);
		assertThat(claim.number(2)).as("until the next claim").isZero();
		this.queue.claim("w", 1, 100);
		assertThat(this.queue.claim("w", 1, 100).texts(3)).containsExactly("b");
	}

	private void enqueue(String id, long expiresAfter, int flags, String due) {
		this.queue.enqueueJobs(TestQueue.job(id, TestQueue.expiring(1, flags, expiresAfter, "body"), due));
	}

}
