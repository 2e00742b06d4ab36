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

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the scripts promise about unique jobs: a lock names its holder, holds as long as
 * that lives in the right state, and is never stuck.
 */
class UniqueScriptTests {

	private static final String HOUR = "3600000";

	private TestQueue queue;

	private long sequence;

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
	void theFirstHoldsTheLockUntilItHasEnded() {
		assertThat(call("a", "Fk", "0 E 1").texts(3)).isEmpty();
		assertThat(call("b", "Fk", "0 E 1").texts(3)).containsExactly("1Ea");
		assertThat(call("c", "Fother", "0 E 1").texts(3)).isEmpty();
		this.queue.claim("w", 1, 1);
		assertThat(call("d", "Fk", "0 E 1").texts(3)).as("it runs").containsExactly("1Ea");
		this.queue.settle(TestQueue.retry("a", "w:1", 60_000));
		assertThat(call("e", "Fk", "0 E 1").texts(3)).as("it is retried").containsExactly("1Ea");
		this.queue.makeDue("t");
		this.queue.claim("w", 2, 2);
		this.queue.settle(UniqueRecord.complete("a", "w:2", this.queue.stored("a")));
		assertThat(lock("k")).isNull();
		assertThat(call("f", "Fk", "0 E 1").texts(3)).isEmpty();
	}

	@Test
	void everyEndOfAJobFreesItsLock() {
		call("cancelled", "F1", "0 E 1");
		this.queue.cancel("cancelled");
		call("deleted", "F2", "+" + HOUR + " E 1");
		this.queue.delete("deleted");
		this.queue.enqueueJobs(TestQueue.job("expired", UniqueRecord.of(TestQueue.expiring(0, 0, 1, ""), "F3"), "0"));
		call("lost", "F4", "0 E 1");
		call("buried", "F5", "0 E 1");
		call("stopped", "F6", "0 E 1");
		this.queue.pass(3);
		this.queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
		this.queue.claim(ClaimCall.of("w", 1, 2).recover(false));
		this.queue.cancel("stopped");
		this.queue.settle(TestQueue.bury("buried", "w:1"), TestQueue.retry("stopped", "w:1", 0));
		this.queue.pass(3);
		this.queue.claim(ClaimCall.of("w", 2, 1).maxLosses(1));
		assertThat(this.queue.state("lost")).isEqualTo("DEAD");
		assertThat(this.queue.redis().hgetall(this.queue.key("u"))).isEmpty();
	}

	@Test
	void aLockUntilTheStartIsFreeOnceItIsClaimed() {
		call("a", "Sk", "+" + HOUR + " E 1");
		assertThat(call("b", "Sk", "0 E 1").texts(3)).containsExactly("1Ea");
		this.queue.makeDue("d");
		this.queue.claim("w", 1, 1);
		assertThat(call("c", "Sk", "0 E 1").texts(3)).isEmpty();
		this.queue.settle(TestQueue.retry("a", "w:1", 60_000));
		assertThat(call("d", "Sk", "0 E 1").texts(3)).as("the first one waits again").containsExactly("1Ec");
		this.queue.delete("a");
		assertThat(call("e", "Sk", "0 E 1").texts(3)).as("it held the lock no more").containsExactly("1Ec");
	}

	@Test
	void aLockWithATimeOutlivesSuccessButNoOtherEnd() {
		call("done", "T1", "0 E " + HOUR);
		call("dead", "T2", "0 E " + HOUR);
		this.queue.claim("w", 1, 2);
		this.queue.settle(UniqueRecord.complete("done", "w:1", this.queue.stored("done")),
				TestQueue.bury("dead", "w:1"));
		assertThat(call("a", "T1", "0 R 1").texts(3)).as("nothing is left to replace").containsExactly("1Edone");
		assertThat(call("b", "T2", "0 E 1").texts(3)).isEmpty();
		this.queue.pass(2);
		assertThat(call("c", "T2", "0 E 1").texts(3)).as("its time is over, though it lives").isEmpty();
	}

