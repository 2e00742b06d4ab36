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

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What cancel, retry-dead, delete, find and inspect promise, and what claim tidies up.
 */
class OperationScriptTests {

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
	void cancelsWhatHasNotStarted() {
		everyState();
		assertThat(this.queue.cancel("queued")).isTrue();
		assertThat(this.queue.cancel("queued")).as("again").isFalse();
		assertThat(this.queue.cancel("scheduled")).isTrue();
		assertThat(this.queue.cancel("retrying")).isTrue();
		assertThat(this.queue.cancel("running")).isFalse();
		assertThat(this.queue.cancel("dead")).isFalse();
		assertThat(this.queue.cancel("finished")).isFalse();
		assertThat(this.queue.cancel("none")).isFalse();
		assertThat(this.queue.state("queued")).isEqualTo("none");
		assertThat(this.queue.counter("cancelled")).isEqualTo(3);
		assertThat(this.queue.claim("v", 9, 5).status()).isEqualTo("EMPTY");
	}

	@Test
	void keepsACancelledJobForItsCaller() {
		this.queue.enqueueJobs(TestQueue.job("a", TestQueue.record(1, TestQueue.RETAINED, ""), "0"),
				TestQueue.job("b", TestQueue.record(1, TestQueue.RETAINED, ""), "+60000"));
		long before = this.queue.now();
		assertThat(this.queue.cancel("a")).isTrue();
		assertThat(this.queue.cancel("b")).isTrue();
		assertThat(this.queue.cancel("a")).as("again").isFalse();
		assertThat(this.queue.find("a").status()).isEqualTo("CANCELLED");
		assertThat(this.queue.find("a").number(4)).isGreaterThanOrEqualTo(before);
		assertThat(this.queue.claim("w", 1, 5).status()).isEqualTo("EMPTY");
		assertThat(this.queue.state("a")).isEqualTo("CANCELLED");
		assertThat(this.queue.redis().zscore(this.queue.key("f"), "b")).isGreaterThanOrEqualTo(before + 60_000);
	}

