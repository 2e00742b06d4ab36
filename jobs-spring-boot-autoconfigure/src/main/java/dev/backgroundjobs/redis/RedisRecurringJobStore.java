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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.schedule.RecurringJobStore;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.StoredSchedule;
import io.lettuce.core.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Schedules in Redis. Which there are, and whose definition of each holds, is decided in
 * one key of the namespace; the definitions themselves are beside the slots in the first
 * partition of the queue, where a slot is fired by the definition that holds, and by no
 * other.
 */
public final class RedisRecurringJobStore implements RecurringJobStore {

	/** Behind the ids of schedules, as in declare.lua. */
	private static final String REVISION = "\0revision";

	private static final String DISABLED = "-";

	private static final int MAX_SCHEDULES = 50;

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final Refusals refusals;

	private final ScheduleFailures failures;

	/** Schedules of former queues that are known to be forgotten there. */
	private final Set<String> moved = ConcurrentHashMap.newKeySet();

	public RedisRecurringJobStore(RedisConnections connections, String namespace, Duration refusalInterval) {
		this(connections.work(), new RedisKeys(namespace), new Refusals(refusalInterval), new ScheduleFailures(false));
	}

	RedisRecurringJobStore(RedisConnection connection, RedisKeys keys, Refusals refusals, ScheduleFailures failures) {
		this.connection = connection;
		this.keys = keys;
		this.refusals = refusals;
		this.failures = failures;
	}

	@Override
	public CompletionStage<Look> look() {
		CompletableFuture<List<byte[]>> time = this.connection.call((redis) -> redis.time());
		return told(this.connection.call((redis) -> redis.hget(index(), RedisConnection.bytes(REVISION)))
			.thenCombine(time,
					(revision, now) -> new Look((revision != null) ? Long.parseLong(Reply.text(revision)) : 0,
							Instant.ofEpochSecond(Reply.number(now.get(0)), 1000 * Reply.number(now.get(1))))));
	}

	private byte[] index() {
		return this.keys.schedules()[0];
	}

	@Override
	public CompletionStage<Map<String, Place>> places() {
		return told(this.connection.call((redis) -> redis.hgetall(index())).thenApply((all) -> {
			Map<String, Place> places = new LinkedHashMap<>();
			all.forEach((field, value) -> {
				String id = Reply.text(field);
				Place place = id.startsWith("\0") ? null : ScheduleText.place(Reply.text(value));
				if (place != null) {
					places.put(id, place);
				}
			});
			return places;
		}));
	}

	/**
	 * Where a schedule is.
	 */
	CompletionStage<@Nullable Place> place(String id) {
		return told(this.connection.call((redis) -> redis.hget(index(), RedisConnection.bytes(id)))
			.thenApply((place) -> (place != null) ? ScheduleText.place(Reply.text(place)) : null));
	}

	@Override
	public CompletionStage<List<StoredSchedule>> read(Map<String, Place> places) {
		Map<String, List<Map.Entry<String, Place>>> byQueue = new LinkedHashMap<>();
		places.entrySet()
			.forEach(
					(each) -> byQueue.computeIfAbsent(each.getValue().queue(), (queue) -> new ArrayList<>()).add(each));
		return inTurn(List.copyOf(byQueue.entrySet()),
				(queue) -> this.failures.apart(queue.getKey(),
						inTurn(parts(queue.getValue()), (part) -> read(queue.getKey(), part)), List.of()))
			.thenApply((queues) -> queues.stream()
				.flatMap(List::stream)
				.flatMap(List::stream)
				.flatMap(Optional::stream)
				.toList());
	}

	private CompletionStage<List<Optional<StoredSchedule>>> read(String queue, List<Map.Entry<String, Place>> part) {
		return fields(queue, part.stream().map(Map.Entry::getKey).toList()).thenCompose((all) -> {
			Iterator<List<KeyValue<byte[], byte[]>>> fields = all.iterator();
			return inTurn(part, (each) -> read(each.getKey(), each.getValue(), fields.next()));
		});
	}

	/**
	 * The fields of schedules, in their order.
	 */
	private CompletionStage<List<List<KeyValue<byte[], byte[]>>>> fields(String queue, List<String> ids) {
		byte[] slots = this.keys.of(QueuePartition.of(queue))[RedisKeys.SLOTS];
		byte[][] names = ids.stream().flatMap((id) -> ScheduleText.fields(id).stream()).toArray(byte[][]::new);
		int number = ScheduleText.numberOfFields();
		return told(this.connection.call((redis) -> redis.hmget(slots, names)))
			.thenApply((values) -> IntStream.range(0, ids.size())
				.mapToObj((k) -> values.subList(k * number, (k + 1) * number))
				.toList());
	}

