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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.schedule.RecurringJobStore.Outcome;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.Slots.Misfires;
import dev.backgroundjobs.schedule.StoredSchedule;
import dev.backgroundjobs.schedule.Timing;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A schedule that is moved to another queue goes on, whoever dies half way.
 */
class ScheduleMoveTests {

	private static final Duration INTERVAL = Duration.ofSeconds(30);

	private final String namespace = "test-" + UUID.randomUUID();

	private final RedisKeys keys = new RedisKeys(this.namespace);

	private final RedisConnections connections = new RedisConnections(
			new LettuceConnectionFactory(RedisServer.shared().host(), RedisServer.shared().port()), this.namespace,
			INTERVAL);

	private final RedisRecurringJobStore store = new RedisRecurringJobStore(this.connections, this.namespace, INTERVAL);

	private final RedisScheduleOperations operations = new RedisScheduleOperations(this.connections, this.namespace,
			INTERVAL);

	@AfterEach
	void close() {
		this.connections.close();
	}

	@Test
	void pauseAndSlotsMoveAlong() {
		this.operations.put(hourly("mail"));
		StoredSchedule before = stored();
		assertThat(join(this.store.fire(before, before.start().plusMillis(1))).outcome()).isEqualTo(Outcome.ENQUEUED);
		this.operations.pause("digest");
		set("mail", "digest\0w", "77");
		JobScheduleInfo moved = this.operations.put(hourly("reports"));
		assertThat(moved.queue()).isEqualTo("reports");
		assertThat(moved.paused()).isTrue();
		assertThat(moved.lastSlot()).isEqualTo(before.start().plusMillis(1));
		assertThat(stored().waiting()).isEqualTo(Instant.ofEpochMilli(77));
		assertThat(stored().done()).isAfterOrEqualTo(before.start().plusMillis(1));
		assertThat(fields("mail")).as("that it may come back in a later revision only").containsOnlyKeys("digest\0d");
		this.operations.resume("digest");
		JobScheduleInfo back = this.operations.put(hourly("mail"));
		assertThat(back.queue()).isEqualTo("mail");
		assertThat(back.paused()).isFalse();
		assertThat(this.operations.remove("digest")).isTrue();
		assertThat(fields("mail")).isEmpty();
		assertThat(fields("reports")).isEmpty();
	}

	@Test
	void isFiredWhereItWasUntilSomethingOfItArrives() {
		this.operations.put(hourly("mail"));
		StoredSchedule before = stored();
		declareOnly(hourly("reports"));
		StoredSchedule found = stored();
		assertThat(found).usingRecursiveComparison().isEqualTo(before);
		assertThat(join(this.store.fire(found, found.start().plusMillis(1))).outcome()).isEqualTo(Outcome.ENQUEUED);
		assertThat(this.operations.find("digest")).extracting(JobScheduleInfo::queue).isEqualTo("mail");
		assertThat(this.operations.remove("digest")).isTrue();
		assertThat(fields("mail")).isEmpty();
	}

	@Test
	void whoeverReadsItFinishesItsMove() {
		this.operations.put(hourly("mail"));
		StoredSchedule before = stored();
		this.operations.pause("digest");
		String revision = declareOnly(hourly("reports"));
		defineOnly(hourly("reports"), revision);
		StoredSchedule onItsWay = ScheduleText.read("reports", "digest", values("reports"));
		assertThat(onItsWay).isNotNull();
		assertThat(join(this.store.fire(onItsWay, onItsWay.start().plusMillis(1))).outcome())
			.isEqualTo(Outcome.CHANGED);
		assertArrived(before);
		// read again, and by one who was slow
		assertArrived(before);
		defineOnly(hourly("reports"), revision);
		assertArrived(before);
	}

	@Test
	void whatHasLeftAndNotArrivedIsNotLost() {
		this.operations.put(hourly("mail"));
		StoredSchedule before = stored();
		this.operations.pause("digest");
		String revision = declareOnly(hourly("reports"));
		defineOnly(hourly("reports"), revision);
		join(this.connections.work()
			.eval(RedisScript.FORGET, partition("mail"), bytes("digest"), bytes(revision), bytes("1")));
		assertThat(join(this.store.fire(before, before.start().plusMillis(1))).outcome()).isEqualTo(Outcome.CHANGED);
		assertArrived(before);
	}

