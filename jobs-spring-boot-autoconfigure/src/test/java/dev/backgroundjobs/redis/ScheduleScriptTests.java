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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is promised about definitions of schedules: which one holds, and what a change of
 * it does to the slots.
 */
class ScheduleScriptTests {

	private final TestQueue queue = new TestQueue();

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void definitionOfALivingProcessIsNotUndoneByAnOlderOne() {
		long first = holds("D", 60_000, "nightly", "mail", "old");
		assertThat(holds("D", 60_000, "nightly", "mail", "old")).as("declared again").isEqualTo(first);
		long second = holds("D", 60_000, "nightly", "mail", "new");
		assertThat(second).isGreaterThan(first);
		ScriptReply older = declare("D", 60_000, "nightly", "mail", "old");
		assertThat(older.status()).isEqualTo("SUPERSEDED");
		assertThat(older.number(1)).isEqualTo(second);
		assertThat(revision()).isEqualTo(second);
		allAreAway("nightly");
		assertThat(holds("D", 60_000, "nightly", "mail", "old")).as("the newer process is gone").isGreaterThan(second);
	}

	@Test
	void newerDefinitionHoldsAgainWhoeverComesBackFirst() {
		Stream.of("one", "two", "three").forEach((print) -> holds("D", 60_000, "nightly", "mail", print));
		allAreAway("nightly");
		long first = holds("D", 60_000, "nightly", "mail", "one");
		long second = holds("D", 60_000, "nightly", "mail", "two");
		assertThat(second).isGreaterThan(first);
		assertThat(declare("D", 60_000, "nightly", "mail", "one").status()).isEqualTo("SUPERSEDED");
		assertThat(holds("D", 60_000, "nightly", "mail", "three")).isGreaterThan(second);
		assertThat(declare("D", 60_000, "nightly", "mail", "two").status()).isEqualTo("SUPERSEDED");
		allAreAway("nightly");
		holds("D", 60_000, "nightly", "mail", "two");
		holds("D", 60_000, "nightly", "mail", "four");
		assertThat(declare("D", 60_000, "nightly", "mail", "three").status()).as("newer than two, older than four")
			.isEqualTo("SUPERSEDED");
	}

	/**
	 * Nobody has declared it for longer than that holds.
	 */
	private void allAreAway(String id) {
		String place = String.valueOf(index().get(id));
		this.queue.redis()
			.hset(new String(this.queue.keys().schedules()[0], StandardCharsets.UTF_8), id,
					place.replaceFirst("^(\\d+ \\S+ D) \\d+", "$1 1"));
	}

	@Test
	void definitionThatWasGoneForLongTakesItsPlaceAgain() {
		holds("D", 60_000, "nightly", "mail", "0");
		for (int k = 1; k <= 8; k++) {
			holds("D", 60_000, "nightly", "mail", String.valueOf(k));
			assertThat(declare("D", 60_000, "nightly", "mail", "0").status()).isEqualTo("SUPERSEDED");
		}
		holds("D", 60_000, "nightly", "mail", "9");
		assertThat(declare("D", 60_000, "nightly", "mail", "1").status()).isEqualTo("SUPERSEDED");
		holds("D", 60_000, "nightly", "mail", "0");
	}

	@Test
	void createdSchedulesAreChangedByTheLastCall() {
		long first = holds("C", 0, "digest-42", "mail", "at eight");
		long second = holds("C", 0, "digest-42", "mail", "at nine");
		assertThat(second).isGreaterThan(first);
		assertThat(holds("C", 0, "digest-42", "mail", "at eight")).isGreaterThan(second);
		assertThat(declare("D", 60_000, "digest-42", "mail", "method").status()).isEqualTo("TAKEN");
		holds("D", 60_000, "nightly", "mail", "method");
		assertThat(declare("C", 0, "nightly", "mail", "call").status()).isEqualTo("TAKEN");
	}

	@Test
	void scheduleThatNobodyDeclaresMayBeCreated() {
		holds("D", 1, "nightly", "mail", "method");
		this.queue.pass(2);
		holds("C", 0, "nightly", "mail", "call");
	}

