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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The steps of a chain: who waits, who goes on, and what becomes of those behind.
 */
class ChainScriptTests {

	private static final Chain CHAIN = Chain.of("mail~0~a", "mail~0~a.2", "mail~0~a.3");

	private static final Chain ACROSS = Chain.of("mail~0~a", "image~3~a.2", "image~3~a.3", "mail~0~a.4");

	private final TestQueue queue = new TestQueue();

	private final TestQueue other = this.queue.beside(new QueuePartition("image", 3));

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.other.audit();
		this.queue.close();
	}

	@Test
	void stepIsQueuedWithTheResultOfTheOneBeforeItsCompletion() {
		enqueue(CHAIN);
		assertThat(states("a", "a.2", "a.3")).containsExactly("QUEUED", "WAITING", "WAITING");
		assertThat(this.queue.claim("w", 1, 10).texts(3)).containsExactly("a");
		ScriptReply settled = this.queue.settle(Chain.proceed("a", "w:1", "17"));
		assertThat(settled.number(4)).isZero();
		assertThat(states("a", "a.2", "a.3")).containsExactly("none", "QUEUED", "WAITING");
		assertThat(this.queue.stored("a.2")).endsWith("body of mail~0~a.2(17)");
		this.queue.claim("w", 2, 10);
		this.queue.settle(Chain.proceedAndKeep("a.2", "w:2", 60_000, "ended", ""));
		assertThat(this.queue.stored("a.2")).isEqualTo("ended");
		assertThat(states("a", "a.2", "a.3")).containsExactly("none", "SUCCEEDED", "QUEUED");
		assertThat(this.queue.stored("a.3")).endsWith("body of mail~0~a.3()");
	}

	@Test
	void repeatedCompletionChangesNothing() {
		enqueue(CHAIN);
		this.queue.claim("w", 1, 10);
		this.queue.settle(Chain.proceed("a", "w:1", "1"));
		this.queue.claim("w", 2, 10);
		this.queue.settle(Chain.proceed("a.2", "w:2", "2"));
		assertThat(this.queue.settle(Chain.proceed("a", "w:1", "3")).texts(2)).containsExactly("1");
		assertThat(this.queue.settle(Chain.proceed("a.2", "w:2", "3")).texts(2)).containsExactly("1");
		assertThat(states("a", "a.2", "a.3")).containsExactly("none", "none", "QUEUED");
		assertThat(this.queue.stored("a.3")).endsWith("(2)");
		assertThat(this.queue.ready(1)).containsExactly("a.3");
	}

	@Test
	void lateOwnerDoesNotContinueTheChain() {
		enqueue(CHAIN);
		this.queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
		this.queue.pass(2);
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.settle(Chain.proceed("a", "gone:1", "1")).texts(2)).containsExactly("1");
		assertThat(states("a", "a.2")).containsExactly("RUNNING", "WAITING");
	}

	@Test
	void stepExpiresAfterItHasBecomeDueOnly() {
		enqueue(CHAIN.expiring(60_000).flagged(TestQueue.RETAINED));
		this.queue.claim("w", 1, 1);
		this.queue.pass(2);
		this.queue.settle(Chain.proceed("a", "w:1", ""));
		String due = this.queue.stored("a.2");
		assertThat(TestQueue.due(due)).isGreaterThan(TestQueue.enqueuedAt(due));
		assertThat(TestQueue.expiresAt(due)).isEqualTo(TestQueue.due(due) + 60_000);
		assertThat(this.queue.claim("w", 2, 1).texts(3)).containsExactly("a.2");
	}

	@Test
	void expiredStepTakesThoseBehindItAlong() {
		enqueue(CHAIN.expiring(1).flagged(TestQueue.RETAINED));
		this.queue.pass(3);
		assertThat(this.queue.claim("w", 1, 1).number(7)).isOne();
		assertThat(states("a", "a.2", "a.3")).containsExactly("EXPIRED", "CANCELLED", "CANCELLED");
	}

	@Test
	void deadStepLeavesTheRestWaitingAndGoesOnWhenItIsRetried() {
		enqueue(CHAIN);
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("a", "w:1"));
		assertThat(states("a", "a.2", "a.3")).containsExactly("DEAD", "WAITING", "WAITING");
		this.queue.retryDead("a");
		this.queue.claim("w", 2, 1);
		this.queue.settle(Chain.proceed("a", "w:2", ""));
		assertThat(states("a", "a.2", "a.3")).containsExactly("none", "QUEUED", "WAITING");
	}

	@Test
	void deadStepThatIsDeletedTakesThoseBehindItAlong() {
		enqueue(CHAIN.flagged(TestQueue.RETAINED));
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("a", "w:1"));
		this.queue.delete("a");
		assertThat(states("a", "a.2", "a.3")).containsExactly("none", "CANCELLED", "CANCELLED");
		this.queue.delete("a.2");
		assertThat(states("a.2", "a.3")).containsExactly("none", "CANCELLED");
	}

	@Test
	void deadStepsThatAreDeletedTogetherTakeThoseBehindThemAlong() {
		enqueue(CHAIN);
		enqueue(Chain.of("mail~0~b", "mail~0~b.2"));
		this.queue.claim("w", 1, 2);
		this.queue.settle(TestQueue.bury("a", "w:1"), TestQueue.bury("b", "w:1"));
		this.queue.run(RedisScript.DEAD, "delete", "", "", "500", "", "500", "0");
		assertThat(states("a", "a.2", "a.3", "b", "b.2")).containsOnly("none");
	}

	@Test
	void deadStepThatIsDroppedTakesThoseBehindItAlong() {
		enqueue(CHAIN);
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("a", "w:1"));
		this.queue.pass(2);
		this.queue.nextMinute();
		this.queue.claim(ClaimCall.of("w", 2, 1).keepDead(1));
		assertThat(states("a", "a.2", "a.3")).containsOnly("none");
		assertThat(this.queue.counter("dropped")).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a.2" })
	void cancelledStepTakesThoseBehindItAlong(String cancelled) {
		enqueue(CHAIN.flagged(TestQueue.RETAINED).dueIn(60_000));
		assertThat(this.queue.cancel(cancelled)).isTrue();
		assertThat(states("a.2", "a.3")).containsExactly("CANCELLED", "CANCELLED");
		assertThat(states("a")).containsExactly(cancelled.equals("a") ? "CANCELLED" : "SCHEDULED");
	}

	@ParameterizedTest
	@ValueSource(strings = { "N", "K", "R", "lost" })
	void stepThatWasCancelledWhileItRanEndsTheChain(String verb) {
		enqueue(CHAIN.flagged(TestQueue.RETAINED));
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(verb.equals("lost") ? 1 : 60_000));
		assertThat(this.queue.askToCancel("a")).isEqualTo(2);
		if (verb.equals("lost")) {
			this.queue.pass(2);
			this.queue.claim("w", 2, 1);
		}
		else {
			this.queue.settle(new String[] { "a", "w:1", verb, "60000", "5 endedresult" });
		}
		assertThat(states("a", "a.2", "a.3")).containsExactly(verb.equals("N") ? "SUCCEEDED" : "CANCELLED", "CANCELLED",
				"CANCELLED");
	}

	@Test
	void stepThatIsGoneEndsTheChain() {
		enqueue(CHAIN);
		this.queue.claim("w", 1, 1);
		this.queue.delete("a.2");
		this.queue.settle(Chain.proceed("a", "w:1", ""));
		assertThat(states("a", "a.2", "a.3")).containsOnly("none");
	}

	@Test
	void chainIsEnqueuedAsAWholeOrNotAtAll() {
		this.queue.enqueue("a.3");
		assertThat(this.queue.enqueue("p", 1, "check", CHAIN.jobs()).texts(2)).containsExactly("a", "a.2", "a.3");
		String[][] both = Stream.of(Chain.of("mail~0~b", "mail~0~b.2").jobs(), CHAIN.jobs())
			.flatMap(Stream::of)
			.toArray(String[][]::new);
		assertThat(this.queue.enqueue("p", 2, "check", both).texts(2)).containsExactly("a", "a.2", "a.3");
		String[][] twice = Stream
			.of(Chain.of("mail~0~c", "mail~0~c.2").jobs(), CHAIN.jobs(),
					new String[][] { TestQueue.job("c.2", TestQueue.record(1, 0, ""), "0") })
			.flatMap(Stream::of)
			.toArray(String[][]::new);
		assertThat(this.queue.enqueue("p", 3, "check", twice).texts(2)).containsExactly("a", "a.2", "a.3", "c.2");
		assertThat(states("b", "b.2", "c", "c.2")).containsExactly("QUEUED", "WAITING", "QUEUED", "WAITING");
	}

	@Test
	void stepsOfAnotherPartitionGoThereOnceWithThoseBehindThem() {
		enqueue(ACROSS);
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.settle(Chain.proceed("a", "w:1", "17")).number(4)).isOne();
		assertThat(states("a.2", "a.3", "a.4")).as("on the way").containsOnly("WAITING");
		assertThat(this.queue.claim("w", 2, 1).number(10)).isOne();
		Message message = Message.read(this.queue).get(0);
		assertThat(message.target()).isEqualTo("image~3");
		assertThat(message.to(this.other, this.queue, true).status()).isEqualTo("OK");
		assertThat(message.to(this.other, this.queue, true).status()).isEqualTo("DUP");
		this.queue.run(RedisScript.RELAY, "done", message.number());
		this.queue.run(RedisScript.RELAY, "done", message.number());
		assertThat(this.queue.claim("w", 2, 1).number(10)).isZero();
		assertThat(Message.read(this.queue)).isEmpty();
		assertThat(this.other.stored("a.2")).endsWith("(17)");
		assertThat(List.of(this.other.state("a.2"), this.other.state("a.3"), this.other.state("a.4")))
			.containsExactly("QUEUED", "WAITING", "WAITING");
		this.other.claim("v", 1, 1);
		this.other.settle(Chain.proceed("a.2", "v:1", ""));
		this.other.claim("v", 2, 1);
		assertThat(this.other.settle(Chain.proceed("a.3", "v:2", "back")).number(4)).isOne();
		Message.read(this.other).get(0).to(this.queue, this.other, true);
		assertThat(this.queue.stored("a.4")).endsWith("(back)");
		assertThat(states("a.4")).containsExactly("QUEUED");
		this.other.run(RedisScript.RELAY, "done", Message.read(this.other).get(0).number());
	}

	@Test
	void messageIsTakenInItsOrderUnlessAllBeforeItWereConfirmed() {
		for (String id : List.of("a", "b", "c")) {
			enqueue(Chain.of("mail~0~" + id, "image~3~" + id + ".2"));
		}
		this.queue.claim("w", 1, 3);
		this.queue.settle(Chain.proceed("a", "w:1", ""), Chain.proceed("b", "w:1", ""), Chain.proceed("c", "w:1", ""));
		List<Message> messages = Message.read(this.queue);
		assertThat(messages.get(1).to(this.other, this.queue, false).status()).isEqualTo("GAP");
		assertThat(messages.get(1).to(this.other, this.queue, true).status()).as("all before is confirmed")
			.isEqualTo("OK");
		assertThat(messages.get(0).to(this.other, this.queue, true).status()).isEqualTo("DUP");
		assertThat(messages.get(2).to(this.other, this.queue, false).status()).isEqualTo("OK");
		assertThat(this.other.ready(1)).containsExactly("b.2", "c.2");
		messages.forEach((message) -> this.queue.run(RedisScript.RELAY, "done", message.number()));
	}

	@Test
	void stepsThatAreThereAreNotTakenAgainByAServerThatHasLostThatItHadTakenThem() {
		enqueue(ACROSS);
		this.queue.claim("w", 1, 1);
		this.queue.settle(Chain.proceed("a", "w:1", "17"));
		Message message = Message.read(this.queue).get(0);
		message.to(this.other, this.queue, true);
		this.other.claim("v", 1, 1);
		this.other.settle(Chain.proceed("a.2", "v:1", ""));
		this.other.redis().hdel(this.other.key("pr"), "o:mail~0");
		assertThat(message.to(this.other, this.queue, true).text(2)).isEqualTo("a.3");
		assertThat(List.of(this.other.state("a.2"), this.other.state("a.3"), this.other.state("a.4")))
			.containsExactly("none", "QUEUED", "WAITING");
		assertThat(this.other.counter("received")).isEqualTo(3);
		this.queue.run(RedisScript.RELAY, "done", message.number());
	}

	@Test
	void jobsInNoChainReadNothingOfChains() {
		this.queue.enqueue("x");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.complete("x", "w:1"));
		enqueue(Chain.of("mail~0~b"));
		assertThat(this.queue.redis().exists(this.queue.key("wt"), this.queue.key("o"), this.queue.key("os"))).isZero();
		assertThat(this.queue.redis().hexists(this.queue.key("m"), "ch")).isFalse();
	}

	private void enqueue(Chain chain) {
		this.queue.enqueueJobs(chain.jobs());
	}

	private List<String> states(String... ids) {
		return Stream.of(ids).map(this.queue::state).toList();
	}

}
