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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.schedule.RecurringJobStore.Declared;
import dev.backgroundjobs.schedule.RecurringJobStore.Look;
import dev.backgroundjobs.schedule.RecurringJobStore.Outcome;
import dev.backgroundjobs.schedule.RecurringJobStore.Place;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.ScheduleOperations;
import dev.backgroundjobs.schedule.StoredSchedule;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.util.Assert;

/**
 * What applications and operators do with schedules, in Redis.
 */
public final class RedisScheduleOperations implements ScheduleOperations {

	private final RedisRecurringJobStore store;

	public RedisScheduleOperations(RedisConnections connections, String namespace, Duration refusalInterval) {
		this.store = new RedisRecurringJobStore(connections.enqueue(), new RedisKeys(namespace),
				new Refusals(refusalInterval), new ScheduleFailures(true));
	}

	@Override
	public JobScheduleInfo put(ScheduleDefinition definition) {
		Map<String, Declared> declared = await(this.store.declare("", List.of(definition), Duration.ZERO));
		Assert.state(declared.get(definition.id()) == Declared.HOLDS,
				() -> "The id '" + definition.id() + "' is that of a schedule that a @RecurringJob method declares: "
						+ "choose another one, or change that with background-jobs.recurring.<id>.cron");
		JobScheduleInfo info = find(definition.id());
		Assert.state(info != null, () -> "Schedule '" + definition.id() + "' was removed at the same moment");
		return info;
	}

	@Override
	public boolean remove(String id) {
		Place place = visible(id);
		if (place == null) {
			return false;
		}
		Assert.state(place.declaredUntil() == null,
				() -> "Schedule '" + id + "' is declared by a @RecurringJob method and would be declared again: remove "
						+ "the annotation, or set background-jobs.recurring.<id>.cron to '-'");
		// it fires no more from here on, whatever becomes of the rest
		await(this.store.drop(id, place));
		return await(this.store.withdraw(id, place));
	}

	@Override
	public boolean pause(String id) {
		String queue = queue(id);
		return queue != null && await(this.store.pause(queue, id, true));
	}

	@Override
	public boolean resume(String id) {
		String queue = queue(id);
		return queue != null && await(this.store.pause(queue, id, false));
	}

	@Override
	public @Nullable JobId trigger(String id) {
		String queue = queue(id);
		if (queue == null) {
			return null;
		}
		JobId run = new JobId(QueuePartition.of(queue), RandomId.next());
		Outcome outcome = await(this.store.trigger(queue, id, run.local())).outcome();
		return (outcome == Outcome.ENQUEUED) ? run : null;
	}

	@Override
	public @Nullable JobScheduleInfo find(String id) {
		Place place = visible(id);
		if (place == null) {
			return null;
		}
		List<StoredSchedule> found = await(this.store.read(Map.of(id, place)));
		return found.isEmpty() ? null : found.get(0).info(now());
	}

	@Override
	public Set<String> ids() {
		Instant now = now();
		Set<String> ids = new TreeSet<>();
		await(this.store.places()).forEach((id, place) -> {
			if (isAlive(place, now)) {
				ids.add(id);
			}
		});
		return ids;
	}

	/**
	 * The queue where a schedule is: the one it comes from, while nothing of it has come
	 * to where it is going.
	 */
	private @Nullable String queue(String id) {
		Place place = visible(id);
		if (place == null) {
			return null;
		}
		List<StoredSchedule> found = await(this.store.read(Map.of(id, place)));
		return found.isEmpty() ? place.queue() : found.get(0).definition().queue();
	}

	/**
	 * The place of a schedule, unless no process declares it any more.
	 */
	private @Nullable Place visible(String id) {
		Place place = await(this.store.place(id));
		return (place != null && isAlive(place, now())) ? place : null;
	}

	private static boolean isAlive(Place place, Instant now) {
		return place.declaredUntil() == null || place.declaredUntil().isAfter(now);
	}

	private Instant now() {
		Look look = await(this.store.look());
		return look.now();
	}

	private static <T extends @Nullable Object> T await(CompletionStage<T> answer) {
		return Answers.await(answer.exceptionallyCompose(RedisScheduleOperations::reason).toCompletableFuture());
	}

	/**
	 * What Redis said, which tells callers more than it tells workers.
	 */
	private static <T extends @Nullable Object> CompletionStage<T> reason(Throwable failure) {
		Throwable told = RedisFault.unwrap(failure);
		if (told instanceof StoreUnavailableException && told.getCause() == null) {
			throw new InvalidDataAccessResourceUsageException(String.valueOf(told.getMessage()), told);
		}
		return CompletableFuture.failedFuture((told.getCause() != null) ? told.getCause() : told);
	}

}