	@Test
	void scheduleThatIsDisabledAndThatNobodyDeclaresChangesWhenItIsDeclaredAgain() {
		assertThat(declare("D", 0, "nightly", "", "-").status()).as("never declared").isEqualTo("NONE");
		long first = holds("D", 60_000, "nightly", "mail", "one");
		assertThat(declare("D", 0, "nightly", "", "-").status()).as("another process declares it").isEqualTo("NONE");
		assertThat(holds("D", 60_000, "nightly", "mail", "one")).isEqualTo(first);
		allAreAway("nightly");
		assertThat(declareAs("another shop", "D", 0, "nightly", "", "-").status()).isEqualTo("NONE");
		for (int call = 0; call < 2; call++) {
			assertThat(declare("D", 0, "nightly", "", "-").status()).isEqualTo("DISABLED");
			assertThat(index().get("nightly")).startsWith(first + " mail D ").endsWith(" - - one my shop");
		}
		assertThat(holds("D", 60_000, "nightly", "mail", "one")).isGreaterThan(first);
		assertThat(index().get("nightly")).endsWith(" one - one my shop");
		holds("C", 0, "digest-42", "mail", "at eight");
		assertThat(declare("D", 0, "digest-42", "", "-").status()).as("a method of the same id").isEqualTo("NONE");
	}

	@Test
	void formerQueueIsToldUntilAnotherChange() {
		holds("D", 60_000, "nightly", "mail", "one");
		ScriptReply moved = declare("D", 60_000, "nightly", "reports", "two");
		assertThat(moved.text(2)).isEqualTo("mail");
		assertThat(declare("D", 60_000, "nightly", "reports", "two").text(2)).as("whoever asks").isEqualTo("mail");
		assertThat(declare("D", 60_000, "nightly", "reports", "three").text(2)).isEqualTo("mail");
		assertThat(declare("D", 60_000, "nightly", "mail", "four").text(2)).isEqualTo("reports");
		assertThat(declare("D", 60_000, "nightly", "third", "five").text(2)).isEqualTo("mail,reports");
		assertThat(declare("D", 60_000, "nightly", "reports", "six").text(2)).isEqualTo("third,mail");
	}

	@Test
	void withdrawsOnlyWhatWasSeen() {
		long revision = holds("D", 60_000, "nightly", "mail", "one");
		String seen = String.valueOf(index().get("nightly"));
		this.queue.pass(2);
		holds("D", 60_000, "nightly", "mail", "one");
		assertThat(withdraw("nightly", seen)).as("declared meanwhile").isZero();
		assertThat(withdraw("nightly", String.valueOf(index().get("nightly")))).isEqualTo(1);
		assertThat(index()).doesNotContainKey("nightly");
		assertThat(revision()).isGreaterThan(revision);
	}

	@Test
	void editedScheduleCountsFromTheEdit() {
		this.queue.define(5, "nightly", "FIRE_ONCE", "ALLOW");
		long slot = this.queue.now() + 500;
		assertThat(this.queue.fire("nightly", "5", slot, "a").status()).isEqualTo("OK");
		this.queue.define(5, "nightly", "SKIP", "SKIP");
		assertThat(definition("nightly")).as("not newer").contains("FIRE_ONCE ALLOW");
		this.queue.define(4, "nightly", "SKIP", "SKIP");
		assertThat(definition("nightly")).as("older").contains("FIRE_ONCE ALLOW");
		this.queue.pass(600);
		long edited = this.queue.define(6, "nightly", "FIRE_ONCE", "ALLOW").number(1);
		assertThat(this.queue.fire("nightly", "6", slot, "b").status()).as("the old slot").isEqualTo("ALREADY");
		assertThat(this.queue.fire("nightly", "6", edited, "c").status()).as("before the edit").isEqualTo("ALREADY");
		assertThat(this.queue.fire("nightly", "6", edited + 1, "d").status()).isEqualTo("OK");
	}

	@Test
	void slotThatWaitsIsLeftOutByAnEdit() {
		this.queue.define("FIRE_ONCE", "QUEUE_ONE", "nightly");
		this.queue.fire("nightly", 1000, "a");
		assertThat(this.queue.fire("nightly", 2000, "b").number(3)).as("waits").isEqualTo(2000);
		this.queue.define(1, "nightly", "FIRE_ONCE", "QUEUE_ONE");
		assertThat(this.queue.fire("nightly", 2000, "b").status()).as("no edit").isEqualTo("WAITING");
		long edited = this.queue.define(2, "nightly", "FIRE_ONCE", "QUEUE_ONE").number(1);
		this.queue.delete("a");
		assertThat(this.queue.fire("nightly", "2", 2000, "b").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("nightly", "2", edited + 1, "c").status()).isEqualTo("OK");
	}

	@Test
	void newScheduleHasNothingToMakeUpFor() {
		long begun = this.queue.define(1, "nightly", "FIRE_ALL", "ALLOW").number(1);
		assertThat(this.queue.fire("nightly", begun - 1, "a").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("nightly", begun, "b").status()).as("this very moment").isEqualTo("OK");
	}

