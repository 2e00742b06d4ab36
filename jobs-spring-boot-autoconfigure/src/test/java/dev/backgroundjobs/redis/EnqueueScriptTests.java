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
 * What enqueue promises.
 */
class EnqueueScriptTests {

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
	void writesLevelAndTimesIntoTheRecordAndLeavesTheRestAlone() {
		String record = TestQueue.record(1, TestQueue.RETAINED, "\0\u00ff{}");
		long now = this.queue.enqueueJobs(TestQueue.job("a", record, "0")).number(1);
		String stored = this.queue.stored("a");
		assertThat(stored).startsWith("11\u0001").hasSize(record.length() + 12).endsWith("\0\u00ff{}");
		assertThat(TestQueue.due(stored)).isEqualTo(now);
		assertThat(TestQueue.enqueuedAt(stored)).isEqualTo(now);
		assertThat(this.queue.redis().hget(this.queue.key("m"), "v")).isEqualTo("1");
	}

	@Test
	void takesDueTimesRelativeAndAbsoluteAndThoseInThePastAsNow() {
		long before = this.queue.now();
		long now = this.queue
			.enqueueJobs(TestQueue.job("relative", TestQueue.record(1, 0, ""), "+5000"),
					TestQueue.job("absolute", TestQueue.record(1, 0, ""), "@" + (before + 90_000)),
					TestQueue.job("past", TestQueue.record(1, 0, ""), "@" + (before - 90_000)))
			.number(1);
		assertThat(TestQueue.due(this.queue.stored("relative"))).isEqualTo(now + 5000);
		assertThat(TestQueue.due(this.queue.stored("absolute"))).isEqualTo(before + 90_000);
		assertThat(TestQueue.due(this.queue.stored("past"))).isEqualTo(now);
		assertThat(this.queue.state("relative")).isEqualTo("SCHEDULED");
		assertThat(this.queue.state("absolute")).isEqualTo("SCHEDULED");
		assertThat(this.queue.state("past")).isEqualTo("QUEUED");
		assertThat(this.queue.redis().hget(this.queue.key("m"), "nx")).isEqualTo(String.valueOf(now + 5000));
	}

	@Test
	void keepsOneListALevel() {
		this.queue.enqueueJobs(TestQueue.job("low", TestQueue.record(2, 0, ""), "0"),
				TestQueue.job("first", TestQueue.record(1, 0, ""), "0"),
				TestQueue.job("high", TestQueue.record(0, 0, ""), "0"),
				TestQueue.job("second", TestQueue.record(1, 0, ""), "0"));
		assertThat(this.queue.ready(0)).containsExactly("high");
		assertThat(this.queue.ready(1)).containsExactly("first", "second");
		assertThat(this.queue.ready(2)).containsExactly("low");
		assertThat(this.queue.claim("w", 1, 10).texts(3)).containsExactly("high", "first", "second", "low");
	}