	@Test
	void aLockWithATimeGoesOnWhenTheIdOfItsJobIsUsedAgain() {
		call("order-42", "Tk", "0 E " + HOUR);
		this.queue.claim("w", 1, 1);
		this.queue.settle(UniqueRecord.complete("order-42", "w:1", this.queue.stored("order-42")));
		ScriptReply reply = enqueue("", TestQueue.job("order-42", TestQueue.record(1, 0, ""), "0"),
				unique("b", "Tk", "0 E 1"));
		assertThat(reply.texts(3)).as("in the same batch").containsExactly("2Eorder-42");
		assertThat(call("c", "Tk", "0 R 1").texts(3)).as("what has the id now is not replaced")
			.containsExactly("1Eorder-42");
		assertThat(this.queue.state("order-42")).isEqualTo("QUEUED");
	}

	@Test
	void anIdThatIsUsedAgainHoldsNoOtherLock() {
		call("order-42", "Fk", "0 E 1");
		this.queue.redis().hset(this.queue.key("u"), "k2", "order-42");
		assertThat(call("b", "Fk2", "0 E 1").texts(3)).isEmpty();
	}

	@Test
	void whatAnOlderVersionLeavesBehindLocksNobodyOut() {
		bury("dead", "F1");
		call("gone", "F2", "0 E 1");
		this.queue.cancel("gone");
		this.queue.redis().hmset(this.queue.key("u"), Map.of("1", "dead", "2", "gone"));
		assertThat(call("a", "F1", "0 X 1").texts(3)).isEmpty();
		assertThat(call("b", "F2", "0 X 1").texts(3)).isEmpty();
		assertThat(this.queue.redis().hgetall(this.queue.key("u"))).isEqualTo(Map.of("1", "a", "2", "b"));
	}

	@Test
	void ofTheSameIdInOneBatchOneIsAdded() {
		call("holder", "Fk", "0 E 1");
		ScriptReply reply = enqueue("", unique("a", "Fk", "0 E 1"), unique("a", "Fk", "0 E 1"),
				unique("b", "Fl", "0 E 1"), unique("c", "Fl", "0 R 1"), unique("b", "Fl", "0 R 1"));
		assertThat(reply.texts(3)).containsExactlyInAnyOrder("1Eholder", "2Eholder", "4Rb", "5Ib");
		assertThat(this.queue.claim("w", 1, 9).texts(3)).containsExactly("holder", "c");
	}

	@Test
	void whoRefusesLeavesItsWholeBatchOut() {
		call("a", "Fk", "0 E 1");
		ScriptReply reply = enqueue("", TestQueue.job("plain", TestQueue.record(1, 0, ""), "0"),
				unique("b", "Fk", "0 X 1"), unique("c", "Fnew", "0 X 1"), unique("d", "Fnew", "0 X 1"));
		assertThat(reply.parts().stream().map(String::valueOf)).containsExactly("TAKEN", "2", "a", "0", "4", "c", "1");
		assertThat(this.queue.state("plain")).isEqualTo("none");
		ScriptReply late = this.queue.enqueue("p", this.sequence, "unique 1", unique("b", "Fk", "0 X 1"));
		assertThat(late.status()).isEqualTo("DUP");
		assertThat(late.number(2)).as("it was refused").isEqualTo(2);
	}

	@Test
	void replacesWhatWaitsAndNotWhatRuns() {
		call("queued", "F1", "0 E 1");
		enqueue("", TestQueue.job("scheduled", UniqueRecord.of(TestQueue.record(1, TestQueue.RETAINED, ""), "F2"),
				"+" + HOUR + " E 1"));
		ScriptReply reply = enqueue("", unique("a", "F1", "0 R 1"), unique("b", "F2", "0 R 1"),
				unique("c", "F2", "0 R 1"));
		assertThat(reply.texts(3)).containsExactly("1Rqueued", "2Rscheduled", "3Rb");
		assertThat(this.queue.state("queued")).isEqualTo("none");
		assertThat(this.queue.state("scheduled")).isEqualTo("CANCELLED");
		assertThat(this.queue.state("b")).isEqualTo("none");
		assertThat(this.queue.counter("cancelled")).isEqualTo(3);
		assertThat(this.queue.claim("w", 1, 9).texts(3)).containsExactly("a", "c");
		assertThat(call("d", "F1", "0 R 1").texts(3)).as("it runs").containsExactly("1Ea");
	}