	@Test
	void forgottenScheduleIsGoneWithAllItsFields() {
		this.queue.define("FIRE_ONCE", "QUEUE_ONE", "nightly", "other");
		this.queue.fire("nightly", 1000, "a");
		this.queue.fire("nightly", 2000, "b");
		this.queue.run(RedisScript.PAUSE, "1", "nightly");
		assertThat(forget("nightly", 0, false)).as("a newer one").isZero();
		assertThat(forget("nightly", 1, false)).isEqualTo(1);
		assertThat(forget("nightly", 1, false)).isZero();
		assertThat(this.queue.redis().hkeys(this.queue.key("rc"))).allMatch((field) -> field.startsWith("other"));
		assertThat(this.queue.state("a")).as("its runs stay").isEqualTo("QUEUED");
	}

	@Test
	void scheduleThatMovedComesBackOnlyInALaterRevision() {
		this.queue.define("FIRE_ONCE", "ALLOW", "nightly");
		assertThat(forget("nightly", 3, true)).isEqualTo(1);
		this.queue.define(2, "nightly", "FIRE_ONCE", "ALLOW");
		assertThat(this.queue.fire("nightly", "2", this.queue.now(), "a").status()).isEqualTo("GONE");
		this.queue.define(4, "nightly", "FIRE_ONCE", "ALLOW");
		assertThat(this.queue.fire("nightly", "4", this.queue.now() + 1000, "a").status()).isEqualTo("OK");
	}

	@Test
	void scheduleThatComesFromElsewhereIsFiredWhenItHasArrived() {
		this.queue.define(3, "nightly", "c");
		long slot = this.queue.now();
		assertThat(this.queue.fire("nightly", "3", slot + 500, "a").status()).isEqualTo("CHANGED");
		assertThat(arrive("nightly", 2, slot + 1000)).as("another one").isZero();
		assertThat(arrive("nightly", 3, slot + 1000)).isEqualTo(1);
		assertThat(this.queue.fire("nightly", "3", slot + 1000, "a").status()).as("fired there").isEqualTo("ALREADY");
		assertThat(this.queue.fire("nightly", "3", slot + 1001, "a").status()).isEqualTo("OK");
		assertThat(arrive("nightly", 3, slot + 1900)).as("repeated").isEqualTo(2);
		assertThat(this.queue.fire("nightly", "3", slot + 1500, "b").number(3)).as("waits for the run before")
			.isEqualTo(slot + 1500);
	}

	@Test
	void scheduleThatComesFromElsewhereIsNotNew() {
		long begun = this.queue.define(3, "nightly", "c").number(1);
		arrive("nightly", 3, begun - 1000);
		assertThat(this.queue.fire("nightly", "3", begun, "a").status()).isEqualTo("ALREADY");
		assertThat(this.queue.fire("nightly", "3", begun + 1, "b").status()).isEqualTo("OK");
	}

	@Test
	void whatIsKnownOfASchedulesSlotsIsToldUntilItHasArrivedElsewhere() {
		this.queue.define("FIRE_ONCE", "QUEUE_ONE", "nightly");
		this.queue.fire("nightly", 1000, "a");
		this.queue.fire("nightly", 2000, "b");
		this.queue.run(RedisScript.PAUSE, "1", "nightly");
		this.queue.redis().hset(this.queue.key("rc"), "nightly\0w", "2000");
		String paused = this.queue.redis().hget(this.queue.key("rc"), "nightly\0paused");
		for (int call = 0; call < 2; call++) {
			ScriptReply left = this.queue.run(RedisScript.FORGET, "nightly", "4", "1");
			assertThat(List.of(left.text(2), left.text(3), left.text(4), left.text(5))).containsExactly("2000", "1000",
					"2000", paused);
			assertThat(this.queue.fire("nightly", "1", 3000, "c").status()).isEqualTo("GONE");
		}
		assertThat(this.queue.run(RedisScript.FORGET, "nightly", "3", "1").parts()).as("a later one is here")
			.hasSize(2);
		assertThat(this.queue.run(RedisScript.FORGET, "nightly", "4", "2").number(1)).isEqualTo(1);
		assertThat(this.queue.redis().hgetall(this.queue.key("rc"))).isEqualTo(Map.of("nightly\0d", "4"));
	}

