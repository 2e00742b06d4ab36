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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.core.RecurringJobStore;
import dev.backgroundjobs.core.ScheduleDefinition;
import dev.backgroundjobs.core.StoredSchedule;
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

	private static final int MAX_SCHEDULES = 50;

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final Refusals refusals;

	/** Schedules of former queues that are known to be forgotten there. */
	private final Set<String> moved = ConcurrentHashMap.newKeySet();

	public RedisRecurringJobStore(RedisConnections connections, String namespace, Duration refusalInterval) {
		this(connections.work(), new RedisKeys(namespace), new Refusals(refusalInterval));
	}

	RedisRecurringJobStore(RedisConnection connection, RedisKeys keys, Refusals refusals) {
		this.connection = connection;
		this.keys = keys;
		this.refusals = refusals;
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
	public CompletionStage<List<StoredSchedule>> read(String queue, Collection<String> ids) {
		byte[] slots = this.keys.of(QueuePartition.of(queue))[RedisKeys.SLOTS];
		return inTurn(parts(List.copyOf(ids)), (part) -> {
			byte[][] fields = part.stream().flatMap((id) -> ScheduleText.fields(id).stream()).toArray(byte[][]::new);
			return this.connection.call((redis) -> redis.hmget(slots, fields))
				.thenApply((values) -> schedules(queue, part, values));
		}).thenApply((parts) -> parts.stream().flatMap(List::stream).toList());
	}

	private static List<StoredSchedule> schedules(String queue, List<String> ids,
			List<KeyValue<byte[], byte[]>> values) {
		List<StoredSchedule> found = new ArrayList<>();
		int number = ScheduleText.numberOfFields();
		for (int k = 0; k < ids.size(); k++) {
			StoredSchedule schedule = ScheduleText.read(queue, ids.get(k),
					values.subList(k * number, (k + 1) * number));
			if (schedule != null) {
				found.add(schedule);
			}
		}
		return found;
	}

	@Override
	public CompletionStage<Map<String, Declared>> declare(List<ScheduleDefinition> definitions, Duration timeToLive) {
		return inTurn(parts(definitions), (part) -> declareSome(part, timeToLive)).thenApply((parts) -> {
			Map<String, Declared> declared = new LinkedHashMap<>();
			parts.forEach(declared::putAll);
			return declared;
		});
	}

	/**
	 * First who holds each of them, then away from where it was, then to where it is. If
	 * this ends half way, the next declaration goes on.
	 */
	private CompletionStage<Map<String, Declared>> declareSome(List<ScheduleDefinition> definitions,
			Duration timeToLive) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(RedisConnection.bytes(ScheduleText.origin(definitions.get(0))));
		arguments.add(RedisConnection.bytes(timeToLive.toMillis()));
		for (ScheduleDefinition definition : definitions) {
			arguments.add(RedisConnection.bytes(definition.id()));
			arguments.add(RedisConnection.bytes(definition.queue()));
			arguments.add(RedisConnection.bytes(ScheduleText.fingerprint(definition)));
		}
		return eval(RedisScript.DECLARE, this.keys.schedules(), arguments)
			.thenCompose((reply) -> define(definitions, reply.list(2)));
	}

	private CompletionStage<Map<String, Declared>> define(List<ScheduleDefinition> definitions, Reply answers) {
		Map<String, Declared> declared = new LinkedHashMap<>();
		List<Move> moves = new ArrayList<>();
		Map<String, List<byte[]>> byQueue = new LinkedHashMap<>();
		for (int k = 0; k < definitions.size(); k++) {
			ScheduleDefinition definition = definitions.get(k);
			Declared status = Declared.valueOf(answers.text(3 * k));
			declared.put(definition.id(), status);
			if (status == Declared.HOLDS) {
				String revision = answers.text(3 * k + 1);
				String former = answers.text(3 * k + 2);
				if (!former.isEmpty() && !this.moved.contains(definition.id() + " " + revision)) {
					moves.add(new Move(definition.id(), former, revision));
				}
				// a full Redis goes on to hear what processes declare, and refuses more
				byQueue
					.computeIfAbsent(definition.queue(),
							(queue) -> new ArrayList<>(List
								.of(RedisConnection.bytes(ScheduleText.origin(definition).equals("D") ? 1 : 0))))
					.addAll(ScheduleText.arguments(definition, revision));
			}
		}
		return inTurn(moves,
				(move) -> forget(move.from(), move.id(), Long.parseLong(move.revision()), true)
					.thenRun(() -> this.moved.add(move.id() + " " + move.revision())))
			.thenCompose((done) -> inTurn(List.copyOf(byQueue.entrySet()),
					(queue) -> eval(RedisScript.DEFINE, this.keys.of(QueuePartition.of(queue.getKey())),
							queue.getValue())))
			.thenApply((done) -> declared);
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
		return withdraw(id, place).thenCompose((done) -> done ? forget(place.queue(), id, place.revision(), false)
				: CompletableFuture.completedFuture(false));
	}

	CompletionStage<Boolean> withdraw(String id, Place place) {
		return eval(RedisScript.WITHDRAW, this.keys.schedules(),
				List.of(RedisConnection.bytes(id), RedisConnection.bytes(place.text())))
			.thenApply((reply) -> reply.number(1) == 1);
	}

	CompletionStage<Boolean> forget(String queue, String id, long revision, boolean goesOn) {
		return eval(RedisScript.FORGET, this.keys.of(QueuePartition.of(queue)), List.of(RedisConnection.bytes(id),
				RedisConnection.bytes(revision), RedisConnection.bytes(goesOn ? 1 : 0)))
			.thenApply((reply) -> reply.number(1) == 1);
	}

	CompletionStage<Boolean> pause(String queue, String id, boolean pauses) {
		return eval(RedisScript.PAUSE, this.keys.of(QueuePartition.of(queue)),
				List.of(RedisConnection.bytes(pauses ? 1 : 0), RedisConnection.bytes(id)))
			.thenApply((reply) -> reply.number(1) == 1);
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
	private static <T, R extends @Nullable Object> CompletionStage<List<R>> inTurn(List<T> all,
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

	/**
	 * A schedule whose queue has changed.
	 *
	 * @param id its id
	 * @param from its former queue
	 * @param revision since which it is in another one
	 */
	private record Move(String id, String from, String revision) {

	}

}
