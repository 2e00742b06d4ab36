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

import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What settle promises: only the owner is heard, once.
 */
class SettleScriptTests {

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
	void takesAMixedBatchOfAnyLeasesAndTellsWhatWasStale() {
		this.queue.enqueue("a", "b", "c", "d", "e", "f");
		this.queue.claim("w", 1, 4);
		this.queue.claim("v", 1, 2);
		ScriptReply reply = this.queue.settle(TestQueue.complete("f", "v:1"), TestQueue.retry("a", "w:1", 60_000),
				TestQueue.complete("b", "v:1"), TestQueue.bury("c", "w:1"), TestQueue.complete("none", "w:1"),
				TestQueue.release("e", "v:1", true), TestQueue.park("d", "w:1", 60_000));
		assertThat(reply.texts(2)).containsExactly("3", "5");
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
		assertThat(this.queue.state("b")).isEqualTo("RUNNING");
		assertThat(this.queue.state("c")).isEqualTo("DEAD");
		assertThat(this.queue.state("d")).isEqualTo("RETRYING");
		assertThat(this.queue.state("e")).isEqualTo("QUEUED");
		assertThat(this.queue.state("f")).isEqualTo("none");
	}

	@ParameterizedTest
	@ValueSource(strings = { "m", "j", "r0", "d", "t", "i", "c", "n", "l", "a", "x", "f", "s" })
	void changesNothingWhenAKeyHoldsAnotherType(String name) {
		this.queue.enqueue("a", "b", "c", "d", "e", "f", "g");
		this.queue.claim("w", 1, 7);
		String[][] outcomes = { TestQueue.complete("a", "w:1"), TestQueue.retry("b", "w:1", 60_000),
				TestQueue.bury("c", "w:1"), TestQueue.release("d", "w:1", true),
				TestQueue.keep("e", "w:1", 60_000, this.queue.stored("e")), TestQueue.park("f", "w:1", 60_000),
				TestQueue.snooze("g", "w:1", 60_000) };
		String key = this.queue.key(name);
		boolean there = this.queue.redis().exists(key) == 1;
		if (there) {
			this.queue.redis().rename(key, key + ":kept");
		}
		this.queue.redis().xadd(key, "field", "value");
		assertThatExceptionOfType(RedisCommandExecutionException.class).isThrownBy(() -> this.queue.settle(outcomes))
			.withMessageContaining("WRONGTYPE");
		this.queue.redis().del(key);
		if (there) {
			this.queue.redis().rename(key + ":kept", key);
		}
		assertThat(this.queue.settle(outcomes).texts(2)).isEmpty();
		assertThat(this.queue.claim("w", 2, 5).texts(3)).containsExactly("d");
	}

	@Test
	void takesJobsTogetherThatEndedAlike() {
		this.queue.enqueue("a", "b", "c", "d", "e");
		this.queue.claim("w", 1, 5);
		this.queue.settle(TestQueue.bury("c", "w:1"));
		ScriptReply reply = this.queue.settle(TestQueue.release("e", "w:1", false), TestQueue.complete("a,c,b", "w:1"),
				TestQueue.retry("none,d", "w:1", 60_000));
		assertThat(reply.texts(2)).containsExactly("3", "5");
		assertThat(this.queue.counter("completed")).isEqualTo(2);
		assertThat(this.queue.state("b")).isEqualTo("none");
		assertThat(this.queue.state("c")).isEqualTo("DEAD");
		assertThat(this.queue.state("d")).isEqualTo("RETRYING");
		assertThat(this.queue.state("e")).isEqualTo("QUEUED");
	}

