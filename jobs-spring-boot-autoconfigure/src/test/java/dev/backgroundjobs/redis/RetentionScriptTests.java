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

import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many jobs are kept after their end: what {@code claim.lua} drops. That the bytes
 * are counted right, the audit sees.
 */
class RetentionScriptTests {

	private static final int UNLIMITED = 1_000_000;

	/** What a kept job takes besides its record, and a field besides its value. */
	private static final int JOB = 350;

	private static final int FIELD = 80;

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
	void theFirstToBeForgottenGoWhenKeptJobsTakeTooMuch() {
		keep("a", 30, 60_000);
		keep("b", 50, 50_000);
		keep("c", 20, 70_000);
		assertThat(claim(3 * JOB + 100, UNLIMITED).texts(11)).isEmpty();
		assertThat(this.queue.state("b")).isEqualTo("SUCCEEDED");
		claim(3 * JOB + 99, UNLIMITED);
		assertThat(this.queue.state("b")).isEqualTo("none");
		assertThat(this.queue.state("a")).isEqualTo("SUCCEEDED");
		assertThat(this.queue.counter("trimmed")).isOne();
		assertThat(claim(JOB + 30, UNLIMITED).number(14)).isOne();
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.state("c")).isEqualTo("SUCCEEDED");
		assertThat(this.queue.counter("forgotten")).isEqualTo(2);
		claim(0, UNLIMITED);
		assertThat(this.queue.redis().hget(this.queue.key("m"), "fb")).isNull();
	}

	@Test
	void bytesAreCountedWhateverKeepsAndForgetsAJob() {
		keep("done", 40, 60_000);
		this.queue.enqueueJobs(job("cancelled", "+60000"), job("deleted", "+60000"), job("stopped", "0"));
		this.queue.cancel("cancelled");
		this.queue.cancel("deleted");
		this.queue.audit();
		this.queue.delete("deleted");
		this.queue.claim("w", 9, 1);
		this.queue.settle(TestQueue.cancelled("stopped", "w:9", 60_000));
		this.queue.enqueueJobs(TestQueue.job("late", TestQueue.expiring(1, TestQueue.RETAINED, 1, "late"), "0"));
		this.queue.pass(2);
		this.queue.claim("w", 10, 1);
		assertThat(this.queue.read().in("f")).containsExactlyInAnyOrder("done", "cancelled", "stopped", "late");
	}

	@Test
	void whatAKeptJobSaidOfItselfAndHowItFailedIsCounted() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.retry("a", "w:1", 0));
		this.queue.claim("w", 2, 1);
		this.queue.run(RedisScript.REPORT, "100", "16000", "a", "w:2", "2", "1 10 ", "0 " + "line".repeat(200) + "\n");
		this.queue.settle(TestQueue.keep("a", "w:2", 60_000, "x".repeat(30)));
		int said = this.queue.attempts("a", "g").length() + this.queue.attempts("a", "t").length()
				+ this.queue.attempts("a", "e0").length();
		int all = JOB + 30 + 3 * FIELD + said;
		assertThat(this.queue.redis().hget(this.queue.key("m"), "fb")).isEqualTo(String.valueOf(all));
		this.queue.audit();
		claim(all, UNLIMITED);
		assertThat(this.queue.state("a")).isEqualTo("SUCCEEDED");
		claim(all - 1, UNLIMITED);
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	@Test
	void aJobKeptByAnEarlierBuildIsForgottenAsWhatItWasCounted() {
		keep("old", 40, 60_000);
		this.queue.redis().hset(this.queue.key("a"), "old:o", "SUCCEEDED 1 2");
		this.queue.redis().hset(this.queue.key("m"), "fb", "40");
		keep("new", 40, 60_000);
		this.queue.delete("old");
		this.queue.audit();
		assertThat(this.queue.redis().hget(this.queue.key("m"), "fb")).isEqualTo(String.valueOf(JOB + 40));
	}

	@Test
	void theOldestDeadLettersGoWhenThereAreTooMany() {
		bury("a", "b", "c", "d", "e");
		assertThat(claim(UNLIMITED, 5).texts(11)).isEmpty();
		assertThat(this.queue.redis().hexists(this.queue.key("m"), "dx")).as("not looked at again").isFalse();
		bury("f");
		assertThat(claim(UNLIMITED, 3).texts(11)).containsExactly("a", "b", "c");
		assertThat(this.queue.read().in("x")).containsExactly("d", "e", "f");
		assertThat(this.queue.counter("dropped")).isEqualTo(3);
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(claim(UNLIMITED, 3).texts(11)).isEmpty();
	}

	@Test
	void stepsAreBounded() {
		String[] ids = IntStream.range(0, 450).mapToObj((k) -> "job" + k).toArray(String[]::new);
		this.queue.enqueue(ids);
		for (int k = 0; k < ids.length; k += 90) {
			this.queue.claim("w", k / 90 + 1, 90);
			String token = "w:" + (k / 90 + 1);
			this.queue
				.settle(Arrays.stream(ids, k, k + 90).map((id) -> TestQueue.bury(id, token)).toArray(String[][]::new));
		}
		assertThat(claim(UNLIMITED, 1).texts(11)).hasSize(150);
		assertThat(claim(UNLIMITED, 1).texts(11)).hasSize(150);
		ScriptReply last = claim(UNLIMITED, 1);
		assertThat(last.texts(11)).hasSize(149);
		assertThat(last.number(15)).isEqualTo(149);
		assertThat(this.queue.counter("dropped")).isEqualTo(449);
	}

	@Test
	void keptJobsWhoseTimeIsOverGoWithTheNextClaimsIfThereAreMany() {
		String[] ids = IntStream.range(0, 450).mapToObj((k) -> "job" + k).toArray(String[]::new);
		this.queue.enqueue(ids);
		for (int k = 0; k < ids.length; k += 90) {
			this.queue.claim("w", k / 90 + 1, 90);
			String token = "w:" + (k / 90 + 1);
			this.queue.settle(Arrays.stream(ids, k, k + 90)
				.map((id) -> TestQueue.keep(id, token, 60_000, "result"))
				.toArray(String[][]::new));
		}
		this.queue.makeDue("f");
		this.queue.nextMinute();
		for (int left : new int[] { 250, 50, 0 }) {
			claim(UNLIMITED, UNLIMITED);
			assertThat(this.queue.read().in("f")).hasSize(left);
		}
		assertThat(this.queue.counter("forgotten")).isEqualTo(450);
		assertThat(this.queue.redis().hexists(this.queue.key("m"), "fo")).isFalse();
	}

	@Test
	void noneGoesBeforeItsTimeIfThereIsRoomWithoutThoseWhoseTimeIsOver() {
		keep("past", 40, 60_000);
		this.queue.makeDue("f");
		keep("fresh", 40, 60_000);
		this.queue.nextMinute();
		claim(JOB + 40, UNLIMITED);
		assertThat(this.queue.read().in("f")).containsExactly("fresh");
		assertThat(this.queue.counter("trimmed")).isZero();
	}

	@Test
	void theIdOfAKeptJobIsFreeWhenItsTimeIsOver() {
		keep("past", 40, 1);
		keep("kept", 40, 60_000);
		this.queue.pass(2);
		String[][] again = { job("past", "0"), job("kept", "0"), job("past", "0") };
		assertThat(this.queue.enqueue("p", 1, "check", again).texts(2)).containsExactly("kept", "past");
		assertThat(this.queue.state("past")).isEqualTo("QUEUED");
		assertThat(this.queue.counter("forgotten")).isOne();
		assertThat(this.queue.claim("w", 9, 2).texts(3)).containsExactly("past");
	}

	private ScriptReply claim(long bytes, long dead) {
		return this.queue.claim(ClaimCall.of("trimming", 1, 1).atMost(bytes, dead));
	}

	private void keep(String id, int size, long millis) {
		this.queue.enqueue(id);
		this.queue.claim(id, 1, 1);
		this.queue.settle(TestQueue.keep(id, id + ":1", millis, "x".repeat(size)));
	}

	private void bury(String... ids) {
		for (String id : ids) {
			this.queue.enqueue(id);
			this.queue.claim(id, 1, 1);
			this.queue.settle(TestQueue.bury(id, id + ":1"));
			this.queue.pass(2);
		}
	}

	private static String[] job(String id, String due) {
		return TestQueue.job(id, TestQueue.record(1, TestQueue.RETAINED, id), due);
	}

}
