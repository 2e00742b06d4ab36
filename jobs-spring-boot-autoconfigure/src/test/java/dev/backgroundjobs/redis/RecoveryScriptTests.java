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
 * What becomes of jobs whose worker died, and of leases that ended unseen: renew, and
 * claim as it recovers.
 */
class RecoveryScriptTests {

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
	void renewingKeepsOthersAway() {
		this.queue.enqueue("a");
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(1));
		assertThat(this.queue.renew(30_000, "w:1")).isEmpty();
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
		assertThat(this.queue.state("a")).isEqualTo("RUNNING");
	}

	@Test
	void renewingTellsWhichLeasesAreLost() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 1);
		this.queue.claim("w", 2, 1);
		this.queue.settle(TestQueue.complete("b", "w:2"));
		assertThat(this.queue.renew(30_000, "w:1", "w:2", "w:3")).containsExactly("w:2", "w:3");
	}

	@Test
	void renewingNeverShortensALease() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		this.queue.renew(1, "w:1");
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
	}

	@Test
	void acceptsTheRenewalOfAnExpiredLeaseThatNobodyRecovered() {
		this.queue.enqueue("a");
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(1));
		this.queue.pass(2);
		ScriptReply beforeOwners = this.queue.claim(ClaimCall.of("v", 1, 1).recover(false));
		assertThat(beforeOwners.status()).isEqualTo("EMPTY");
		assertThat(this.queue.renew(30_000, "w:1")).isEmpty();
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
		assertThat(this.queue.settle(TestQueue.complete("a", "w:1")).texts(2)).isEmpty();
	}

	@Test
	void doesNotHurryBackForLeasesItMayNotRecover() {
		this.queue.enqueue("a");
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(1));
		this.queue.pass(2);
		assertThat(this.queue.claim(ClaimCall.of("v", 1, 1).recover(false)).number(2)).isEqualTo(-1);
		this.queue.enqueue("+60000", new String[] { "b" });
		assertThat(this.queue.claim(ClaimCall.of("v", 1, 1).recover(false)).number(2)).isPositive();
	}

	@Test
	void recoversALeaseAtOnceThatAClaimWithoutRecoveryPassedBy() {
		this.queue.enqueue("a", "b");
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(1));
		this.queue.pass(2);
		assertThat(this.queue.claim(ClaimCall.of("v", 1, 1).recover(false)).texts(3)).containsExactly("b");
		this.queue.audit();
		assertThat(this.queue.claim("v", 2, 1).texts(3)).containsExactly("a");
	}

	@Test
	void bringsTheFirstLossBackToTheFrontInOrder() {
		this.queue.enqueue("a", "b", "c", "later");
		this.queue.claim(ClaimCall.of("w", 1, 3).lease(1));
		this.queue.settle(TestQueue.complete("b", "w:1"));
		this.queue.pass(2);
		ScriptReply claim = this.queue.claim("v", 1, 10);
		assertThat(claim.texts(3)).containsExactly("a", "c", "later");
		assertThat(claim.attempt(0)).isEqualTo(2);
		assertThat(claim.attempt(2)).isEqualTo(1);
		assertThat(this.queue.attempts("a", "l")).isEqualTo("1");
		assertThat(this.queue.attempts("a", "f")).as("no retry used").isEqualTo("null");
		assertThat(this.queue.attempts("a", "e0")).matches("1 \\d+ LEASE_LOST\n.*\n");
		assertThat(this.queue.counter("recovered")).isEqualTo(2);
		assertThat(this.queue.settle(TestQueue.complete("a", "w:1")).texts(2)).as("too late").containsExactly("1");
	}

	@Test
	void tellsWhatItRecoveredAndWhichOfItDied() {
		this.queue.enqueueJobs(TestQueue.job("a", TestQueue.record(1, 0, "\0\tMail.send\0\0[]"), "0"),
				TestQueue.job("b", TestQueue.record(1, 0, ""), "0"));
		this.queue.claim(ClaimCall.of("w", 1, 2).lease(1));
		this.queue.pass(2);
		ScriptReply claim = this.queue.claim(ClaimCall.of("v", 1, 2).lease(1));
		assertThat(claim.texts(9)).as("id, name, attempt").containsExactly("a", "Mail.send", "1", "b", "", "1");
		assertThat(claim.texts(6)).as("buried").isEmpty();
		assertThat(this.queue.claim(ClaimCall.of("v", 1, 2).lease(1)).texts(9)).as("in a repeated answer").isEmpty();
		this.queue.pass(2);
		ScriptReply last = this.queue.claim(ClaimCall.of("u", 1, 2).maxLosses(1));
		assertThat(last.texts(9)).as("buried ones are told, too").containsExactly("a", "Mail.send", "2", "b", "", "2");
		assertThat(last.texts(6)).as("buried").containsExactly("a", "b");
	}

	@Test
	void delaysFromTheSecondLossOnAndBuriesWhatLostItsWorkerWhileItRanAlone() {
		this.queue.enqueue("a");
		lose(1);
		lose(2);
		long before = this.queue.now();
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
		assertThat(this.queue.find("a").number(2)).isBetween(before + 10_000, before + 30_100);
		this.queue.audit();
		this.queue.makeDue("t");
		loseAlone(3, 60_000);
		assertThat(this.queue.claim("v", 1, 1).texts(6)).as("buried on the way").containsExactly("a");
		assertThat(this.queue.state("a")).isEqualTo("DEAD");
		assertThat(this.queue.attempts("a", "l")).isEqualTo("3");
		assertThat(this.queue.attempts("a", "s")).isEqualTo("null");
		assertThat(this.queue.attempts("a", "e2")).contains("nothing ran beside it");
		assertThat(this.queue.counter("buried")).isEqualTo(1);
	}

	@Test
	void neverBuriesWhatOnlyRanBesideTheGuiltyOne() {
		this.queue.enqueue("a");
		for (int k = 1; k <= 6; k++) {
			lose(k);
			this.queue.claim("v", k, 0);
			this.queue.makeDue("t");
		}
		assertThat(this.queue.claim("w", 7, 1).attempt(0)).isEqualTo(7);
		assertThat(this.queue.counter("buried")).isZero();
	}

	@Test
	void holdsNothingAgainstAJobBesideWhichOthersMayHaveStarted() {
		this.queue.enqueue("a");
		lose(1);
		lose(2);
		this.queue.claim("v", 1, 0);
		this.queue.makeDue("t");
		loseAlone(3, -1000);
		this.queue.claim("v", 2, 0);
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
		this.queue.makeDue("t");
		this.queue.claim(ClaimCall.of("w", 4, 1).lease(1));
		this.queue.pass(2);
		this.queue.claim("v", 3, 0);
		assertThat(this.queue.state("a")).as("claimed, not started").isEqualTo("RETRYING");
	}

	@Test
	void buriesWhatKillsItsWorkerLaterThanItIsLeftAloneFor() {
		this.queue.enqueue("a");
		for (int k = 1; k <= 10; k++) {
			loseAlone(k, -1000);
			this.queue.claim("v", k, 0);
			assertThat(this.queue.state("a")).as("loss %s", k).isNotEqualTo("DEAD");
			this.queue.makeDue("t");
		}
		lose(11);
		this.queue.claim("v", 11, 0);
		assertThat(this.queue.state("a")).as("was not started alone").isEqualTo("RETRYING");
		this.queue.makeDue("t");
		loseAlone(12, -1000);
		assertThat(this.queue.claim("v", 12, 0).texts(6)).as("buried on the way").containsExactly("a");
		assertThat(this.queue.state("a")).isEqualTo("DEAD");
		assertThat(this.queue.attempts("a", "e1")).contains("long after it was started alone");
	}

	@Test
	void holdsNothingAgainstAJobThatRanAloneBeforeAndWasGivenBack() {
		this.queue.enqueue("a");
		lose(1);
		lose(2);
		this.queue.claim("v", 1, 0);
		this.queue.makeDue("t");
		this.queue.claim("w", 3, 1);
		this.queue.settle(TestQueue.startAlone("a", "w:3", 60_000));
		this.queue.settle(TestQueue.release("a", "w:3", true));
		lose(4);
		this.queue.claim("v", 2, 0);
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
	}

	@Test
	void onlyTheOwnerSaysThatAJobRunsAloneAndItStaysItsOwner() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.settle(TestQueue.startAlone("a", "w:2", 1000)).texts(2)).containsExactly("1");
		assertThat(this.queue.attempts("a", "s")).isEqualTo("null");
		assertThat(this.queue.settle(TestQueue.startAlone("a", "w:1", 1000)).texts(2)).isEmpty();
		assertThat(this.queue.settle(TestQueue.startAlone("a", "w:1", 1000)).texts(2)).as("repeated").isEmpty();
		assertThat(this.queue.state("a")).isEqualTo("RUNNING");
		this.queue.audit();
		assertThat(this.queue.settle(TestQueue.complete("a", "w:1")).texts(2)).isEmpty();
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	@Test
	void delayOfALossGrowsWithTheLeaseAndNotForEver() {
		this.queue.enqueue("a");
		for (int k = 1; k <= 12; k++) {
			lose(k);
			this.queue.claim(ClaimCall.of("v", k, 0).lease(600));
			this.queue.makeDue("t");
		}
		lose(13);
		long before = this.queue.now();
		this.queue.claim(ClaimCall.of("v", 13, 0).lease(600));
		assertThat(this.queue.find("a").number(2)).isBetween(before + 50 * 256, before + 150 * 256 + 100);
	}

	@Test
	void oneLossIsEnoughWhereOnlyOneIsAllowed() {
		this.queue.enqueue("a");
		lose(1);
		this.queue.claim(ClaimCall.of("v", 1, 0).maxLosses(1));
		assertThat(this.queue.state("a")).isEqualTo("DEAD");
	}

	@Test
	void theSecondStartIsAloneWhereTwoLossesAreAllowed() {
		this.queue.enqueue("a");
		lose(1);
		this.queue.claim(ClaimCall.of("v", 1, 0).maxLosses(2));
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
		this.queue.makeDue("t");
		loseAlone(2, 60_000);
		this.queue.claim(ClaimCall.of("v", 2, 0).maxLosses(2));
		assertThat(this.queue.state("a")).isEqualTo("DEAD");
	}

	@Test
	void forgetsThatAJobWasParkedWhenItsLeaseIsLost() {
		this.queue.enqueue("a");
		lose(1);
		this.queue.claim("w", 2, 1);
		this.queue.settle(TestQueue.unknown("a", "w:2", 0));
		lose(3);
		this.queue.claim("v", 1, 1);
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
		assertThat(this.queue.attempts("a", "w")).as("reason of the parking").isEqualTo("null");
		assertThat(this.queue.attempts("a", "p")).as("since when it is unknown").isEqualTo("null");
		assertThat(this.queue.attempts("a", "u")).isEqualTo("1");
	}

	@Test
	void dropsALeaseWithoutJobs() {
		this.queue.redis().zadd(this.queue.key("l"), 1, "w:9");
		this.queue.redis().hset(this.queue.key("m"), "nx", "1");
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
		assertThat(this.queue.redis().zcard(this.queue.key("l"))).isZero();
	}

	@Test
	void recoversAllLeasesThatEndedTogetherInTheOrderOfTheirEnd() {
		this.queue.enqueue("a", "b", "c");
		for (int k = 1; k <= 3; k++) {
			this.queue.claim(ClaimCall.of("w", k, 1).lease(20 * k).recover(false));
		}
		this.queue.pass(61);
		assertThat(this.queue.claim("v", 1, 3).texts(3)).containsExactly("a", "b", "c");
	}

	private void loseAlone(int sequence, long leaseEnds) {
		assertThat(this.queue.claim(ClaimCall.of("w", sequence, 1).lease(1)).texts(3)).containsExactly("a");
		assertThat(this.queue.settle(TestQueue.startAlone("a", "w:" + sequence, leaseEnds)).texts(2)).isEmpty();
		this.queue.pass(2);
	}

	private void lose(int sequence) {
		ScriptReply claim = this.queue.claim(ClaimCall.of("w", sequence, 1).lease(1));
		assertThat(claim.texts(3)).containsExactly("a");
		this.queue.pass(2);
	}

}
