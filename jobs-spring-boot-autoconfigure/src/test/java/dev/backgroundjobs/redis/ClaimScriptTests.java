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
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What claim promises to workers whose claims arrive late, twice or not at all.
 */
class ClaimScriptTests {

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
	void givesJobsInOrderUnderOneLease() {
		this.queue.enqueue("a", "b", "c");
		ScriptReply claim = this.queue.claim("w", 1, 2);
		assertThat(claim.status()).isEqualTo("OK");
		assertThat(claim.texts(3)).containsExactly("a", "b");
		assertThat(claim.texts(4)).containsExactly(this.queue.stored("a"), this.queue.stored("b"));
		assertThat(claim.attempt(1)).isEqualTo(1);
		assertThat(this.queue.redis().hget(this.queue.key("i"), "a")).isEqualTo("w:1");
		assertThat(this.queue.redis().hget(this.queue.key("n"), "w:1")).isEqualTo("2");
		assertThat(this.queue.claim("v", 1, 2).texts(3)).containsExactly("c");
	}

	@Test
	void looksAtTheFirstLevelItIsToldTo() {
		this.queue.enqueueJobs(TestQueue.job("high", TestQueue.record(0, 0, ""), "0"),
				TestQueue.job("low", TestQueue.record(2, 0, ""), "0"));
		ScriptReply claim = this.queue.run(RedisScript.CLAIM, ClaimCall.of("w", 1, 1).arguments(2));
		assertThat(claim.texts(3)).containsExactly("low");
	}

	@Test
	void treatsAnUnknownLevelAsTheMiddleOne() {
		this.queue.enqueueJobs(TestQueue.job("odd", "?1\0body", "0"), TestQueue.job("none", "", "0"));
		assertThat(this.queue.ready(1)).containsExactly("odd", "none");
		assertThat(this.queue.claim("w", 1, 5).texts(3)).containsExactly("odd", "none");
	}

	@Test
	void answersARepeatedClaimWithWhatIsStillIts() {
		this.queue.enqueue("a", "b", "c", "d");
		ScriptReply first = this.queue.claim("w", 1, 3);
		assertThat(this.queue.claim("w", 1, 3).parts().subList(3, 6)).isEqualTo(first.parts().subList(3, 6));
		this.queue.settle(TestQueue.complete("b", "w:1"));
		assertThat(this.queue.claim("w", 1, 3).texts(3)).containsExactly("a", "c");
		assertThat(this.queue.state("d")).isEqualTo("QUEUED");
	}

