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

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A full Redis drains: it refuses new jobs and does everything else.
 */
class FullRedisTests {

	private static RedisServer server;

	private TestQueue queue;

	@BeforeAll
	static void start() {
		server = RedisServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.queue = new TestQueue(server);
		full(false);
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void refusesABatchAndChangesNothing() {
		this.queue.enqueue("a");
		this.queue.claim(ClaimCall.of("w", 1, 5).channel("bj:nobody"));
		String before = contents();
		full(true);
		assertRefused(() -> this.queue.enqueue("p", 1, "", TestQueue.job("b", TestQueue.record(1, 0, ""), "0"),
				TestQueue.job("c", TestQueue.record(1, 0, ""), "+50")));
		assertRefused(() -> this.queue.enqueue("p", 1, "check", TestQueue.job("b", TestQueue.record(1, 0, ""), "0")));
		assertRefused(() -> this.queue.enqueue("p", 1, ""));
		assertThat(contents()).isEqualTo(before);
		full(false);
		assertThat(this.queue.enqueue("p", 1, "", TestQueue.job("b", TestQueue.record(1, 0, ""), "0")).status())
			.as("the sequence was not used up")
			.isEqualTo("OK");
	}

	@Test
	void saysThatMemoryIsFullBeforeItSaysThatTheQueueIs() {
		this.queue.enqueue("a");
		full(true);
		assertRefused(
				() -> this.queue.enqueueUpTo("1", "p", 1, "", TestQueue.job("b", TestQueue.record(1, 0, ""), "0")));
		full(false);
		assertThat(this.queue.enqueue("p", 1, "").status()).as("the sequence was not used up").isEqualTo("OK");
	}

	@Test
	void tellsDuplicatesAndGapsNevertheless() {
		this.queue.enqueue("p", 1, "");
		full(true);
		assertThat(this.queue.enqueue("p", 1, "").status()).isEqualTo("DUP");
		assertThat(this.queue.enqueue("p", 3, "").status()).isEqualTo("GAP");
	}

	@Test
	void refusesToFireAndFiresTheSlotLater() {
		this.queue.define("FIRE_ONCE", "ALLOW", "clean-up");
		long slot = this.queue.now();
		full(true);
		assertRefused(() -> this.queue.fire("clean-up", slot, "a"));
		full(false);
		assertThat(this.queue.fire("clean-up", slot, "a").status()).isEqualTo("OK");
		full(true);
		assertThat(this.queue.fire("clean-up", slot, "b").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("clean-up", slot + 60_000, "b").status()).isEqualTo("EARLY");
	}

	@Test
	void claimsQueuedAndDueJobsAndSettlesThem() {
		this.queue.enqueue("a", "b", "c", "d", "e", "f");
		this.queue.enqueue("+1", new String[] { "due" });
		this.queue.pass(2);
		full(true);
		ScriptReply claim = this.queue.claim(ClaimCall.of("w", 1, 10).channel("bj:nobody"));
		assertThat(claim.texts(3)).containsExactly("a", "b", "c", "d", "e", "f", "due");
		assertThat(this.queue
			.settle(TestQueue.complete("a", "w:1"), TestQueue.retry("b", "w:1", 0), TestQueue.bury("c", "w:1"),
					TestQueue.release("d", "w:1", true), TestQueue.park("e", "w:1", 0),
					TestQueue.keep("f", "w:1", 60_000, this.queue.stored("f")), TestQueue.complete("due", "w:1"))
			.texts(2)).isEmpty();
		assertThat(this.queue.claim("w", 2, 10).texts(3)).containsExactlyInAnyOrder("d", "b", "e");
	}

	@Test
	void claimsWhenNothingIsDueOrQueued() {
		full(true);
		assertThat(this.queue.claim(ClaimCall.of("w", 1, 1).channel("bj:nobody")).status()).isEqualTo("EMPTY");
		full(false);
		this.queue.enqueue("a");
		this.queue.nextMinute();
		full(true);
		assertThat(this.queue.claim(ClaimCall.of("w", 1, 1).channel("bj:nobody")).texts(3)).containsExactly("a");
	}

	@Test
	void startsAFreshClaimWithTheHousekeeping() {
		this.queue.enqueue("+1", new String[] { "due" });
		this.queue.pass(2);
		full(true);
		assertThat(this.queue.claim("w", 1, 0).status()).isEqualTo("EMPTY");
		assertThat(this.queue.state("due")).isEqualTo("QUEUED");
		assertThat(this.queue.redis().hexists(this.queue.key("m"), "nx")).isFalse();
	}

	@Test
	void recoversExpiredLeases() {
		this.queue.enqueue("a", "b");
		this.queue.claim(ClaimCall.of("w", 1, 2).lease(1));
		this.queue.pass(2);
		full(true);
		assertThat(this.queue.claim(ClaimCall.of("v", 1, 1).lease(1)).texts(3)).containsExactly("a");
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 2, 2).texts(3)).containsExactly("b");
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
	}

	@Test
	void renewsLeases() {
		this.queue.enqueue("a");
		this.queue.claim(ClaimCall.of("w", 1, 1).lease(1));
		full(true);
		assertThat(this.queue.renew(30_000, "w:1")).isEmpty();
		this.queue.pass(2);
		assertThat(this.queue.claim("v", 1, 1).status()).isEqualTo("EMPTY");
	}

	@Test
	void cancelsDeletesRetriesAndAnswersQuestions() {
		this.queue.enqueueJobs(TestQueue.job("kept", TestQueue.record(1, TestQueue.RETAINED, ""), "0"),
				TestQueue.job("dead", TestQueue.record(0, 0, ""), "0"));
		this.queue.enqueue("a", "b");
		this.queue.enqueue("+60000", new String[] { "later" });
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("dead", "w:1"));
		full(true);
		assertThat(this.queue.cancel("kept")).isTrue();
		assertThat(this.queue.cancel("a")).isTrue();
		assertThat(this.queue.delete("b")).isTrue();
		assertThat(this.queue.retryDead("dead")).isTrue();
		assertThat(this.queue.reschedule("later", "+90000")).isPositive();
		assertThat(this.queue.reschedule("later", "0")).isPositive();
		assertThat(this.queue.state("kept")).isEqualTo("CANCELLED");
		assertThat(this.queue.run(RedisScript.INSPECT).number(3)).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "volatile-lru", "volatile-ttl", "volatile-random" })
	void losesNoJobUnderAPolicyThatEvictsOnlyWhatExpires(String policy) {
		this.queue.enqueue("a", "b");
		this.queue.enqueue("+50000", new String[] { "later" });
		this.queue.claim("w", 1, 1);
		String before = contents();
		this.queue.redis().setex("somebody's", 1000, "value");
		this.queue.redis().configSet("maxmemory-policy", policy);
		try {
			full(true);
			// makes room: what expires goes first, and then nothing is left that may go
			assertRefused(() -> this.queue.enqueue("p", 1, "", TestQueue.job("c", TestQueue.record(1, 0, ""), "0")));
			assertThat(this.queue.redis().exists("somebody's")).as("evicted").isZero();
			assertThat(contents()).isEqualTo(before);
		}
		finally {
			this.queue.redis().configSet("maxmemory-policy", "noeviction");
		}
	}

	@Test
	void takesHeartbeats() {
		full(true);
		ScriptReply reply = this.queue.scripts()
			.run(RedisScript.HEARTBEAT, this.queue.keys().workers(), "w", "60000", "{}", "mail", "1");
		assertThat(reply.status()).isEqualTo("OK");
	}

	private void assertRefused(Runnable call) {
		assertThatExceptionOfType(RedisCommandExecutionException.class).isThrownBy(call::run)
			.withMessageContaining("OOM");
	}

	private void full(boolean full) {
		this.queue.redis().configSet("maxmemory", full ? "1" : "0");
	}

	private String contents() {
		Map<String, String> dumps = new TreeMap<>();
		for (String key : this.queue.redis().keys("*")) {
			dumps.put(key, new String(this.queue.redis().dump(key), StandardCharsets.ISO_8859_1));
		}
		return dumps.toString();
	}

}