	@Test
	void debouncingMovesTheJobThatWaitsAndGivesItTheNewRecord() {
		enqueue("", TestQueue.job("a", UniqueRecord.of(TestQueue.record(0, TestQueue.RETAINED, "old"), "Fk"),
				"+60000 E 1"));
		long enqueued = TestQueue.enqueuedAt(this.queue.stored("a"));
		this.queue.pass(2);
		ScriptReply reply = enqueue("",
				TestQueue.job("b", UniqueRecord.of(TestQueue.record(2, 0, "new"), "Fk"), "+" + HOUR + " D 1"));
		assertThat(reply.texts(3)).containsExactly("1Da");
		String stored = this.queue.stored("a");
		assertThat(stored).startsWith("01\u0005").endsWith("new");
		assertThat(TestQueue.enqueuedAt(stored)).isEqualTo(enqueued);
		assertThat(TestQueue.due(stored)).isEqualTo(reply.number(1) + Long.parseLong(HOUR));
		assertThat(this.queue.find("a").text(2)).isEqualTo(String.valueOf(TestQueue.due(stored)));
		call("c", "Fk", "0 D 1");
		assertThat(TestQueue.due(this.queue.stored("a"))).as("never earlier").isEqualTo(TestQueue.due(stored));
		call("queued", "Fq", "0 E 1");
		call("d", "Fq", "+" + HOUR + " D 1");
		assertThat(this.queue.state("queued")).isEqualTo("SCHEDULED");
		assertThat(this.queue.claim("w", 1, 1).status()).isEqualTo("EMPTY");
	}