	@Test
	void leaseOfARepeatedClaimBeginsAnew() {
		this.queue.enqueue("a");
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(1000));
		this.queue.pass(600);
		assertThat(this.queue.claim(ClaimCall.of("w", 1, 1).lease(1000)).texts(3)).containsExactly("a");
		this.queue.pass(600);
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
	}

	@Test
	void answersOldWhenTheSequenceIsOver() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.complete("a", "w:1"));
		ScriptReply late = this.queue.claim("w", 1, 1);
		assertThat(late.status()).isEqualTo("OLD");
		assertThat(late.number(1)).isEqualTo(1);
		assertThat(this.queue.state("b")).isEqualTo("QUEUED");
	}

	@Test
	void leavesTheSequenceWhenItFoundNothing() {
		assertThat(this.queue.claim("w", 1, 1).status()).isEqualTo("EMPTY");
		this.queue.enqueue("a", "b");
		assertThat(this.queue.claim("w", 1, 1).texts(3)).containsExactly("a");
		assertThat(this.queue.claim("w", 1, 1).texts(3)).as("late copy of the first").containsExactly("a");
	}

	@Test
	void leavesTheSequenceWhenPaused() {
		this.queue.enqueue("a");
		this.queue.redis().hset(this.queue.key("m"), "p", "1");
		assertThat(this.queue.claim("w", 1, 1).status()).isEqualTo("PAUSED");
		this.queue.redis().hdel(this.queue.key("m"), "p");
		assertThat(this.queue.claim("w", 1, 1).texts(3)).containsExactly("a");
	}

	@Test
	void promotesWhileTheQueueIsPaused() {
		this.queue.enqueue("+1", new String[] { "a" });
		this.queue.redis().hset(this.queue.key("m"), "p", "1");
		this.queue.pass(2);
		assertThat(this.queue.claim("w", 1, 1).status()).isEqualTo("PAUSED");
		assertThat(this.queue.state("a")).isEqualTo("QUEUED");
	}

	@Test
	void tellsWhenTheNextJobIsDue() {
		assertThat(this.queue.claim("w", 1, 1).number(2)).isEqualTo(-1);
		this.queue.enqueue("+60000", new String[] { "a" });
		assertThat(this.queue.claim("w", 1, 1).number(2)).isBetween(59_000L, 60_000L);
		this.queue.enqueue("+1", new String[] { "b" });
		this.queue.pass(2);
		assertThat(this.queue.claim("w", 1, 1).texts(3)).containsExactly("b");
		assertThat(this.queue.claim("w", 2, 1).number(2)).as("the lease ends first").isBetween(29_000L, 30_000L);
	}

	@Test
	void promotesNoMoreThanTwoHundredJobsAtATime() {
		String[] ids = IntStream.range(0, 450).mapToObj((k) -> "j" + k).toArray(String[]::new);
		this.queue.enqueue("+1", ids);
		this.queue.pass(2);
		ScriptReply claim = this.queue.claim("w", 1, 100);
		assertThat(claim.number(2)).as("more is due").isZero();
		assertThat(this.queue.redis().zcard(this.queue.key("d"))).isEqualTo(250);
		this.queue.claim("w", 2, 100);
		this.queue.claim("w", 3, 100);
		assertThat(this.queue.redis().zcard(this.queue.key("d"))).isZero();
		assertThat(this.queue.counter("promoted")).isEqualTo(450);
	}

	@Test
	void runsAJobOnceThatWasCancelledAndEnqueuedAgain() {
		this.queue.enqueue("a", "b");
		assertThat(this.queue.cancel("a")).isTrue();
		this.queue.enqueue("producer-2", 1, "check", TestQueue.job("a", TestQueue.record(1, 0, "again"), "0"));
		assertThat(this.queue.ready(1)).containsExactly("a", "b", "a");
		this.queue.audit();
		ScriptReply claim = this.queue.claim("w", 1, 10);
		assertThat(claim.texts(3)).containsExactly("b", "a");
		assertThat(claim.texts(4).get(1)).endsWith("again");
		assertThat(this.queue.redis().exists(this.queue.key("z"))).isZero();
		assertThat(this.queue.counter("tombstones")).isZero();
	}

	@Test
	void dropsAsManyHintsAsJobsWereTakenOut() {
		for (int k = 1; k <= 3; k++) {
			this.queue.enqueue("p", k, "check", TestQueue.job("a", TestQueue.record(k % 2, 0, ""), "0"));
			assertThat(this.queue.delete("a")).isTrue();
		}
		this.queue.enqueue("b");
		assertThat(this.queue.claim("w", 1, 2).texts(3)).containsExactly("b");
		this.queue.enqueue("p", 4, "check", TestQueue.job("a", TestQueue.record(1, 0, ""), "+1"));
		this.queue.pass(2);
		assertThat(this.queue.claim("w", 2, 2).texts(3)).containsExactly("a");
	}

	@Test
	void neverTakesARunningJobFromItsOwner() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		this.queue.redis().rpush(this.queue.key("r1"), "a", "a", "no job");
		assertThat(this.queue.claim("v", 1, 5).status()).isEqualTo("EMPTY");
		assertThat(this.queue.redis().hget(this.queue.key("i"), "a")).isEqualTo("w:1");
	}

	@Test
	void takesAJobOnceWhenItIsHintedTwice() {
		this.queue.enqueue("a");
		this.queue.redis().rpush(this.queue.key("r1"), "a");
		assertThat(this.queue.claim("w", 1, 5).texts(3)).containsExactly("a");
	}

	@Test
	void leasesJobsBehindHundredsOfTombstones() {
		String[] ids = IntStream.range(0, 498).mapToObj((k) -> "j" + k).toArray(String[]::new);
		this.queue.enqueue(ids);
		List.of(ids).forEach(this.queue::cancel);
		this.queue.enqueue("a", "b");
		assertThat(this.queue.claim(ClaimCall.of("w", 1, 100).lease(1)).texts(3)).containsExactly("a", "b");
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 1, 5).texts(3)).as("recovered").containsExactly("a", "b");
	}

	@Test
	void comesBackAtOnceForWhatIsBehindTooManyTombstones() {
		String[] ids = IntStream.range(0, 700).mapToObj((k) -> "j" + k).toArray(String[]::new);
		this.queue.enqueue("first");
		this.queue.enqueue(ids);
		List.of(ids).forEach(this.queue::cancel);
		this.queue.enqueue("last");
		ScriptReply claim = this.queue.claim(ClaimCall.of("w", 1, 100).lease(1));
		assertThat(claim.texts(3)).containsExactly("first");
		assertThat(claim.number(2)).isZero();
		this.queue.audit();
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 1, 5).texts(3)).containsExactly("first", "last");
	}

	@Test
	void turnsToTheOtherLevelsWhenTheFirstIsEmpty() {
		this.queue.enqueueJobs(TestQueue.job("low", TestQueue.record(2, 0, ""), "0"),
				TestQueue.job("normal", TestQueue.record(1, 0, ""), "0"),
				TestQueue.job("high", TestQueue.record(0, 0, ""), "0"));
		assertThat(this.queue.claim("w", 1, 3).texts(3)).containsExactly("high", "normal", "low");
	}

	@Test
	void jobKeepsItsLevelWhateverBringsItBack() {
		this.queue.enqueueJobs(TestQueue.job("retried", TestQueue.record(2, 0, ""), "0"),
				TestQueue.job("released", TestQueue.record(2, 0, ""), "0"),
				TestQueue.job("parked", TestQueue.record(2, 0, ""), "0"),
				TestQueue.job("buried", TestQueue.record(2, 0, ""), "0"),
				TestQueue.job("lost", TestQueue.record(2, 0, ""), "0"));
		this.queue.claim(ClaimCall.of("w", 1, 5).lease(1));
		this.queue.settle(TestQueue.retry("retried", "w:1", 0), TestQueue.release("released", "w:1", true),
				TestQueue.park("parked", "w:1", 0), TestQueue.bury("buried", "w:1"));
		this.queue.retryDead("buried");
		this.queue.pass(2);
		this.queue.claim("v", 1, 0);
		assertThat(this.queue.ready(2)).containsExactlyInAnyOrder("retried", "released", "parked", "buried", "lost");
	}

}