	private CompletionStage<Optional<StoredSchedule>> read(String id, Place place,
			List<KeyValue<byte[], byte[]>> fields) {
		List<String> queues = new ArrayList<>(place.formers());
		queues.add(0, place.queue());
		return read(id, queues, 0, fields);
	}

	/**
	 * It is in the first of its queues that knows a definition, or arrives there now.
	 */
	private CompletionStage<Optional<StoredSchedule>> read(String id, List<String> queues, int at,
			List<KeyValue<byte[], byte[]>> fields) {
		String queue = queues.get(at);
		StoredSchedule found = ScheduleText.read(queue, id, fields);
		if (queues.size() == 1 || found != null && !ScheduleText.isOnItsWay(fields)) {
			return CompletableFuture.completedFuture(Optional.ofNullable(found));
		}
		if (found == null) {
			return (at + 1 == queues.size()) ? CompletableFuture.completedFuture(Optional.empty())
					: this.failures.apart(queues.get(at + 1), fields(queues.get(at + 1), List.of(id))
						.thenCompose((next) -> read(id, queues, at + 1, next.get(0))), Optional.empty());
		}
		List<String> others = queues.stream().filter((other) -> !other.equals(queue)).toList();
		ScheduleMove move = new ScheduleMove(id, others, queue, String.valueOf(found.revision()));
		return this.failures.apart(move.formers(),
				move.finish(this::eval)
					.thenCompose((done) -> fields(queue, List.of(id)))
					.thenApply((again) -> Optional.ofNullable(ScheduleText.read(queue, id, again.get(0)))),
				Optional.empty());
	}

	@Override
	public CompletionStage<Map<String, Declared>> declare(String application, List<ScheduleDefinition> definitions,
			Duration timeToLive) {
		return inTurn(parts(definitions), (part) -> declareSome(application, part, timeToLive)).thenApply((parts) -> {
			Map<String, Declared> declared = new LinkedHashMap<>();
			parts.forEach(declared::putAll);
			return declared;
		});
	}