	@Test
	void hearsNothingOfAJobWhoseRecordIsGoneButThatItHasSucceeded() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		this.queue.redis().hdel(this.queue.key("j"), "a", "b");
		ScriptReply reply = this.queue.settle(TestQueue.bury("a", "w:1"), TestQueue.retry("a", "w:1", 0),
				TestQueue.release("a", "w:1", false), TestQueue.complete("a", "w:1"), TestQueue.complete("b", "w:1"));
		assertThat(reply.texts(2)).containsExactly("1", "2", "3");
	}

	@Test
	void hearsTheOwnerBesideAnEarlierOneInOneBatch() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.release("a", "w:1", true));
		this.queue.claim("w", 2, 1);
		ScriptReply reply = this.queue.settle(TestQueue.complete("a", "w:1"), TestQueue.retry("a", "w:2", 60_000),
				TestQueue.complete("a", "w:2"));
		assertThat(reply.texts(2)).containsExactly("1", "3");
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
	}

	@Test
	void changesNothingWhenItIsRepeated() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		String[][] outcomes = { TestQueue.complete("a", "w:1"), TestQueue.retry("b", "w:1", 0) };
		assertThat(this.queue.settle(outcomes).texts(2)).isEmpty();
		assertThat(this.queue.settle(outcomes).texts(2)).containsExactly("1", "2");
		assertThat(this.queue.claim("w", 2, 5).texts(3)).containsExactly("b");
		assertThat(this.queue.settle(outcomes).texts(2)).as("another lease now").containsExactly("1", "2");
		assertThat(this.queue.counter("completed")).isEqualTo(1);
		assertThat(this.queue.counter("retried")).isEqualTo(1);
	}

	@Test
	void takesTheFirstOfTwoOutcomesOfOneJobInABatch() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		ScriptReply reply = this.queue.settle(TestQueue.complete("a", "w:1"), TestQueue.retry("a", "w:1", 0));
		assertThat(reply.texts(2)).containsExactly("2");
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.renew(30_000, "w:1")).as("b still runs").isEmpty();
	}

	@Test
	void endsALeaseWithItsLastOpenJobInWhateverOrder() {
		this.queue.enqueue("a", "b", "c");
		this.queue.claim("w", 1, 3);
		this.queue.settle(TestQueue.complete("c", "w:1"));
		this.queue.settle(TestQueue.complete("c", "w:1"), TestQueue.release("a", "w:1", false));
		assertThat(this.queue.redis().hget(this.queue.key("n"), "w:1")).isEqualTo("1");
		assertThat(this.queue.renew(30_000, "w:1")).isEmpty();
		this.queue.settle(TestQueue.complete("b", "w:1"));
		assertThat(this.queue.renew(30_000, "w:1")).containsExactly("w:1");
		for (String key : new String[] { "l", "c", "n", "i" }) {
			assertThat(this.queue.redis().exists(this.queue.key(key))).as(key).isZero();
		}
	}

	@Test
	void remembersAFailedAttemptAndTriesAgainWhenDue() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		long now = this.queue.settle(TestQueue.retry("a", "w:1", 5)).number(1);
		assertThat(TestQueue.due(this.queue.stored("a"))).isEqualTo(now + 5);
		assertThat(TestQueue.enqueuedAt(this.queue.stored("a"))).isLessThanOrEqualTo(now);
		assertThat(this.queue.attempts("a", "f")).isEqualTo("1");
		assertThat(this.queue.attempts("a", "e0")).isEqualTo("1 " + now + " boom");
		this.queue.pass(6);
		ScriptReply claim = this.queue.claim("w", 2, 1);
		assertThat(claim.texts(3)).containsExactly("a");
		assertThat(claim.texts(5)).containsExactly("1", "0", "0", "0");
		assertThat(claim.attempt(0)).isEqualTo(2);
	}

	@Test
	void keepsTheLastTenFailures() {
		this.queue.enqueue("a");
		for (int k = 1; k <= 12; k++) {
			assertThat(this.queue.claim("w", k, 1).attempt(0)).isEqualTo(k);
			this.queue.settle(TestQueue.retry("a", "w:" + k, 0));
		}
		assertThat(this.queue.attempts("a", "e0")).startsWith("11 ");
		assertThat(this.queue.attempts("a", "e1")).startsWith("12 ");
		assertThat(this.queue.attempts("a", "e2")).startsWith("3 ");
		assertThat(this.queue.attempts("a", "e9")).startsWith("10 ");
		assertThat(this.queue.redis().hlen(this.queue.key("a"))).isEqualTo(11);
	}

	@Test
	void buriesWithTheFailureAndTheRecordUntouched() {
		this.queue.enqueue("a");
		String record = this.queue.stored("a");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("a", "w:1"));
		assertThat(this.queue.stored("a")).isEqualTo(record);
		assertThat(this.queue.attempts("a", "e0")).endsWith(" the end");
		assertThat(this.queue.counter("buried")).isEqualTo(1);
	}

	@Test
	void releasesToTheFrontInOrderAndCountsOnlyStartedJobs() {
		this.queue.enqueue("a", "b", "c");
		this.queue.claim("w", 1, 2);
		this.queue.settle(TestQueue.release("a", "w:1", false), TestQueue.release("b", "w:1", true));
		ScriptReply claim = this.queue.claim("w", 2, 3);
		assertThat(claim.texts(3)).containsExactly("a", "b", "c");
		assertThat(claim.attempt(0)).isEqualTo(1);
		assertThat(claim.attempt(1)).isEqualTo(2);
		assertThat(this.queue.attempts("b", "f")).as("no retry used").isEqualTo("null");
	}

	@Test
	void parksWithAReasonAndWithoutUsingARetry() {
		this.queue.enqueue("a");
		long due = TestQueue.due(this.queue.stored("a"));
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.park("a", "w:1", 0));
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
		assertThat(this.queue.attempts("a", "w")).startsWith("UNKNOWN_JOB ");
		assertThat(TestQueue.due(this.queue.stored("a"))).as("from here on its patience counts").isEqualTo(due);
		ScriptReply claim = this.queue.claim("w", 2, 1);
		assertThat(claim.texts(5)).containsExactly("0", "0", "0", "1");
		assertThat(claim.attempt(0)).isEqualTo(1);
		this.queue.settle(TestQueue.retry("a", "w:2", 60_000));
		assertThat(this.queue.attempts("a", "w")).as("it could be run").isEqualTo("null");
	}

	@Test
	void snoozesUntilItsTimeWithoutUsingARetry() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		this.queue.settle(TestQueue.park("a", "w:1", 0), TestQueue.retry("b", "w:1", 0));
		this.queue.claim("w", 2, 2);
		long now = this.queue.settle(TestQueue.snooze("a", "w:2", 5), TestQueue.snooze("b", "w:2", 60_000)).number(1);
		assertThat(this.queue.state("a")).isEqualTo("SCHEDULED");
		assertThat(this.queue.find("b").number(2)).isEqualTo(now + 60_000);
		assertThat(TestQueue.due(this.queue.stored("b"))).isEqualTo(now + 60_000);
		assertThat(this.queue.attempts("a", "w")).as("it could be run").isEqualTo("null");
		assertThat(this.queue.attempts("b", "f")).as("retries, as before").isEqualTo("1");
		assertThat(this.queue.settle(TestQueue.snooze("a", "w:2", 5)).texts(2)).as("repeated").containsExactly("1");
		assertThat(this.queue.counter("snoozed")).isEqualTo(2);
		this.queue.pass(6);
		ScriptReply claim = this.queue.claim("w", 3, 2);
		assertThat(claim.texts(3)).containsExactly("a");
		assertThat(claim.attempt(0)).isEqualTo(2);
	}

	@Test
	void snoozedJobThatIsDueBeforeAllOthersWakesAContainer() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		this.queue.enqueue("+60000", new String[] { "later" });
		this.queue.claim(ClaimCall.of("w", 2, 1).channel("idle"));
		this.queue.settle(TestQueue.snooze("a", "w:1", 30_000));
		assertThat(this.queue.redis().exists(this.queue.key("w"))).as("containers that wait").isZero();
	}

	@Test
	void snoozedStepKeepsItsPlaceInItsChain() {
		this.queue.enqueueJobs(Chain.of("mail~0~a", "mail~0~b").jobs());
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.snooze("a", "w:1", 0));
		assertThat(this.queue.state("b")).isEqualTo("WAITING");
		this.queue.claim("w", 2, 1);
		this.queue.settle(Chain.proceed("a", "w:2", "result"));
		assertThat(this.queue.claim("w", 3, 5).texts(3)).containsExactly("b");
	}

	@Test
	void remembersSinceWhenNobodyHasKnownAJob() {
		this.queue.enqueue("a", "b");
		assertThat(this.queue.claim("w", 1, 2).texts(8)).isEmpty();
		long first = this.queue.settle(TestQueue.unknown("a", "w:1", 0), TestQueue.park("b", "w:1", 0)).number(1);
		this.queue.pass(5);
		ScriptReply again = this.queue.claim("w", 2, 2);
		assertThat(again.texts(8)).containsExactly(String.valueOf(first), "null");
		this.queue.settle(TestQueue.unknown("a", "w:2", 0), TestQueue.unknown("b", "w:2", 0));
		assertThat(this.queue.claim("w", 3, 2).texts(8).get(0)).as("the first time").isEqualTo(String.valueOf(first));
		this.queue.settle(TestQueue.park("a", "w:3", 0), TestQueue.release("b", "w:3", true));
		assertThat(this.queue.attempts("a", "p")).as("it is known, and waits for something else").isEqualTo("null");
		assertThat(this.queue.attempts("b", "p")).as("it ran").isEqualTo("null");
		this.queue.claim("w", 4, 2);
		this.queue.settle(TestQueue.unknown("a", "w:4", 0), TestQueue.unknown("b", "w:4", 0));
		this.queue.claim("w", 5, 2);
		this.queue.settle(TestQueue.retry("a", "w:5", 0), TestQueue.bury("b", "w:5"));
		assertThat(this.queue.attempts("a", "p")).as("it ran").isEqualTo("null");
		assertThat(this.queue.attempts("b", "p")).as("a retry by hand begins anew").isEqualTo("null");
	}

	@Test
	void forgetsTheAttemptsOfACompletedJob() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		this.queue.settle(TestQueue.retry("a", "w:1", 0), TestQueue.retry("b", "w:1", 0));
		this.queue.claim("w", 2, 2);
		this.queue.settle(TestQueue.complete("a", "w:2"));
		assertThat(this.queue.redis().hkeys(this.queue.key("a"))).containsExactlyInAnyOrder("b:f", "b:e0");
	}

	@Test
	void keepsACompletedJobUntilItsTimeIsOver() {
		this.queue.enqueue("a");
		long claimed = this.queue.claim("w", 1, 1).number(1);
		this.queue.settle(TestQueue.park("a", "w:1", 0));
		claimed = Math.max(claimed, this.queue.claim("w", 2, 1).number(1));
		String record = this.queue.stored("a") + "kept";
		long ended = this.queue.settle(TestQueue.keep("a", "w:2", 20, record)).number(1);
		ScriptReply found = this.queue.find("a");
		assertThat(found.status()).isEqualTo("SUCCEEDED");
		assertThat(found.text(1)).isEqualTo(record);
		assertThat(found.number(3)).isEqualTo(claimed);
		assertThat(found.number(4)).isEqualTo(ended);
		assertThat(this.queue.attempts("a", "w")).as("it could be run").isEqualTo("null");
		this.queue.audit();
		this.queue.pass(21);
		assertThat(this.queue.claim("w", 3, 1).status()).isEqualTo("EMPTY");
		assertThat(this.queue.state("a")).as("tidied once a minute").isEqualTo("SUCCEEDED");
		this.queue.nextMinute();
		this.queue.claim("w", 3, 1);
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
		assertThat(this.queue.counter("forgotten")).isEqualTo(1);
	}

	@Test
	void takesFiveHundredOutcomesAtOnce() {
		String[] ids = IntStream.range(0, 500).mapToObj((k) -> "j" + k).toArray(String[]::new);
		this.queue.enqueue(ids);
		for (int k = 1; k <= 5; k++) {
			this.queue.claim("w", k, 100);
		}
		assertThat(settleAll(ids, "R", 1)).isEmpty();
		this.queue.audit();
		for (int k = 6; k <= 10; k++) {
			assertThat(this.queue.claim("w", k, 100).texts(3)).hasSize(100);
		}
		String[] again = this.queue.redis().hkeys(this.queue.key("i")).toArray(String[]::new);
		assertThat(settleAll(again, "C", 6)).isEmpty();
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	private List<String> settleAll(String[] ids, String verb, int sequence) {
		String[][] outcomes = IntStream.range(0, ids.length)
			.mapToObj((k) -> new String[] { ids[k], owner(ids[k]), verb, "0", "text" })
			.toArray(String[][]::new);
		assertThat(outcomes[0][1]).isEqualTo("w:" + sequence);
		return this.queue.settle(outcomes).texts(2);
	}

	private String owner(String id) {
		return String.valueOf(this.queue.redis().hget(this.queue.key("i"), id));
	}

}