	@Test
	void whoHoldsALockIsLookedUpOnceForABatch() {
		call("a", "Fk", "0 E 1");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.retry("a", "w:1", 60_000));
		assertThat(enqueue("", unique("b", "Sk", "0 D 1"), unique("c", "Sk", "0 D 1")).texts(3)).containsExactly("1Da",
				"2Da");
		assertThat(call("d", "Sk", "0 D 1").texts(3)).as("it has started, and is held until that now").isEmpty();
	}

	@Test
	void aRepeatedBatchAnswersTheSameAfterItsJobsHaveGone() {
		call("a", "Fk", "0 E 1");
		String[][] jobs = { unique("b", "Fk", "0 E 1"), unique("c", "Fk", "0 R 1"), unique("d", "Fk", "0 E 1") };
		ScriptReply first = enqueue("", jobs);
		this.queue.cancel("c");
		ScriptReply repeated = this.queue.enqueue("p", this.sequence, "unique 1", jobs);
		assertThat(repeated.status()).isEqualTo("DUP");
		assertThat(repeated.texts(3)).isEqualTo(first.texts(3)).containsExactly("1Ea", "2Ra", "3Ec");
	}

	@Test
	void onlyJobsThatAreAddedNeedRoom() {
		call("a", "Fk", "0 E 1");
		assertThat(enqueue("1", unique("b", "Fk", "0 E 1")).status()).isEqualTo("OK");
		assertThat(enqueue("1", unique("c", "Fk", "0 R 1")).status()).isEqualTo("OK");
		ScriptReply full = enqueue("1", unique("d", "Fk", "0 E 1"), unique("e", "Fother", "0 E 1"));
		assertThat(full.status()).isEqualTo("FULL");
		assertThat(full.texts(2)).containsExactly("d");
		assertThat(lock("other")).isNull();
	}

	@Test
	void aDeadJobGetsItsLockBackOrStaysDead() {
		bury("a", "Fk");
		call("b", "Fk", "0 E 1");
		assertThat(this.queue.retryDead("a")).isFalse();
		assertThat(this.queue.run(RedisScript.DEAD, "retry", "", "", "10", "", "10").texts(6)).isEmpty();
		assertThat(this.queue.state("a")).isEqualTo("DEAD");
		this.queue.cancel("b");
		bury("c", "Fk");
		assertThat(this.queue.run(RedisScript.DEAD, "retry", "", "", "10", "", "10").texts(6))
			.as("one of two with one key")
			.containsExactly("a");
		assertThat(lock("k")).isEqualTo("a");
		assertThat(this.queue.retryDead("c")).isFalse();
		this.queue.delete("a");
		assertThat(this.queue.retryDead("c")).isTrue();
		assertThat(lock("k")).isEqualTo("c");
	}

	@Test
	void locksWhoseTimeIsOverAreTidiedUp() {
		call("done", "T1", "0 E 1");
		call("lives", "T2", "0 E " + HOUR);
		call("waits", "F3", "0 E 1");
		this.queue.claim("w", 1, 1);
		this.queue.settle(UniqueRecord.complete("done", "w:1", this.queue.stored("done")));
		this.queue.pass(2);
		this.queue.nextMinute();
		this.queue.claim("w", 2, 0);
		assertThat(this.queue.redis().hkeys(this.queue.key("u"))).containsExactlyInAnyOrder("2", "3");
	}

	@Test
	void aPageFullOfLocksThatAreOverIsFollowedByTheNextAtOnce() {
		String over = String.valueOf(this.queue.now() - 1);
		Map<String, String> locks = IntStream.range(0, 2000)
			.boxed()
			.collect(Collectors.toMap((k) -> "over-" + k, (k) -> "gone:" + over));
		this.queue.redis().hset(this.queue.key("u"), locks);
		call("lives", "T1", "+" + HOUR + " E " + HOUR);
		this.queue.nextMinute();
		for (int claim = 1; claim <= 40; claim++) {
			this.queue.claim("w", claim, 1);
		}
		assertThat(this.queue.redis().hkeys(this.queue.key("u"))).containsExactly("1");
		assertThat(this.queue.redis().hexists(this.queue.key("m"), "ul")).isFalse();
	}

	@Test
	void aJobThatCanNoLongerBeStartedHoldsNoLockThoughItStillWaits() {
		String mayBeLate = UniqueRecord.of(TestQueue.expiring(1, 0, 0, ""), "Fk");
		enqueue("", TestQueue.job("late", mayBeLate, "+1 E 1"));
		this.queue.pass(2);
		assertThat(this.queue.reschedule("late", "0")).as("it would run beside another one").isZero();
		assertThat(call("a", "Fk", "0 X 1").texts(3)).isEmpty();
		assertThat(lock("k")).isEqualTo("a");
		assertThat(this.queue.claim("w", 1, 9).texts(3)).containsExactly("a");
		assertThat(this.queue.state("late")).isEqualTo("none");
		assertThat(lock("k")).as("what expires leaves it alone").isEqualTo("a");
	}

	@Test
	void aJobThatWasStartedBeforeHoldsItsLockForEver() {
		enqueue("", TestQueue.job("a", UniqueRecord.of(TestQueue.expiring(1, 0, 60_000, ""), "Fk"), "0 E 1"));
		this.queue.claim("w", 1, 1);
		String record = this.queue.stored("a");
		String over = record.substring(0, 15) + "\0".repeat(6) + record.substring(21);
		this.queue.redis().hset(this.queue.key("j"), "a", over);
		assertThat(call("b", "Fk", "0 E 1").texts(3)).as("it runs").containsExactly("1Ea");
		this.queue.settle(TestQueue.retry("a", "w:1", 60_000));
		assertThat(call("c", "Fk", "0 E 1").texts(3)).as("it is retried").containsExactly("1Ea");
		assertThat(this.queue.reschedule("a", "0")).isPositive();
	}

	@Test
	void anEntryThatCannotBeReadLocksNobodyOutAndIsTidiedUp() {
		bury("dead", "F2");
		this.queue.redis().hmset(this.queue.key("u"), Map.of("1", "a:b", "2", "", "3", "gone", "4", ":"));
		assertThat(call("a", "F1", "0 X 1").texts(3)).isEmpty();
		assertThat(lock("1")).isEqualTo("a");
		assertThat(this.queue.retryDead("dead")).isTrue();
		this.queue.nextMinute();
		assertThat(this.queue.claim("w", 1, 9).texts(3)).containsExactlyInAnyOrder("a", "dead");
		assertThat(this.queue.redis().hgetall(this.queue.key("u"))).isEqualTo(Map.of("1", "a", "2", "dead"));
	}

	private void bury(String id, String lock) {
		enqueue("", TestQueue.job(id, UniqueRecord.of(TestQueue.record(0, 0, ""), lock), "0 E 1"));
		String worker = "buries-" + id;
		this.queue.claim(worker, 1, 1);
		this.queue.settle(TestQueue.bury(id, worker + ":1"));
	}

	private ScriptReply call(String id, String lock, String due) {
		return enqueue("", unique(id, lock, due));
	}

	private static String[] unique(String id, String lock, String due) {
		return TestQueue.job(id, UniqueRecord.of(TestQueue.record(1, 0, id), lock), due);
	}

	private ScriptReply enqueue(String capacity, String[]... jobs) {
		return this.queue.enqueueUpTo(capacity, "p", ++this.sequence, "unique 60000", jobs);
	}

	private String lock(String key) {
		return this.queue.redis().hget(this.queue.key("u"), key);
	}

}