	@Test
	void appliesABatchOnceEvenAfterItsJobsHaveEnded() {
		String[] job = TestQueue.job("a", TestQueue.record(1, 0, ""), "0");
		assertThat(this.queue.enqueue("p", 1, "", job).status()).isEqualTo("OK");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.complete("a", "w:1"));
		ScriptReply repeated = this.queue.enqueue("p", 1, "", job);
		assertThat(repeated.status()).isEqualTo("DUP");
		assertThat(repeated.number(1)).isEqualTo(1);
		assertThat(this.queue.state("a")).isEqualTo("none");
	}

	@Test
	void appliesNothingOfABatchWhosePredecessorIsMissing() {
		this.queue.enqueue("p", 1, "", TestQueue.job("a", TestQueue.record(1, 0, ""), "0"));
		ScriptReply early = this.queue.enqueue("p", 3, "", TestQueue.job("c", TestQueue.record(1, 0, ""), "0"));
		assertThat(early.status()).isEqualTo("GAP");
		assertThat(early.number(1)).isEqualTo(1);
		assertThat(this.queue.state("c")).isEqualTo("none");
		assertThat(this.queue.enqueue("stranger", 2, "").status()).isEqualTo("GAP");
		assertThat(this.queue.enqueue("p", 2, "").status()).isEqualTo("OK");
	}

	@Test
	void turnsTheLateCopyOfAnAbandonedBatchIntoADuplicate() {
		String[] job = TestQueue.job("a", TestQueue.record(1, 0, ""), "0");
		assertThat(this.queue.enqueue("p", 1, "").status()).isEqualTo("OK");
		assertThat(this.queue.enqueue("p", 1, "", job).status()).isEqualTo("DUP");
		ScriptReply repeated = this.queue.enqueue("p", 1, "");
		assertThat(repeated.status()).isEqualTo("DUP");
		assertThat(repeated.number(2)).as("it was applied empty").isOne();
		assertThat(this.queue.enqueue("p", 2, "", TestQueue.job("b", TestQueue.record(1, 0, ""), "0")).status())
			.isEqualTo("OK");
		assertThat(this.queue.state("a")).isEqualTo("none");
	}

	@Test
	void tellsThatAnAbandonedBatchWasApplied() {
		this.queue.enqueue("p", 1, "", TestQueue.job("a", TestQueue.record(1, 0, ""), "0"));
		ScriptReply reply = this.queue.enqueue("p", 1, "");
		assertThat(reply.status()).isEqualTo("DUP");
		assertThat(reply.number(2)).isZero();
		assertThat(this.queue.state("a")).isEqualTo("QUEUED");
	}

	@Test
	void takesAnEmptyBatchThatChecksIds() {
		assertThat(this.queue.enqueue("p", 1, "check").status()).isEqualTo("OK");
	}

	@Test
	void refusesIdsThatExistInWhateverStateAndTakesTheOthers() {
		this.queue.enqueue("running", "dead", "kept");
		this.queue.claim("w", 1, 3);
		this.queue.settle(TestQueue.bury("dead", "w:1"),
				TestQueue.keep("kept", "w:1", 60_000, this.queue.stored("kept")));
		this.queue.enqueue("queued");
		this.queue.enqueue("+60000", new String[] { "scheduled" });
		ScriptReply reply = check(1, "running", "dead", "kept", "queued", "scheduled", "new", "new");
		assertThat(reply.status()).isEqualTo("OK");
		assertThat(reply.texts(2)).containsExactly("running", "dead", "kept", "queued", "scheduled", "new");
		assertThat(this.queue.state("new")).isEqualTo("QUEUED");
		assertThat(this.queue.counter("enqueued")).isEqualTo(6);
	}

	@Test
	void takesAnIdAgainWhenItsJobHasGone() {
		check(1, "a");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.complete("a", "w:1"));
		assertThat(check(2, "a").texts(2)).isEmpty();
		assertThat(this.queue.claim("w", 2, 5).texts(3)).containsExactly("a");
	}

	@Test
	void refusesABatchForWhichThereIsNoRoomAndTakesAllOfOneThatFits() {
		this.queue.enqueue("running", "dead", "kept");
		this.queue.claim("w", 1, 3);
		this.queue.settle(TestQueue.bury("dead", "w:1"),
				TestQueue.keep("kept", "w:1", 60_000, this.queue.stored("kept")));
		this.queue.enqueue("queued", "cancelled");
		this.queue.cancel("cancelled");
		this.queue.enqueue("+60000", new String[] { "scheduled" });
		ScriptReply full = upTo(4, 1, "", "a", "b");
		assertThat(full.status()).isEqualTo("FULL");
		assertThat(full.number(1)).as("running, queued and scheduled").isEqualTo(3);
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(upTo(5, 2, "", "a", "b").status()).isEqualTo("OK");
		assertThat(this.queue.counter("enqueued")).isEqualTo(8);
	}

	@Test
	void countsOnlyNewIdsAgainstTheCapacity() {
		this.queue.enqueue("a", "b");
		assertThat(upTo(2, 1, "check", "a", "b", "a").status()).isEqualTo("OK");
		ScriptReply full = upTo(2, 2, "check", "b", "c");
		assertThat(full.status()).isEqualTo("FULL");
		assertThat(full.texts(2)).containsExactly("b");
		assertThat(upTo(2, 3, "check", "c", "c").texts(2)).as("is only new twice").isEmpty();
		assertThat(upTo(3, 4, "check", "b", "c", "c").status()).isEqualTo("OK");
	}

	@Test
	void lateCopyOfARefusedBatchIsADuplicateThatSaysSo() {
		this.queue.enqueue("a");
		assertThat(upTo(1, 1, "", "b").status()).isEqualTo("FULL");
		this.queue.delete("a");
		ScriptReply copy = upTo(1, 1, "", "b");
		assertThat(copy.status()).isEqualTo("DUP");
		assertThat(copy.number(2)).isEqualTo(2);
		assertThat(this.queue.state("b")).isEqualTo("none");
		assertThat(upTo(1, 2, "", "c").status()).isEqualTo("OK");
	}

	@Test
	void onlyCallsAreRefusedByAFullQueue() {
		this.queue.enqueue("a", "dead");
		this.queue.claim("w", 1, 2);
		this.queue.settle(TestQueue.retry("a", "w:1", 0), TestQueue.bury("dead", "w:1"));
		assertThat(upTo(1, 1, "", "b").status()).isEqualTo("FULL");
		this.queue.define("FIRE_ONCE", "ALLOW", "s");
		assertThat(this.queue.fire("s", this.queue.now(), "fired").status()).isEqualTo("OK");
		assertThat(this.queue.retryDead("dead")).isTrue();
		assertThat(upTo(1, 2, "").status()).as("an empty batch").isEqualTo("OK");
		assertThat(this.queue.claim("w", 2, 5).texts(3)).containsExactlyInAnyOrder("a", "fired", "dead");
	}

	@Test
	void isRefusedByAPartitionOfANewerSchema() {
		this.queue.redis().hset(this.queue.key("m"), "v", "2");
		ScriptReply reply = this.queue.enqueueJobs(TestQueue.job("a", TestQueue.record(1, 0, ""), "0"));
		assertThat(reply.status()).isEqualTo("SCHEMA");
		assertThat(reply.text(1)).isEqualTo("2");
		assertThat(this.queue.claim("w", 1, 1).status()).isEqualTo("SCHEMA");
		assertThat(this.queue.settle(TestQueue.complete("a", "w:1")).status()).isEqualTo("SCHEMA");
		assertThat(this.queue.run(RedisScript.RENEW, "1000", "w:1").status()).isEqualTo("SCHEMA");
		assertThat(this.queue.fire("s", 1, "a").status()).isEqualTo("SCHEMA");
		assertThat(this.queue.run(RedisScript.CANCEL, "a", "0").status()).isEqualTo("SCHEMA");
		assertThat(this.queue.run(RedisScript.DELETE, "a").status()).isEqualTo("SCHEMA");
		assertThat(this.queue.run(RedisScript.RETRY_DEAD, "a").status()).isEqualTo("SCHEMA");
	}

	private ScriptReply check(long sequence, String... ids) {
		String[][] jobs = new String[ids.length][];
		for (int i = 0; i < ids.length; i++) {
			jobs[i] = TestQueue.job(ids[i], TestQueue.record(1, 0, "by caller"), "0");
		}
		return this.queue.enqueue("checking", sequence, "check", jobs);
	}

	private ScriptReply upTo(int capacity, long sequence, String mode, String... ids) {
		String[][] jobs = new String[ids.length][];
		for (int i = 0; i < ids.length; i++) {
			jobs[i] = TestQueue.job(ids[i], TestQueue.record(1, 0, "limited"), "0");
		}
		return this.queue.enqueueUpTo(String.valueOf(capacity), "limited", sequence, mode, jobs);
	}

}