	@ParameterizedTest
	@CsvSource({ "mail, DECLARED", "mail, DEFINED", "mail, LEFT", "mail, ARRIVED", "third, DECLARED", "third, DEFINED",
			"third, LEFT", "third, ARRIVED" })
	void whatIsKnownGoesBackOrOnFromAMoveThatEndedHalfWay(String queue, HalfWay halfWay) {
		Instant slot = begin("mail");
		this.operations.pause("digest");
		move("mail", "reports", halfWay);
		JobScheduleInfo moved = this.operations.put(hourly(queue));
		assertThat(List.of(moved.queue(), moved.paused(), Objects.requireNonNull(moved.lastSlot())))
			.containsExactly(queue, true, slot);
		assertThat(stored().done()).isAfterOrEqualTo(slot);
		assertThat(this.operations.resume("digest")).isTrue();
		assertThat(join(this.store.fire(stored(), stored().done().plusMillis(1))).outcome()).isIn(Outcome.ENQUEUED,
				Outcome.WAITING);
		assertThat(this.operations.remove("digest")).isTrue();
		assertThat(List.of(fields("mail"), fields("reports"), fields("third"))).containsOnly(Map.of());
	}

	@ParameterizedTest
	@EnumSource
	void whatIsKnownIsNotLostBetweenTwoQueuesHoweverOftenAMoveEndsHalfWay(HalfWay halfWay) {
		Instant slot = begin("mail");
		this.operations.pause("digest");
		move("mail", "reports", halfWay);
		move("reports", "mail", halfWay);
		move("mail", "reports", HalfWay.LEFT);
		move("reports", "mail", halfWay);
		move("mail", "third", HalfWay.DEFINED);
		JobScheduleInfo moved = this.operations.put(hourly("reports"));
		assertThat(List.of(moved.queue(), moved.paused(), Objects.requireNonNull(moved.lastSlot())))
			.containsExactly("reports", true, slot);
	}

	@Test
	void whatIsLeftOfAFormerStayDoesNotCountWhenItComesBack() {
		begin("mail");
		this.operations.pause("digest");
		move("mail", "reports", HalfWay.ARRIVED);
		this.operations.resume("digest");
		Instant slot = begin("reports");
		JobScheduleInfo back = this.operations.put(hourly("mail"));
		assertThat(back.paused()).isFalse();
		assertThat(back.lastSlot()).isEqualTo(slot);
	}

	@Test
	void operatorsFindItWhereItIsWhileNothingOfItHasComeToItsNewQueue() {
		begin("mail");
		move("mail", "reports", HalfWay.DECLARED);
		assertThat(this.operations.pause("digest")).isTrue();
		assertThat(this.operations.trigger("digest")).extracting(JobId::queue).isEqualTo("mail");
		move("mail", "reports", HalfWay.DEFINED);
		assertThat(this.operations.resume("digest")).as("it arrives, paused").isTrue();
		assertThat(this.operations.trigger("digest")).extracting(JobId::queue).isEqualTo("reports");
	}

	@Test
	void whatIsKnownStaysForAnotherDefinitionThatCameThere() {
		Instant slot = begin("mail");
		this.operations.pause("digest");
		long revision = Long.parseLong(declareOnly(hourly("reports")));
		defineOnly(hourly("reports"), String.valueOf(revision + 1));
		// of the revision before: it comes too late to arrive
		JobScheduleInfo moved = this.operations.put(hourly("reports"));
		assertThat(moved.paused()).isTrue();
		assertThat(moved.lastSlot()).isEqualTo(slot);
		assertThat(stored().revision()).isEqualTo(revision + 1);
	}

	/**
	 * In a queue, with a slot that was fired there.
	 */
	private Instant begin(String queue) {
		if (fields(queue).isEmpty()) {
			this.operations.put(hourly(queue));
		}
		StoredSchedule schedule = stored();
		Instant slot = schedule.done().plusMillis(1);
		assertThat(join(this.store.fire(schedule, slot)).outcome()).isEqualTo(Outcome.ENQUEUED);
		return slot;
	}