	/**
	 * First who holds each of them, then to where it is, then away from where it was. If
	 * this ends half way, whoever reads it goes on.
	 */
	private CompletionStage<Map<String, Declared>> declareSome(String application, List<ScheduleDefinition> definitions,
			Duration timeToLive) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(RedisConnection.bytes(ScheduleText.origin(definitions.get(0))));
		arguments.add(RedisConnection.bytes(timeToLive.toMillis()));
		arguments.add(RedisConnection.bytes(application));
		for (ScheduleDefinition definition : definitions) {
			arguments.add(RedisConnection.bytes(definition.id()));
			arguments.add(RedisConnection.bytes(definition.queue()));
			arguments.add(RedisConnection.bytes(ScheduleText.fingerprint(definition)));
		}
		return eval(RedisScript.DECLARE, this.keys.schedules(), arguments)
			.thenCompose((reply) -> define(definitions, reply.list(2)));
	}

	@Override
	public CompletionStage<?> disable(String application, Set<String> ids) {
		return inTurn(parts(List.copyOf(ids)), (part) -> {
			List<byte[]> arguments = new ArrayList<>(
					Stream.of("D", "0", application).map(RedisConnection::bytes).toList());
			part.forEach((id) -> Stream.of(id, "", DISABLED).map(RedisConnection::bytes).forEach(arguments::add));
			return eval(RedisScript.DECLARE, this.keys.schedules(), arguments);
		});
	}

	private CompletionStage<Map<String, Declared>> define(List<ScheduleDefinition> definitions, Reply answers) {
		Map<String, Declared> declared = new LinkedHashMap<>();
		List<ScheduleMove> moving = new ArrayList<>();
		Map<String, List<byte[]>> byQueue = new LinkedHashMap<>();
		for (int k = 0; k < definitions.size(); k++) {
			ScheduleDefinition definition = definitions.get(k);
			Declared status = Declared.valueOf(answers.text(3 * k));
			declared.put(definition.id(), status);
			if (status == Declared.HOLDS) {
				String revision = answers.text(3 * k + 1);
				List<String> formers = ScheduleText.formers(answers.text(3 * k + 2));
				boolean moves = !formers.isEmpty() && !this.moved.contains(definition.id() + " " + revision);
				if (moves) {
					moving.add(new ScheduleMove(definition.id(), formers, definition.queue(), revision));
				}
				// a full Redis goes on to hear what processes declare, and refuses more
				byQueue
					.computeIfAbsent(definition.queue(),
							(queue) -> new ArrayList<>(List
								.of(RedisConnection.bytes(ScheduleText.origin(definition).equals("D") ? 1 : 0))))
					.addAll(ScheduleText.arguments(definition, revision, moves));
			}
		}
		return inTurn(List.copyOf(byQueue.entrySet()), (queue) -> define(queue.getKey(), queue.getValue()))
			.thenAccept((failed) -> definitions.stream()
				.filter((each) -> failed.contains(Optional.of(each.queue())))
				.forEach((each) -> declared.remove(each.id())))
			.thenCompose((done) -> inTurn(moving.stream().filter((move) -> declared.containsKey(move.id())).toList(),
					(move) -> this.failures.apart(move.formers(),
							move.finish(this::eval)
								.thenApply((arrived) -> this.moved.add(move.id() + " " + move.revision())),
							false)))
			.thenApply((done) -> declared);
	}

	/**
	 * Keep definitions in their queue.
	 * @return the queue if that has failed
	 */
	private CompletionStage<Optional<String>> define(String queue, List<byte[]> arguments) {
		return this.failures.apart(queue,
				eval(RedisScript.DEFINE, queue, arguments).thenApply((done) -> Optional.empty()), Optional.of(queue));
	}

	@Override
	public CompletionStage<Fired> fire(StoredSchedule schedule, Instant slot) {
		return fire(schedule.definition().queue(), schedule.id(), String.valueOf(schedule.revision()), slot,
				RandomId.next());
	}

	/**
	 * Enqueue one run now.
	 */
	CompletionStage<Fired> trigger(String queue, String id, String run) {
		return fire(queue, id, "", Instant.EPOCH, run);
	}

	private CompletionStage<Fired> fire(String queue, String id, String revision, Instant slot, String run) {
		return eval(RedisScript.FIRE, this.keys.of(QueuePartition.of(queue)),
				List.of(RedisConnection.bytes(id), RedisConnection.bytes(revision),
						RedisConnection.bytes(slot.toEpochMilli()), RedisConnection.bytes(run)))
			.thenApply((reply) -> new Fired(outcome(reply.status()), reply.time(1), reply.time(2),
					(reply.number(3) != 0) ? reply.time(3) : null));
	}

	private static Outcome outcome(String status) {
		return switch (status) {
			case "OK" -> Outcome.ENQUEUED;
			case "GONE" -> Outcome.CHANGED;
			default -> Outcome.valueOf(status);
		};
	}

	@Override
	public CompletionStage<Boolean> forget(String id, Place place) {
		return withdraw(id, place)
			.thenCompose((done) -> done ? drop(id, place) : CompletableFuture.completedFuture(false));
	}

	/**
	 * Fire it no more, wherever it is.
	 */
	CompletionStage<Boolean> drop(String id, Place place) {
		List<String> queues = new ArrayList<>(place.formers());
		queues.add(0, place.queue());
		return new ScheduleMove(id, queues, place.queue(), String.valueOf(place.revision())).drop(this::eval);
	}

	CompletionStage<Boolean> withdraw(String id, Place place) {
		return eval(RedisScript.WITHDRAW, this.keys.schedules(),
				List.of(RedisConnection.bytes(id), RedisConnection.bytes(place.text())))
			.thenApply((reply) -> reply.number(1) == 1);
	}

	CompletionStage<Boolean> pause(String queue, String id, boolean pauses) {
		return eval(RedisScript.PAUSE, this.keys.of(QueuePartition.of(queue)),
				List.of(RedisConnection.bytes(pauses ? 1 : 0), RedisConnection.bytes(id)))
			.thenApply((reply) -> reply.number(1) == 1);
	}

	private CompletionStage<Reply> eval(RedisScript script, String queue, List<byte[]> arguments) {
		return eval(script, this.keys.of(QueuePartition.of(queue)), arguments);
	}

	private CompletionStage<Reply> eval(RedisScript script, byte[][] of, List<byte[]> arguments) {
		return told(this.connection.eval(script, of, arguments.toArray(byte[][]::new))).thenApply((reply) -> {
			if (reply.status().equals("SCHEMA")) {
				throw this.refusals.newerSchema(reply.text(1));
			}
			return reply;
		});
	}

	private <T extends @Nullable Object> CompletionStage<T> told(CompletionStage<T> answer) {
		return answer.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(this.refusals.of(failure)));
	}

	private static <T> List<List<T>> parts(List<T> all) {
		List<List<T>> parts = new ArrayList<>();
		for (int from = 0; from < all.size(); from += MAX_SCHEDULES) {
			parts.add(all.subList(from, Math.min(all.size(), from + MAX_SCHEDULES)));
		}
		return parts;
	}

	/**
	 * One after the other, so that a failure ends it.
	 */
	static <T, R extends @Nullable Object> CompletionStage<List<R>> inTurn(List<T> all,
			Function<T, CompletionStage<R>> step) {
		CompletionStage<List<R>> done = CompletableFuture.completedFuture(new ArrayList<>());
		for (T each : all) {
			done = done.thenCompose((results) -> step.apply(each).thenApply((result) -> {
				results.add(result);
				return results;
			}));
		}
		return done;
	}

}