	@Test
	void takesTheIdOfAKeptCancelledJobAgainOnlyWhenItWasForgotten() {
		String[] job = TestQueue.job("a", TestQueue.record(1, TestQueue.RETAINED, ""), "0");
		this.queue.enqueue("p", 1, "check", job);
		this.queue.run(RedisScript.CANCEL, "a", "60000", "", "");
		assertThat(this.queue.enqueue("p", 2, "check", job).texts(2)).containsExactly("a");
		this.queue.makeDue("f");
		this.queue.redis().hset(this.queue.key("m"), "p", "1");
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.state("a")).as("forgotten, its hint not yet").isEqualTo("none");
		assertThat(this.queue.enqueue("p", 3, "check", job).texts(2)).isEmpty();
		this.queue.redis().hdel(this.queue.key("m"), "p");
		assertThat(this.queue.claim("w", 1, 5).texts(3)).containsExactly("a");
	}

	@Test
	void queuesADeadJobAgainWithFreshRetriesAndAGrowingAttempt() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.retry("a", "w:1", 0));
		this.queue.claim("w", 2, 2);
		this.queue.settle(TestQueue.bury("a", "w:2"), TestQueue.release("b", "w:2", false));
		assertThat(this.queue.retryDead("a")).isTrue();
		assertThat(this.queue.retryDead("a")).as("again").isFalse();
		assertThat(this.queue.retryDead("b")).as("not dead").isFalse();
		assertThat(this.queue.retryDead("none")).isFalse();
		assertThat(this.queue.ready(1)).containsExactly("b", "a");
		ScriptReply claim = this.queue.claim("w", 3, 2);
		assertThat(claim.texts(5).subList(4, 8)).containsExactly("0", "0", "2", "0");
		assertThat(claim.attempt(1)).isEqualTo(3);
		assertThat(this.queue.attempts("a", "e1")).as("the history stays").endsWith(" the end");
		assertThat(this.queue.counter("requeued")).isEqualTo(1);
	}

	@Test
	void deletesAnythingButWhatRuns() {
		everyState();
		for (String id : new String[] { "queued", "scheduled", "retrying", "dead" }) {
			assertThat(this.queue.delete(id)).as(id).isTrue();
			assertThat(this.queue.delete(id)).as(id + " again").isFalse();
		}
		assertThat(this.queue.delete("running")).isFalse();
		assertThat(this.queue.state("running")).isEqualTo("RUNNING");
		assertThat(this.queue.delete("finished")).isTrue();
		assertThat(this.queue.counter("deleted")).isEqualTo(4);
		assertThat(this.queue.counter("forgotten")).isEqualTo(1);
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	@Test
	void changesWhenAJobIsDueThatWaitsForItsTime() {
		everyState();
		long now = this.queue.now();
		for (String id : new String[] { "scheduled", "retrying" }) {
			long due = this.queue.reschedule(id, "+90000");
			assertThat(due).as(id).isGreaterThanOrEqualTo(now + 90_000);
			assertThat(this.queue.find(id).number(2)).isEqualTo(due);
			assertThat(TestQueue.due(this.queue.stored(id))).isEqualTo(due);
			assertThat(this.queue.state(id)).isEqualTo(id.toUpperCase(Locale.ROOT));
			assertThat(this.queue.reschedule(id, "@" + (now + 50_000))).isEqualTo(now + 50_000);
		}
		for (String id : new String[] { "queued", "running", "dead", "finished", "none" }) {
			assertThat(this.queue.reschedule(id, "+90000")).as(id).isZero();
			assertThat(this.queue.reschedule(id, "0")).as(id).isZero();
		}
		assertThat(this.queue.counter("rescheduled")).isEqualTo(4);
		assertThat(this.queue.claim("v", 9, 5).texts(3)).containsExactly("queued");
	}

	@Test
	void queuesAJobAtOnceThatIsDueByItsNewTime() {
		everyState();
		long promoted = this.queue.counter("promoted");
		assertThat(this.queue.reschedule("retrying", "0")).isPositive();
		assertThat(this.queue.reschedule("scheduled", "@1")).isGreaterThan(1);
		assertThat(this.queue.reschedule("scheduled", "0")).as("again").isZero();
		assertThat(this.queue.ready(1)).containsExactly("queued", "retrying", "scheduled");
		assertThat(this.queue.counter("promoted")).isEqualTo(promoted + 2);
		ScriptReply claim = this.queue.claim("v", 9, 5);
		assertThat(claim.texts(3)).containsExactly("queued", "retrying", "scheduled");
		assertThat(claim.attempt(1)).as("the retry that was waiting").isEqualTo(2);
	}

	@Test
	void jobThatIsDueAtAnotherTimeMayBeLateFromThenOn() {
		this.queue.enqueueJobs(TestQueue.job("a", TestQueue.expiring(1, 0, 500, "a"), "+60000"));
		long due = this.queue.reschedule("a", "+90000");
		assertThat(TestQueue.expiresAt(this.queue.stored("a"))).isEqualTo(due + 500);
		due = this.queue.reschedule("a", "0");
		assertThat(TestQueue.expiresAt(this.queue.stored("a"))).isEqualTo(due + 500);
	}

	@Test
	void bytesThatNobodyCanReadStayAsTheyAreWhenTheyAreDueAtAnotherTime() {
		this.queue.enqueueJobs(TestQueue.job("a", "1?" + (char) 0 + "of a newer version", "+60000"));
		String record = this.queue.stored("a");
		assertThat(this.queue.reschedule("a", "0")).isPositive();
		assertThat(this.queue.stored("a")).isEqualTo(record);
	}

	@Test
	void findsAJobInEachOfItsStates() {
		everyState();
		List<String> ids = List.of("queued", "scheduled", "running", "retrying", "dead", "finished", "none");
		ScriptReply found = this.queue.run(RedisScript.FIND, ids.toArray(String[]::new));
		for (int k = 0; k < 6; k++) {
			String id = ids.get(k);
			assertThat(found.nested(2, k).status())
				.isEqualTo(id.equals("finished") ? "SUCCEEDED" : id.toUpperCase(Locale.ROOT));
			assertThat(found.nested(2, k).text(1)).isEqualTo(this.queue.stored(id));
		}
		assertThat(found.missing(2, 6)).isTrue();
		assertThat(found.nested(2, 1).number(2)).isGreaterThan(this.queue.now());
		assertThat(found.nested(2, 2).number(3)).isPositive();
		assertThat(found.nested(2, 3).number(2)).isGreaterThan(this.queue.now());
		assertThat(found.nested(2, 3).texts(5).get(0)).isEqualTo("1");
		assertThat(found.nested(2, 4).number(4)).isPositive();
	}

	@Test
	void tellsTheFiguresOfThePartition() {
		everyState();
		this.queue.enqueue("cancelled");
		this.queue.cancel("cancelled");
		ScriptReply figures = this.queue.run(RedisScript.INSPECT);
		assertThat(figures.parts().subList(2, 11)).extracting(String::valueOf)
			.containsExactly("0", "1", "1", "1", "1", "1", "1", "6", "1");
		assertThat(figures.number(11)).isEqualTo(TestQueue.due(this.queue.stored("queued")));
		Map<String, String> counters = new HashMap<>();
		List<String> flat = figures.texts(12);
		for (int k = 0; k < flat.size(); k += 2) {
			counters.put(flat.get(k), flat.get(k + 1));
		}
		assertThat(counters).containsEntry("enqueued", "7").containsEntry("cancelled", "1");
	}

	@Test
	void leavesCancelledJobsOutOfTheOldestAge() {
		this.queue.enqueueJobs(TestQueue.job("cancelled", TestQueue.record(1, TestQueue.RETAINED, ""), "0"));
		this.queue.pass(2);
		this.queue.cancel("cancelled");
		assertThat(this.queue.run(RedisScript.INSPECT).number(11)).isZero();
		this.queue.enqueue("a");
		assertThat(this.queue.run(RedisScript.INSPECT).number(11)).isEqualTo(TestQueue.due(this.queue.stored("a")));
	}

	@Test
	void pausedQueueGivesNothingOutAndGoesOnOtherwise() {
		this.queue.enqueue("running", "a");
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.pause(true)).isTrue();
		assertThat(this.queue.pause(true)).as("again").isFalse();
		this.queue.enqueue("b");
		this.queue.enqueue("+1", new String[] { "due" });
		this.queue.pass(2);
		assertThat(this.queue.claim("w", 2, 5).status()).isEqualTo("PAUSED");
		assertThat(this.queue.state("due")).as("promoted").isEqualTo("QUEUED");
		assertThat(this.queue.settle(TestQueue.complete("running", "w:1")).texts(2)).as("stale").isEmpty();
		assertThat(this.queue.run(RedisScript.INSPECT).number(2)).isEqualTo(1);
		assertThat(this.queue.pause(false)).isTrue();
		assertThat(this.queue.pause(false)).as("again").isFalse();
		assertThat(this.queue.claim("w", 2, 5).texts(3)).as("the sequence was not used up")
			.containsExactly("a", "b", "due");
	}

	@Test
	void dropsDeadLettersPastTheirTime() {
		this.queue.enqueue("a");
		this.queue.claim("w", 1, 1);
		this.queue.settle(TestQueue.bury("a", "w:1"));
		this.queue.nextMinute();
		this.queue.claim("w", 2, 1);
		assertThat(this.queue.state("a")).isEqualTo("DEAD");
		this.queue.pass(3);
		this.queue.nextMinute();
		this.queue.claim(ClaimCall.of("w", 2, 1).keepDead(1));
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.counter("dropped")).isEqualTo(1);
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	@Test
	void forgetsTheSequencesOfProcessesGoneForADay() {
		long minute = this.queue.now() / 60_000;
		this.queue.redis().hset(this.queue.key("pr"), "gone", "7:" + (minute - 1442));
		this.queue.redis().hset(this.queue.key("pr"), "quiet", "7:" + (minute - 1438));
		this.queue.claim("w", 1, 1);
		assertThat(this.queue.redis().hkeys(this.queue.key("pr"))).containsExactly("quiet");
	}

	/**
	 * A job in each state that is stored, by the name of the state.
	 */
	private void everyState() {
		this.queue.enqueue("running", "retrying", "dead", "finished", "queued");
		this.queue.enqueue("+60000", new String[] { "scheduled" });
		this.queue.claim("w", 1, 4);
		this.queue.settle(TestQueue.retry("retrying", "w:1", 60_000), TestQueue.bury("dead", "w:1"),
				TestQueue.keep("finished", "w:1", 60_000, this.queue.stored("finished")));
	}

}
