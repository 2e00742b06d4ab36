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
import java.util.concurrent.CompletionStage;

import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RecurringJobStore;
import io.lettuce.core.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Fires slots in Redis.
 */
public final class RedisRecurringJobStore implements RecurringJobStore {

	/** As in partition.lua. */
	private static final String PAUSED = "\0paused";

	private final RedisConnections connections;

	private final RedisKeys keys;

	private final Refusals refusals;

	public RedisRecurringJobStore(RedisConnections connections, String namespace, Duration refusalInterval) {
		this.connections = connections;
		this.refusals = new Refusals(refusalInterval);
		this.keys = new RedisKeys(namespace);
	}

	@Override
	public CompletionStage<Fired> fire(String schedule, Instant slot, Job job, @Nullable Duration expiresAfter) {
		return this.connections.work()
			.eval(RedisScript.FIRE, this.keys.of(job.id().partition()), RedisConnection.bytes(schedule),
					RedisConnection.bytes(slot.toEpochMilli()), RedisConnection.bytes(job.id().local()),
					JobRecord.encode(job, expiresAfter))
			.handle((reply, failure) -> {
				if (failure != null) {
					throw this.refusals.of(failure);
				}
				return fired(schedule, reply);
			});
	}

	@Override
	public boolean pause(String schedule, String queue) {
		return pause(schedule, queue, 1);
	}

	@Override
	public boolean resume(String schedule, String queue) {
		return pause(schedule, queue, 0);
	}

	private boolean pause(String schedule, String queue, int pauses) {
		return Answers
			.ok(this.connections.enqueue()
				.eval(RedisScript.PAUSE, this.keys.of(QueuePartition.of(queue)), RedisConnection.bytes(pauses),
						RedisConnection.bytes(schedule)))
			.number(1) == 1;
	}

	@Override
	public State state(String schedule, String queue) {
		byte[] slots = this.keys.of(QueuePartition.of(queue))[RedisKeys.SLOTS];
		List<KeyValue<byte[], byte[]>> found = Answers.await(this.connections.enqueue()
			.call((redis) -> redis.hmget(slots, RedisConnection.bytes(schedule),
					RedisConnection.bytes(schedule + PAUSED))));
		KeyValue<byte[], byte[]> last = found.get(0);
		return new State(last.hasValue() ? Instant.ofEpochMilli(Long.parseLong(Reply.text(last.getValue()))) : null,
				found.get(1).hasValue());
	}

	private Fired fired(String schedule, Reply reply) {
		return switch (reply.status()) {
			case "OK" -> new Fired.Enqueued(reply.time(1));
			case "ALREADY" -> new Fired.Already();
			case "PAUSED" -> new Fired.Paused();
			case "EARLY" -> new Fired.Early(Duration.ofMillis(reply.number(1)));
			case "SCHEMA" -> throw this.refusals.newerSchema(reply.text(1));
			default ->
				throw new IllegalStateException("Slot of schedule '" + schedule + "' was refused: " + reply.status());
		};
	}

}
