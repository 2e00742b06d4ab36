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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many joins a script decides, and what becomes of the others.
 */
class JoinBudgetScriptTests {

	private final TestQueue queue = new TestQueue();

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void scriptDecidesSoManyJoinsAndTheNextClaimGoesOn() {
		joinsOfTwo("A");
		String large = "x".repeat(100_000);
		this.queue.settle(Chain.proceed("fa.c1,fb.c1,fc.c1", "w:1", large));
		assertThat(this.queue.settle(Chain.proceed("fa.c2,fb.c2,fc.c2", "w:1", "2")).texts(5)).isEmpty();
		assertThat(states("a", "b", "c")).containsExactly("QUEUED", "QUEUED", "WAITING");
		assertThat(this.queue.claim("w", 2, 0).texts(13)).isEmpty();
		assertThat(states("c")).containsExactly("QUEUED");
		assertThat(this.queue.stored("c")).endsWith("xxx,2])");
	}

	@Test
	void joinThatIsDecidedLaterHasFailedWithItsChild() {
		joinsOfTwo("F");
		this.queue.settle(Chain.proceed("fa.c1,fb.c1,fc.c1", "w:1", "x".repeat(100_000)));
		assertThat(this.queue
			.settle(TestQueue.bury("fa.c2", "w:1"), TestQueue.bury("fb.c2", "w:1"), TestQueue.bury("fc.c2", "w:1"))
			.texts(5)).containsExactly("a", "Orders.pay", "CHILD_FAILED", "b", "Orders.pay", "CHILD_FAILED");
		assertThat(states("a", "b", "c")).containsExactly("DEAD", "DEAD", "WAITING");
		assertThat(this.queue.claim("w", 2, 0).texts(13)).containsExactly("c", "Orders.pay", "CHILD_FAILED");
		assertThat(this.queue.attempts("c", "e0")).contains("Child 2 of 2, 'fc.c2', is DEAD");
	}

	@Test
	void claimDecidesSoManyJoinsAtTheirDeadline() {
		joinsOfTwo("A");
		this.queue.settle(Chain.proceed("fa.c1,fb.c1,fc.c1", "w:1", "x".repeat(100_000)));
		this.queue.makeDue("jd");
		ScriptReply first = this.queue.claim(ClaimCall.of("w", 2, 0).lease(600_000));
		assertThat(first.texts(13)).hasSize(6).contains("DEADLINE_PASSED");
		assertThat(first.number(2)).as("until something is due").isZero();
		assertThat(this.queue.claim("w", 2, 0).texts(13)).hasSize(3);
		assertThat(states("a", "b", "c")).containsOnly("DEAD");
	}

	/** And claims their children. */
	private void joinsOfTwo(String policy) {
		for (String join : List.of("a", "b", "c")) {
			this.queue.enqueueJobs(
					FanOut.of(policy, "mail~0~" + join, "mail~0~f" + join + ".c1", "mail~0~f" + join + ".c2").jobs());
		}
		this.queue.claim(ClaimCall.of("w", 1, 6).lease(600_000));
	}

	private List<String> states(String... ids) {
		return Stream.of(ids).map(this.queue::state).toList();
	}

}