	@Test
	void scheduleThatComesBackBringsItsPauseFromWhereItWas() {
		this.queue.define("FIRE_ONCE", "QUEUE_ONE", "nightly");
		this.queue.fire("nightly", 1000, "a");
		this.queue.fire("nightly", 2000, "b");
		this.queue.run(RedisScript.PAUSE, "1", "nightly");
		this.queue.redis().hset(this.queue.key("rc"), "nightly\0w", "2000");
		this.queue.run(RedisScript.FORGET, "nightly", "4", "1");
		this.queue.define(5, "nightly", "d");
		assertThat(arrive("nightly", 5, 0, "4")).isEqualTo(1);
		assertThat(fields()).containsExactlyInAnyOrder("nightly", "nightly\0d", "nightly\0r");
	}

	@Test
	void scheduleThatComesBackIsAsItWasIfItHasNotArrivedElsewhere() {
		this.queue.define(3, "nightly", "FIRE_ONCE", "QUEUE_ONE");
		this.queue.run(RedisScript.PAUSE, "1", "nightly");
		this.queue.run(RedisScript.FORGET, "nightly", "4", "1");
		this.queue.define(5, "nightly", "d");
		assertThat(knownOnLeaving("nightly", 6)).isEqualTo("3");
		this.queue.define(7, "nightly", "d");
		assertThat(arrive("nightly", 7, 0, "2")).as("that was before it was here").isEqualTo(1);
		assertThat(this.queue.fire("nightly", "7", this.queue.now() + 100, "a").status()).isEqualTo("PAUSED");
		assertThat(fields()).containsExactlyInAnyOrder("nightly", "nightly\0d", "nightly\0r", "nightly\0paused");
		this.queue.define(8, "nightly", "d");
		assertThat(knownOnLeaving("nightly", 9)).as("it has arrived since").isEqualTo("7");
	}

	@Test
	void nothingIsKnownOfAScheduleWhereItHasNotArrived() {
		this.queue.define(3, "nightly", "c");
		assertThat(knownOnLeaving("nightly", 4)).isEmpty();
		assertThat(fields()).containsExactly("nightly\0d");
	}

	@Test
	void newScheduleHasNothingOfTheOneThatLeft() {
		this.queue.define("FIRE_ONCE", "ALLOW", "nightly");
		this.queue.run(RedisScript.PAUSE, "1", "nightly");
		this.queue.run(RedisScript.FORGET, "nightly", "4", "1");
		this.queue.define(5, "nightly", "FIRE_ONCE", "ALLOW");
		assertThat(fields()).containsExactlyInAnyOrder("nightly", "nightly\0d", "nightly\0r");
	}

	/**
	 * Of which revision it is that something is known where a schedule leaves.
	 */
	private String knownOnLeaving(String id, long revision) {
		ScriptReply left = this.queue.run(RedisScript.FORGET, id, String.valueOf(revision), "1");
		assertThat(left.text(2).isEmpty()).isEqualTo(left.text(6).isEmpty());
		return left.text(6);
	}

	private List<String> fields() {
		return this.queue.redis().hkeys(this.queue.key("rc"));
	}

	private long arrive(String id, long revision, long done) {
		return arrive(id, revision, done, "1");
	}

	private long arrive(String id, long revision, long done, String known) {
		return this.queue.run(RedisScript.ARRIVE, id, String.valueOf(revision), String.valueOf(done), "", "", "", known)
			.number(1);
	}

	private ScriptReply declare(String origin, long millis, String id, String queue, String fingerprint) {
		return declareAs("my shop", origin, millis, id, queue, fingerprint);
	}

	private ScriptReply declareAs(String application, String origin, long millis, String id, String queue,
			String fingerprint) {
		return this.queue.scripts()
			.run(RedisScript.DECLARE, this.queue.keys().schedules(), origin, String.valueOf(millis), application, id,
					queue, fingerprint)
			.nested(2);
	}

	private long holds(String origin, long millis, String id, String queue, String fingerprint) {
		ScriptReply answer = declare(origin, millis, id, queue, fingerprint);
		assertThat(answer.status()).isEqualTo("HOLDS");
		return answer.number(1);
	}

	private long withdraw(String id, String seen) {
		return this.queue.scripts().run(RedisScript.WITHDRAW, this.queue.keys().schedules(), id, seen).number(1);
	}

	private long forget(String id, long revision, boolean moved) {
		return this.queue.run(RedisScript.FORGET, id, String.valueOf(revision), moved ? "1" : "0").number(1);
	}

	private Map<String, String> index() {
		return this.queue.redis().hgetall(new String(this.queue.keys().schedules()[0], StandardCharsets.UTF_8));
	}

	private long revision() {
		return Long.parseLong(String.valueOf(index().get("\0revision")));
	}

	private String definition(String id) {
		return List.of(String.valueOf(this.queue.redis().hget(this.queue.key("rc"), id + "\0d")).split("\n")).get(0);
	}

}