	/**
	 * Who moves it dies behind one of its steps.
	 */
	private void move(String from, String to, HalfWay last) {
		String revision = declareOnly(hourly(to));
		if (last.compareTo(HalfWay.DEFINED) >= 0) {
			defineOnly(hourly(to), revision);
		}
		if (last.compareTo(HalfWay.LEFT) >= 0) {
			Reply left = join(this.connections.work()
				.eval(RedisScript.FORGET, partition(from), bytes("digest"), bytes(revision), bytes("1")));
			if (last == HalfWay.ARRIVED) {
				List<byte[]> arguments = new ArrayList<>(List.of(bytes("digest"), bytes(revision)));
				IntStream.range(2, 7).forEach((field) -> arguments.add(bytes(left.text(field))));
				join(this.connections.work().eval(RedisScript.ARRIVE, partition(to), arguments.toArray(byte[][]::new)));
			}
		}
	}

	private void assertArrived(StoredSchedule before) {
		StoredSchedule found = stored();
		assertThat(found.definition().queue()).isEqualTo("reports");
		assertThat(found.paused()).isTrue();
		assertThat(join(this.store.fire(before, before.start().plusMillis(1))).outcome()).as("where it was")
			.isEqualTo(Outcome.CHANGED);
		assertThat(join(this.store.fire(found, found.done().plusMillis(1))).outcome()).isEqualTo(Outcome.PAUSED);
	}

	private String declareOnly(ScheduleDefinition definition) {
		Reply reply = join(this.connections.work()
			.eval(RedisScript.DECLARE, this.keys.schedules(), bytes("C"), bytes("0"), bytes(""), bytes("digest"),
					bytes(definition.queue()), bytes(ScheduleText.fingerprint(definition))));
		return reply.list(2).text(1);
	}

	private void defineOnly(ScheduleDefinition definition, String revision) {
		List<byte[]> arguments = new ArrayList<>(List.of(bytes("0")));
		arguments.addAll(ScheduleText.arguments(definition, revision, true));
		join(this.connections.work()
			.eval(RedisScript.DEFINE, partition(definition.queue()), arguments.toArray(byte[][]::new)));
	}

	private StoredSchedule stored() {
		List<StoredSchedule> found = join(this.store.read(join(this.store.places())));
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	private void set(String queue, String field, String value) {
		join(this.connections.work().call((redis) -> redis.hset(slots(queue), bytes(field), bytes(value))));
	}

	private Map<String, String> fields(String queue) {
		return join(this.connections.work().call((redis) -> redis.hgetall(slots(queue)))).entrySet()
			.stream()
			.collect(Collectors.toMap((field) -> Reply.text(field.getKey()), (field) -> Reply.text(field.getValue())));
	}

	private List<KeyValue<byte[], byte[]>> values(String queue) {
		return join(this.connections.work()
			.call((redis) -> redis.hmget(slots(queue), ScheduleText.fields("digest").toArray(byte[][]::new))));
	}

	private byte[] slots(String queue) {
		return partition(queue)[RedisKeys.SLOTS];
	}

	private byte[][] partition(String queue) {
		return this.keys.of(QueuePartition.of(queue));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static <T> T join(CompletionStage<T> answer) {
		return answer.toCompletableFuture().join();
	}

	private static ScheduleDefinition hourly(String queue) {
		Job run = new Job(new JobId(QueuePartition.of(queue), "run"), "Mails.digest", bytes("[]"), false,
				JobPriority.NORMAL);
		return new ScheduleDefinition("digest", Origin.CLIENT, Timing.of(Duration.ofHours(1), Duration.ZERO),
				new Misfires(MisfirePolicy.FIRE_ONCE, 1, Duration.ofSeconds(10)), OverlapPolicy.QUEUE_ONE, run, null);
	}

	enum HalfWay {

		DECLARED, DEFINED, LEFT, ARRIVED

	}

}
