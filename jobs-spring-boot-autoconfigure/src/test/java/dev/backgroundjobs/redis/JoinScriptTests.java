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
import java.util.stream.Stream;

import dev.backgroundjobs.core.QueuePartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A join waits for its children: which mark counts, and what becomes of it.
 */
class JoinScriptTests {

	private final TestQueue queue = new TestQueue();

	private final TestQueue other = this.queue.beside(new QueuePartition("image", 3));

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.other.audit();
		this.queue.close();
	}

	@Test
	void joinIsQueuedWithTheResultsInTheOrderOfTheChildren() {
		enqueue(three("A"));
		assertThat(states("j", "f.c1", "f.c2", "f.c3")).containsExactly("WAITING", "QUEUED", "QUEUED", "QUEUED");
		assertThat(this.queue.claim("w", 1, 10).texts(3)).containsExactly("f.c1", "f.c2", "f.c3");
		this.queue.settle(Chain.proceed("f.c3", "w:1", "3"));
		this.queue.settle(Chain.proceed("f.c1", "w:1", "1"));
		assertThat(states("j")).containsExactly("WAITING");
		this.queue.settle(Chain.proceedAndKeep("f.c2", "w:1", 60_000, "ended", "[2]"));
		assertThat(states("j", "f.c2")).containsExactly("QUEUED", "SUCCEEDED");
		assertThat(this.queue.stored("j")).endsWith("body of mail~0~j([1,[2],3])");
		assertThat(this.queue.claim("w", 2, 10).texts(3)).containsExactly("j");
		this.queue.settle(TestQueue.complete("j", "w:2"));
		nothingIsLeft();
	}

	@Test
	void childrenThatEndInOneBatchCountEach() {
		this.queue.enqueueJobs(three("A").jobs("mail~0~j.2"));
		this.queue.claim("w", 1, 10);
		this.queue.settle(Chain.proceed("f.c1,f.c2,f.c3", "w:1", ""));
		assertThat(this.queue.stored("j")).endsWith("([null,null,null])");
		this.queue.claim("w", 2, 10);
		this.queue.settle(Chain.proceed("j", "w:2", "17"));
		assertThat(this.queue.stored("j.2")).endsWith("(17)");
		assertThat(states("j.2")).containsExactly("QUEUED");
	}

	@Test
	void repeatedMarkCountsOnce() {
		enqueue(three("A"));
		this.queue.claim("w", 1, 10);
		String mark = "j f.c1 =1";
		assertThat(message(1, 0, mark).status()).isEqualTo("OK");
		assertThat(message(1, 0, mark).status()).isEqualTo("DUP");
		assertThat(message(2, 1, mark).status()).isEqualTo("OK");
		this.queue.settle(Chain.proceed("f.c1", "w:1", "other"), Chain.proceed("f.c2", "w:1", "2"));
		assertThat(states("j")).containsExactly("WAITING");
		this.queue.settle(Chain.proceed("f.c3", "w:1", "3"));
		assertThat(this.queue.stored("j")).endsWith("([1,2,3])");
		message(3, 2, "j f.c2 !DELETED");
		assertThat(states("j")).as("a mark that comes after the end").containsExactly("QUEUED");
	}

	@Test
	void marksOfAnEarlierJoinUnderTheSameIdDoNotCount() {
		enqueue(FanOut.of("F", "mail~0~j", "mail~0~new.c1"));
		message(1, 0, "j old.c1 =1");
		message(2, 1, "j old.c1 !DEAD");
		assertThat(states("j")).containsExactly("WAITING");
	}

	@ParameterizedTest
	@CsvSource({ "A,DEAD,WAITING", "F,DEAD,DEAD", "S,DEAD,WAITING", "A,CANCELLED,DEAD", "F,EXPIRED,DEAD",
			"A,DELETED,DEAD", "S,CANCELLED,WAITING", "S,EXPIRED,QUEUED", "S,DELETED,WAITING", "A,DROPPED,DEAD",
			"S,LOST,WAITING", "F,LOST,DEAD", "A,LOST,WAITING", "A,STOPPED,DEAD", "S,STOPPED,WAITING",
			"A,STOPPED_LATE,DEAD", "A,TAKEN,DEAD", "S,PURGED,WAITING", "A,PURGED,DEAD" })
	void failedChild(String policy, String how, String join) {
		FanOut fanOut = three(policy).flagged(TestQueue.RETAINED);
		enqueue(how.equals("EXPIRED") ? fanOut.expiring(1) : fanOut);
		fail(this.queue, "f.c2", how);
		assertThat(states("j")).containsExactly(join);
		if (join.equals("DEAD")) {
			String word = List.of("CANCELLED", "EXPIRED", "DELETED").contains(how) ? how : "";
			assertThat(this.queue.attempts("j", "e0")).startsWith("1 ").contains("CHILD_FAILED\nChild ", word);
			this.queue.retryDead("j");
			assertThat(this.queue.ready(1)).contains("j");
			assertThat(this.queue.stored("j")).endsWith("([null,null,null])");
		}
		else if (policy.equals("S") && join.equals("WAITING")) {
			this.queue.claim(ClaimCall.of("v", 90, 10));
			this.queue.settle(Chain.proceed("f.c1", "v:90", "1"));
			this.queue.settle(Chain.proceed("f.c3", "v:90", "3"));
			assertThat(states("j")).containsExactly("QUEUED");
			assertThat(this.queue.stored("j")).endsWith("([1,null,3])");
		}
	}

	private static void fail(TestQueue queue, String child, String how) {
		switch (how) {
			case "CANCELLED" -> assertThat(queue.cancel(child)).isTrue();
			case "DELETED" -> assertThat(queue.delete(child)).isTrue();
			case "EXPIRED" -> {
				queue.pass(3);
				// the first of them to be met
				queue.claim("w", 1, 1);
			}
			default -> {
				queue.redis().lrem(queue.key("r1"), 0, child);
				queue.redis().lpush(queue.key("r1"), child);
				boolean lost = List.of("LOST", "TAKEN").contains(how);
				ClaimCall claim = ClaimCall.of("w", 1, 1);
				assertThat(queue.claim(lost ? claim.lease(1) : claim).texts(3)).containsExactly(child);
				end(queue, child, how);
			}
		}
	}

	private static void end(TestQueue queue, String child, String how) {
		if (how.startsWith("STOPPED") || how.equals("TAKEN")) {
			assertThat(queue.askToCancel(child)).isEqualTo(2);
		}
		switch (how) {
			case "STOPPED" -> queue.settle(TestQueue.cancelled(child, "w:1", 60_000));
			case "STOPPED_LATE" -> queue.settle(Chain.proceed(child, "w:1", "2"));
			case "TAKEN" -> {
				queue.pass(2);
				queue.claim("w", 2, 0);
			}
			case "LOST" -> {
				queue.pass(2);
				queue.claim(ClaimCall.of("w", 2, 0).maxLosses(1));
				assertThat(queue.state(child)).isEqualTo("DEAD");
			}
			default -> {
				queue.settle(TestQueue.bury(child, "w:1"));
				remove(queue, child, how);
			}
		}
	}

	private static void remove(TestQueue queue, String child, String how) {
		if (how.equals("DROPPED")) {
			queue.pass(2);
			queue.nextMinute();
			queue.claim(ClaimCall.of("w", 2, 0).keepDead(1));
			assertThat(queue.state(child)).isEqualTo("none");
		}
		else if (how.equals("PURGED")) {
			queue.run(RedisScript.DEAD, "delete", "", "", "500", "", "500", "0");
			assertThat(queue.state(child)).isEqualTo("none");
		}
	}

	@Test
	void deadChildThatIsRetriedBringsTheJoinOn() {
		enqueue(FanOut.of("A", "mail~0~j", "mail~0~f.c1"));
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("f.c1", "w:1"));
		this.queue.retryDead("f.c1");
		this.queue.claim("w", 2, 1);
		this.queue.settle(Chain.proceed("f.c1", "w:2", "1"));
		assertThat(this.queue.stored("j")).endsWith("([1])");
	}

	@ParameterizedTest
	@ValueSource(strings = { "A", "F", "S" })
	void deadlineEndsTheWait(String policy) {
		enqueue(three(policy).within(20));
		this.queue.claim("w", 1, 1);
		this.queue.settle(Chain.proceed("f.c1", "w:1", "1"));
		this.queue.claim("w", 2, 0);
		assertThat(states("j")).as("before the deadline").containsExactly("WAITING");
		this.queue.pass(21);
		this.queue.claim("w", 2, 0);
		assertThat(states("j")).containsExactly(policy.equals("S") ? "QUEUED" : "DEAD");
		assertThat(this.queue.stored("j")).endsWith("([1,null,null])");
		assertThat(this.queue.attempts("j", "e0").contains("DEADLINE_PASSED\n2 of 3")).isEqualTo(!policy.equals("S"));
		this.queue.claim("w", 2, 2);
		this.queue.settle(Chain.proceed("f.c2", "w:2", "2"), Chain.proceed("f.c3", "w:2", "3"));
		assertThat(this.queue.stored("j")).as("after the end").endsWith("([1,null,null])");
	}

	@ParameterizedTest
	@CsvSource({ "-5000,20", "0,20", "30,50" })
	void deadlineBeginsWhenTheChildrenAreDue(long due, long ends) {
		FanOut fanOut = three("A").within(20);
		double before = this.queue.now();
		enqueue((due < 0) ? fanOut.dueAt(1) : fanOut.dueIn(due));
		assertThat(this.queue.redis().zscore(this.queue.key("jd"), "j")).isBetween(before + ends,
				this.queue.now() + (double) ends);
	}

	@ParameterizedTest
	@ValueSource(strings = { "completes", "passes" })
	void jobThatHasTheIdOfAJoinWhichOthersTookOutIsLeftAlone(String how) {
		enqueue(FanOut.of("A", "mail~0~j", "mail~0~f.c1").within(20));
		this.queue.claim("w", 1, 1);
		// as an earlier version deletes it, which knows no joins
		this.queue.redis().hdel(this.queue.key("j"), "j");
		this.queue.redis().hdel(this.queue.key("wt"), "j");
		this.queue.redis().hincrby(this.queue.key("s"), "deleted", 1);
		if (how.equals("completes")) {
			this.queue.settle(Chain.proceed("f.c1", "w:1", "1"));
			assertThat(this.queue.state("j")).isEqualTo("none");
		}
		else {
			this.queue.enqueue("j");
			String record = this.queue.stored("j");
			this.queue.pass(21);
			this.queue.claim("w", 2, 0);
			assertThat(this.queue.stored("j")).isEqualTo(record);
			assertThat(this.queue.ready(1)).containsExactly("j");
		}
		assertThat(this.queue.redis().exists(this.queue.key("jn"), this.queue.key("jd"))).isZero();
	}

	@Test
	void deadlineIsNotMissedBehindOtherTimes() {
		enqueue(three("S").within(20));
		this.queue.enqueue("+5000", new String[] { "later" });
		this.queue.claim("w", 1, 3);
		this.queue.pass(21);
		this.queue.claim("w", 2, 0);
		assertThat(states("j")).containsExactly("QUEUED");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cancel", "delete" })
	void joinThatIsTakenOutHearsOfItsChildrenNoMore(String how) {
		this.queue.enqueueJobs(three("A").flagged(TestQueue.RETAINED).jobs("mail~0~j.2"));
		assertThat(how.equals("cancel") ? this.queue.cancel("j") : this.queue.delete("j")).isTrue();
		assertThat(states("j", "j.2")).containsExactly(how.equals("cancel") ? "CANCELLED" : "none", "CANCELLED");
		this.queue.claim("w", 1, 3);
		this.queue.settle(Chain.proceed("f.c1,f.c2,f.c3", "w:1", ""));
		assertThat(states("j")).containsExactly(how.equals("cancel") ? "CANCELLED" : "none");
		assertThat(this.queue.redis().exists(this.queue.key("jn"), this.queue.key("jd"))).isZero();
	}

	@Test
	void resultsThatAreTooLargeTogetherAreAFailure() {
		enqueue(three("S"));
		this.queue.claim("w", 1, 3);
		String large = "x".repeat(150_000);
		this.queue.settle(Chain.proceed("f.c1", "w:1", large));
		this.queue.settle(Chain.proceed("f.c2", "w:1", large), Chain.proceed("f.c3", "w:1", "3"));
		assertThat(this.queue.stored("j")).endsWith("xxx,null,3])");
	}

	@Test
	void fanOutIsEnqueuedAsAWholeOrNotAtAll() {
		enqueue(FanOut.of("A", "mail~0~j", "mail~0~f.c1"));
		String[][] again = FanOut.of("A", "mail~0~j", "mail~0~g.c1", "image~3~g.c2").jobs("mail~0~j.2");
		assertThat(this.queue.enqueue("p", 1, "check", again).texts(2)).containsExactly("j", "g.c1", "g.c2", "j.2");
		assertThat(states("g.c1", "j.2")).containsOnly("none");
		assertThat(Message.read(this.queue)).isEmpty();
		assertThat(this.queue.enqueueUpTo("2", "q", 1, "", three("A").jobs()).status()).isEqualTo("FULL");
	}

	@Test
	void childrenOfAnotherPartitionGoThereAndTheirMarksComeBack() {
		enqueue(FanOut.of("F", "mail~0~j", "mail~0~f.c1", "image~3~f.c2", "image~3~f.c3").dueIn(30));
		Message children = Message.read(this.queue).get(0);
		assertThat(states("f.c2", "f.c1")).containsExactly("WAITING", "SCHEDULED");
		assertThat(this.queue.claim("w", 1, 0).number(10)).isOne();
		assertThat(children.target()).isEqualTo("image~3");
		assertThat(children.to(this.other, this.queue, true).status()).isEqualTo("OK");
		assertThat(children.to(this.other, this.queue, true).status()).isEqualTo("DUP");
		this.queue.run(RedisScript.RELAY, "done", children.number());
		assertThat(this.other.state("f.c2")).isEqualTo("SCHEDULED");
		this.queue.pass(31);
		this.queue.claim("w", 1, 3);
		this.queue.settle(Chain.proceed("f.c1", "w:1", "1"));
		assertThat(this.other.claim("v", 1, 3).texts(3)).containsExactly("f.c2", "f.c3");
		assertThat(this.other.settle(Chain.proceed("f.c2", "v:1", "2"), Chain.proceed("f.c3", "v:1", "3")).number(4))
			.isOne();
		Message marks = Message.read(this.other).get(0);
		assertThat(marks.to(this.queue, this.other, true).status()).isEqualTo("OK");
		assertThat(marks.to(this.queue, this.other, true).status()).isEqualTo("DUP");
		assertThat(this.queue.stored("j")).endsWith("([1,2,3])");
		this.other.run(RedisScript.RELAY, "done", marks.number());
	}

	@ParameterizedTest
	@ValueSource(strings = { "DEAD", "CANCELLED", "DELETED", "EXPIRED", "LOST", "PURGED", "DROPPED" })
	void failureOfAChildElsewhereComesBack(String how) {
		enqueue(FanOut.of("F", "mail~0~j", "image~3~f.c1").expiring(how.equals("EXPIRED") ? 1 : 0));
		Message children = Message.read(this.queue).get(0);
		children.to(this.other, this.queue, true);
		this.queue.run(RedisScript.RELAY, "done", children.number());
		fail(this.other, "f.c1", how);
		Message mark = Message.read(this.other).get(0);
		mark.to(this.queue, this.other, true);
		assertThat(states("j")).containsExactly("DEAD");
		Message.read(this.other).forEach((more) -> {
			more.to(this.queue, this.other, true);
			this.other.run(RedisScript.RELAY, "done", more.number());
		});
	}

	@Test
	void jobsInNoFanOutReadNothingOfJoins() {
		this.queue.enqueue("x");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.complete("x", "w:1"));
		this.queue.enqueueJobs(Chain.of("mail~0~a", "mail~0~a.2").jobs());
		this.queue.claim("w", 2, 1);
		this.queue.settle(Chain.proceed("a", "w:2", ""));
		nothingIsLeft();
		assertThat(this.queue.redis().hexists(this.queue.key("m"), "jo")).isFalse();
	}

	private void nothingIsLeft() {
		assertThat(this.queue.redis()
			.exists(this.queue.key("jn"), this.queue.key("jd"), this.queue.key("o"), this.queue.key("os"))).isZero();
	}

	private static FanOut three(String policy) {
		return FanOut.of(policy, "mail~0~j", "mail~0~f.c1", "mail~0~f.c2", "mail~0~f.c3");
	}

	private void enqueue(FanOut fanOut) {
		this.queue.enqueueJobs(fanOut.jobs());
	}

	/**
	 * A message from elsewhere.
	 */
	private ScriptReply message(int number, int previous, String mark) {
		return this.queue.run(RedisScript.RECEIVE, "image~3", String.valueOf(number), String.valueOf(previous), "0",
				"0 " + mark.length() + " " + mark);
	}

	private List<String> states(String... ids) {
		return Stream.of(ids).map(this.queue::state).toList();
	}

}
