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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One of the keys holds something else: a script does all that it was to do, or nothing.
 */
@BreaksData("a key at a time holds another type")
class ForeignTypeTests {

	private static final String HOUR = "3600000";

	private final ForeignTypes foreign = new ForeignTypes();

	private final TestQueue queue = this.foreign.queue();

	@AfterEach
	void close() {
		this.foreign.close();
	}

	@ParameterizedTest
	@MethodSource("scripts")
	void scriptDoesAllOrNothing(String touched, Consumer<TestQueue> before, Consumer<TestQueue> script) {
		this.foreign.check(touched, before, script);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void heartbeatDoesAllOrNothing(int foreign) {
		byte[][] keys = this.queue.keys().workers();
		this.queue.scripts().run(RedisScript.HEARTBEAT, keys, "gone", "1", "", "mail", "1");
		this.queue.pass(2);
		String key = new String(keys[foreign], StandardCharsets.UTF_8);
		this.queue.redis().del(key);
		this.queue.redis().set(key, "foreign");
		Map<String, String> broken = this.foreign.content();
		assertThat(this.foreign.isRefused((queue) -> queue.scripts()
			.run(RedisScript.HEARTBEAT, keys, "w", "30000", "host", "mail", "2", "other", "1"))).isTrue();
		assertThat(ForeignTypes.changes(broken, this.foreign.content())).isEmpty();
	}

	@Test
	void declarationsDoAllOrNothing() {
		byte[][] keys = this.queue.keys().schedules();
		String key = new String(keys[0], StandardCharsets.UTF_8);
		this.queue.redis().set(key, "foreign");
		Map<String, String> broken = this.foreign.content();
		assertThat(this.foreign
			.isRefused((queue) -> queue.scripts().run(RedisScript.DECLARE, keys, "D", "1", "shop", "a", "mail", "1")))
			.isTrue();
		assertThat(this.foreign.isRefused((queue) -> queue.scripts().run(RedisScript.WITHDRAW, keys, "a", "1")))
			.isTrue();
		assertThat(ForeignTypes.changes(broken, this.foreign.content())).isEmpty();
	}

	static Stream<Arguments> scripts() {
		return Stream
			.of(scriptsOfCallersAndOperators(), scriptsOfSchedules(), scriptsOfWorkers(), ForeignJoins.scripts())
			.flatMap(Function.identity());
	}

	private static Stream<Arguments> scriptsOfCallersAndOperators() {
		return Stream.of(
				script("enqueue", "m j r1 d pr w s",
						(queue) -> queue.redis().sadd(queue.key("w"), "nobody listens here"),
						(queue) -> queue.enqueueJobs(TestQueue.job("a", TestQueue.record(1, 0, "a"), "0"),
								TestQueue.job("b", TestQueue.record(1, 0, "b"), "+" + HOUR))),
				script("enqueue what may exist, up to a capacity", "m j r0 pr s", ForeignTypeTests::settled,
						(queue) -> queue.enqueueUpTo("10", "p", 1, "check",
								TestQueue.job("a", TestQueue.record(0, 0, "a"), "0"))),
				script("cancel what runs", "c i j kc", ForeignTypeTests::running, (queue) -> queue.cancel("a")),
				script("dead", "j r1 a x w s", ForeignTypeTests::dead,
						(queue) -> queue.run(RedisScript.DEAD, "retry", "", "", "10", "", "10")),
				script("dead, deleted", "j a x s", ForeignTypeTests::dead,
						(queue) -> queue.run(RedisScript.DEAD, "delete", "", "", "10", "", "10", "0")),
				script("pause", "m w", ForeignTypeTests::settled, (queue) -> queue.pause(true)),
				script("resume", "m w", ForeignTypeTests::paused, (queue) -> queue.pause(false)),
				script("enqueue of a chain", "m j r1 pr wt s", ForeignTypeTests::settled,
						(queue) -> queue.enqueueJobs(Chain.of("mail~0~a", "mail~0~a.2").jobs())),
				script("cancel with those behind it", "j wt z s", ForeignTypeTests::steps,
						(queue) -> queue.cancel("a")),
				script("cancel of a waiting step", "j wt s", ForeignTypeTests::steps, (queue) -> queue.cancel("a.2")),
				script("delete with those behind it", "j wt z s", ForeignTypeTests::steps,
						(queue) -> queue.delete("a")),
				script("cancel", "j z s", ForeignTypeTests::waiting, (queue) -> queue.cancel("a")),
				script("cancel what is kept", "j d f a", ForeignTypeTests::waiting, (queue) -> queue.cancel("kept")),
				script("retry-dead", "j r1 a x w s", ForeignTypeTests::dead, (queue) -> queue.retryDead("a")),
				script("reschedule", "j r1 d s", ForeignTypeTests::waiting, (queue) -> queue.reschedule("kept", "0")),
				script("delete", "j z s", ForeignTypeTests::waiting, (queue) -> queue.delete("a")),
				script("delete what is dead", "j a x", ForeignTypeTests::dead, (queue) -> queue.delete("a")),
				script("await", "m j x f aw", ForeignTypeTests::awaited,
						(queue) -> AwaitScriptTests.await(queue, "other", "a", "b")),
				script("names", "j r0 r1 r2 d t", ForeignTypeTests::waiting,
						(queue) -> queue.run(RedisScript.NAMES, "10")),
				script("find", "j i d t x f", ForeignTypeTests::waiting, (queue) -> queue.find("a")),
				script("inspect", "m j r0 r1 r2 d t i x f z s", ForeignTypeTests::waiting,
						(queue) -> queue.run(RedisScript.INSPECT)));
	}

	private static Stream<Arguments> scriptsOfSchedules() {
		return Stream.of(
				script("report", "m i a", ForeignTypeTests::running,
						(queue) -> queue.run(RedisScript.REPORT, "9", "99", "a", "w:1", "1", "1 2 ", "0 line\n")),
				script("fire", "m j r1 w s rc", ForeignTypeTests::recurring,
						(queue) -> queue.fire("nightly", 1, "next")),
				script("fire while the run before lives", "j x f rc", ForeignTypeTests::recurring,
						(queue) -> queue.fire("import", 2, "next")),
				script("fire ahead of time", "j d rc", ForeignTypeTests::recurring,
						(queue) -> queue.fire("nightly", queue.now() + 1500, "next")),
				script("define", "m rc", ForeignTypeTests::settled,
						(queue) -> queue.define(1, "nightly", "SKIP", "SKIP")),
				script("forget", "rc", ForeignTypeTests::recurring,
						(queue) -> queue.run(RedisScript.FORGET, "nightly", "1", "1")),
				script("arrive", "rc", (queue) -> queue.define(1, "nightly", "d"),
						(queue) -> queue.run(RedisScript.ARRIVE, "nightly", "1", "5", "5", "", "7", "1")),
				script("pause a schedule", "m w rc", ForeignTypeTests::recurring,
						(queue) -> queue.run(RedisScript.PAUSE, "1", "nightly")));
	}

	private static Stream<Arguments> scriptsOfWorkers() {
		return Stream.of(
				script("settle, with a step behind", "j i c n l wt r1 w s", ForeignTypeTests::firstStepRuns,
						(queue) -> queue.settle(Chain.proceed("a", "w:1", "1"))),
				script("settle, with a step elsewhere", "m j i c n l wt o os s", ForeignTypeTests::stepElsewhere,
						(queue) -> queue.settle(Chain.proceed("a", "w:1", "1"))),
				script("settle, cancelled with those behind it", "j i c n l wt s", ForeignTypeTests::firstStepRuns,
						(queue) -> queue.settle(TestQueue.cancelled("a", "w:1", 60_000))),
				script("claim of a step that nobody started in time", "j r1 wt s", ForeignTypeTests::lateStep,
						(queue) -> queue.claim("w", 1, 10)),
				script("receive", "m j r1 pr wt w s", ForeignTypeTests::paused, ForeignTypeTests::receive),
				script("relay", "o", ForeignTypeTests::left, (queue) -> queue.run(RedisScript.RELAY, "read", "")),
				script("relay, done", "m o", ForeignTypeTests::left,
						(queue) -> queue.run(RedisScript.RELAY, "done",
								queue.run(RedisScript.RELAY, "read", "").texts(2).get(0).split(" ")[0])),
				script("claim", "m j r0 r1 i c n l a pr w z s", ForeignTypeTests::waiting,
						(queue) -> queue.claim(ClaimCall.of("w", 1, 10).channel("here"))),
				script("claim of what nobody started in time", "j r1 a f s", ForeignTypeTests::late,
						(queue) -> queue.claim("w", 1, 10)),
				script("repeated claim", "i c l a", ForeignTypeTests::running,
						(queue) -> queue.claim(ClaimCall.of("w", 1, 10).lease(60_000))),
				script("claim of what is due", "j r1 d t s", ForeignTypeTests::due, (queue) -> queue.claim("w", 9, 10)),
				script("claim of what lost its worker", "j r1 t i c n l a x s", ForeignTypeTests::lost,
						(queue) -> queue.claim(ClaimCall.of("w", 9, 10).maxLosses(1))),
				script("claim that tidies up", "j a x f pr s", ForeignTypeTests::old,
						(queue) -> queue.claim(ClaimCall.of("w", 9, 1).keepDead(0))),
				script("settle", "m j r1 d t i c n l a x f w s", ForeignTypeTests::running, ForeignTypeTests::settle),
				script("settle what is complete", "j i c n l s", ForeignTypeTests::running,
						(queue) -> queue.settle(TestQueue.complete("a", "w:1"))),
				script("settle what was cancelled", "j i c n l kc s", ForeignTypeTests::cancelled,
						(queue) -> queue.settle(TestQueue.bury("a", "w:1"))),
				script("claim of what was cancelled and lost its worker", "j i kc s",
						ForeignTypeTests::cancelledAndLost, (queue) -> queue.claim("w", 9, 1)),
				script("renew", "c l kc", ForeignTypeTests::cancelled, (queue) -> queue.renew(60_000, "w:1")));
	}

	static Arguments script(String name, String touched, Consumer<TestQueue> before, Consumer<TestQueue> script) {
		return Arguments.argumentSet(name, touched, before, script);
	}

	/** Two levels, a tombstone, a kept job, and a container that waits. */
	private static void waiting(TestQueue queue) {
		queue.enqueueJobs(TestQueue.job("first", TestQueue.record(0, 0, "first"), "0"),
				TestQueue.job("cancelled", TestQueue.record(1, 0, ""), "0"),
				TestQueue.job("a", TestQueue.record(1, 0, "a"), "0"),
				TestQueue.job("kept", TestQueue.record(1, TestQueue.RETAINED, "kept"), "+" + HOUR));
		queue.cancel("cancelled");
		queue.redis().sadd(queue.key("w"), "nobody listens here");
		queue.redis().hset(queue.key("a"), "a:f", "1");
		settled(queue);
	}

	private static void steps(TestQueue queue) {
		queue.enqueueJobs(Chain.of("mail~0~a", "mail~0~a.2", "mail~0~a.3").jobs());
	}

	private static void firstStepRuns(TestQueue queue) {
		steps(queue);
		queue.claim("w", 1, 1);
		queue.redis().sadd(queue.key("w"), "nobody listens here");
	}

	private static void stepElsewhere(TestQueue queue) {
		queue.enqueueJobs(Chain.of("mail~0~a", "image~0~a.2", "mail~0~a.3").jobs());
		queue.claim("w", 1, 1);
	}

	private static void left(TestQueue queue) {
		stepElsewhere(queue);
		queue.settle(Chain.proceed("a", "w:1", "1"));
	}

	private static void lateStep(TestQueue queue) {
		queue.enqueueJobs(Chain.of("mail~0~a", "mail~0~a.2").expiring(1).jobs());
		queue.pass(3);
		settled(queue);
	}

	private static void receive(TestQueue queue) {
		String[][] jobs = Chain.of("image~0~b", "mail~0~b.2", "mail~0~b.3").jobs();
		String record = jobs[1][1].substring(0, 3) + "\0".repeat(12) + jobs[1][1].substring(3);
		String behind = jobs[2][1].substring(0, 3) + "\0".repeat(12) + jobs[2][1].substring(3);
		queue.run(RedisScript.RECEIVE, "image~0", "17", "0", "1",
				"3 " + record.length() + " b.2" + record + "3 " + behind.length() + " b.3" + behind);
	}

	private static void paused(TestQueue queue) {
		queue.pause(true);
		queue.redis().sadd(queue.key("w"), "nobody listens here");
	}

	/** One has a run that waits. */
	private static void recurring(TestQueue queue) {
		queue.define("FIRE_ONCE", "ALLOW", "nightly");
		queue.define("FIRE_ONCE", "QUEUE_ONE", "import");
		queue.fire("import", 1, "a");
		queue.redis().sadd(queue.key("w"), "nobody listens here");
	}

	private static void late(TestQueue queue) {
		queue.enqueueJobs(TestQueue.job("a", TestQueue.expiring(1, 0, 1, "a"), "0"),
				TestQueue.job("b", TestQueue.expiring(1, TestQueue.RETAINED, 1, "b"), "0"));
		queue.pass(2);
		settled(queue);
	}

	private static void running(TestQueue queue) {
		queue.enqueue("a", "b", "c", "d", "e", "f", "g", "h");
		queue.redis().hset(queue.key("a"), "a:f", "1");
		queue.claim("w", 1, 10);
		queue.redis().sadd(queue.key("w"), "nobody listens here");
	}

	private static void awaited(TestQueue queue) {
		queue.enqueue("a");
		queue.claim("w", 1, 10);
		queue.enqueue("b");
		AwaitScriptTests.await(queue, "here", "a", "b");
	}

	private static void cancelled(TestQueue queue) {
		running(queue);
		queue.cancel("a");
	}

	private static void cancelledAndLost(TestQueue queue) {
		queue.enqueue("a");
		queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
		queue.cancel("a");
		queue.pass(2);
	}

	private static void settle(TestQueue queue) {
		queue.settle(TestQueue.complete("a", "w:1"), TestQueue.keep("b", "w:1", 60_000, "ended"),
				TestQueue.retry("c", "w:1", 0), TestQueue.bury("d", "w:1"), TestQueue.release("e", "w:1", true),
				TestQueue.park("f", "w:1", 9), TestQueue.startAlone("g", "w:1", 9), TestQueue.snooze("h", "w:1", 9));
	}

	private static void due(TestQueue queue) {
		queue.enqueue("+" + HOUR, new String[] { "a", "b" });
		queue.enqueue("c");
		queue.claim("w", 1, 1);
		queue.settle(TestQueue.retry("c", "w:1", 60_000));
		queue.makeDue("d");
		queue.makeDue("t");
	}

	/** One is buried, the other would go to the front. */
	private static void lost(TestQueue queue) {
		queue.enqueue("a", "b");
		queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
		queue.claim(ClaimCall.of("gone", 2, 1).lease(1).recover(false));
		queue.pass(2);
	}

	private static void dead(TestQueue queue) {
		queue.enqueue("a");
		queue.claim("w", 1, 1);
		queue.settle(TestQueue.bury("a", "w:1"));
		// when it is queued again, it is due at another time
		queue.pass(2);
	}

	private static void old(TestQueue queue) {
		queue.enqueue("a", "b", "next");
		queue.claim("w", 1, 2);
		queue.settle(TestQueue.bury("a", "w:1"), TestQueue.keep("b", "w:1", 1, "ended"));
		queue.redis().hset(queue.key("pr"), "gone for a day", "7:1");
		queue.pass(2);
		queue.nextMinute();
	}

	/** Nothing is due, and this minute has been tidied up. */
	static void settled(TestQueue queue) {
		queue.redis().hset(queue.key("m"), "jn", String.valueOf(queue.now() / 60_000));
	}

}
