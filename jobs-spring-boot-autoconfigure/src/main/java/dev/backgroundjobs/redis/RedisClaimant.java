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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.CancelledJob;
import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RecoveredJob;
import dev.backgroundjobs.core.StoreUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims from one partition for one container. The number of a claim advances only when a
 * claim has given jobs, so a claim whose answer was lost is repeated, not made twice.
 */
final class RedisClaimant implements Claimant {

	private static final Logger logger = LoggerFactory.getLogger(RedisClaimant.class);

	/** Of so many claims one looks at the middle level first, and one at the lowest. */
	private static final int TURN = 16;

	private static final int MAX_NAMED = 10;

	private final RedisConnections connections;

	private final QueuePartition partition;

	private final byte[][] keys;

	private final Settler settler;

	private final OutboxRelay outbox;

	private final byte[] channel;

	private final Runnable stop;

	private final String id;

	private final ClaimOptions options;

	private final RedisJobStore.Options store;

	private final long maxKeptBytes;

	private final long maxDead;

	private final Refusals refusals;

	private long sequence = 1;

	RedisClaimant(RedisConnections connections, QueuePartition partition, byte[][] keys, Settler settler,
			ClaimantIdentity identity, ClaimOptions options, RedisJobStore.Options store) {
		this.connections = connections;
		this.partition = partition;
		this.keys = keys;
		this.settler = settler;
		this.id = identity.id();
		this.channel = identity.channel();
		this.stop = identity.stop();
		this.outbox = identity.outbox();
		this.options = options;
		this.store = store;
		this.maxKeptBytes = store.maxKeptBytes() / identity.partitions();
		this.maxDead = Math.max(1, store.maxDead() / identity.partitions());
		this.refusals = store.refusals();
	}

	@Override
	public CompletionStage<Claim> claim(int slots) {
		StoreUnavailableException untold = this.settler.setback();
		if (untold != null) {
			// no further job is run whose outcome could not be told either
			return CompletableFuture.failedFuture(untold);
		}
		Duration half = this.options.lease().dividedBy(2);
		// with all slots busy only renewals notice an outage
		boolean recover = this.connections.work().hasAnsweredFor(half) && this.connections.lease().hasAnsweredFor(half);
		String token = this.id + ":" + this.sequence;
		CompletableFuture<Reply> answer = this.connections.work()
			.eval(RedisScript.CLAIM, this.keys, RedisConnection.bytes(this.id), RedisConnection.bytes(this.sequence),
					RedisConnection.bytes(Math.min(slots, MAX_SLOTS)),
					RedisConnection.bytes(this.options.lease().toMillis()), this.channel,
					RedisConnection.bytes(this.options.maxLeaseLosses()), RedisConnection.bytes(recover ? "1" : "0"),
					RedisConnection.bytes(firstLevel(this.sequence)),
					RedisConnection.bytes(this.store.deadRetention().toMillis()),
					RedisConnection.bytes(this.store.succeededRetention().toMillis()),
					RedisConnection.bytes(this.maxKeptBytes), RedisConnection.bytes(this.maxDead));
		return answer.handle((reply, failure) -> {
			if (failure != null) {
				throw this.refusals.of(failure);
			}
			return claimed(reply, token);
		});
	}

	/**
	 * The level a claim looks at first. Its number decides, and numbers are used up only
	 * by claims that give jobs: so no level starves, however many urgent jobs there are.
	 */
	static int firstLevel(long sequence) {
		if (sequence % TURN == 0) {
			return 2;
		}
		return (sequence % TURN == TURN / 2) ? 1 : 0;
	}

	@Override
	public void close() {
		this.stop.run();
	}

	private Claim claimed(Reply reply, String token) {
		switch (reply.status()) {
			case "OK" -> this.sequence++;
			case "OLD" -> {
				this.sequence = reply.number(1) + 1;
				return new Claim(List.of(), Duration.ZERO, 0, List.of());
			}
			case "SCHEMA" -> throw this.refusals.newerSchema(reply.text(1));
			default -> {
			}
		}
		if (reply.number(10) == 1) {
			this.outbox.run();
		}
		this.outbox.died(reply, 13);
		List<String> dropped = reply.texts(11);
		if (!dropped.isEmpty()) {
			logger.warn(
					"{} dead letter(s) of queue '{}' are dropped, the oldest ones, since each of its partitions keeps no "
							+ "more than {}, its share of background-jobs.retention.dead-max: {}{}",
					dropped.size(), this.partition.queue(), this.maxDead,
					String.join(", ", dropped.subList(0, Math.min(MAX_NAMED, dropped.size()))),
					(dropped.size() > MAX_NAMED) ? ", ..." : "");
		}
		List<ClaimedJob> jobs = jobs(reply, token);
		// what could not be read was no reason to wait: there may be more behind it
		long nextDue = (jobs.size() < reply.list(3).size()) ? 0 : reply.number(2);
		return new Claim(jobs, (nextDue >= 0) ? Duration.ofMillis(nextDue) : null, (int) reply.number(7),
				recovered(reply.list(9), reply.texts(6)), cancelled(reply.list(12)), (int) reply.number(14),
				(int) reply.number(15));
	}

	private List<CancelledJob> cancelled(Reply cancelled) {
		return IntStream.range(0, cancelled.size() / 2)
			.mapToObj((k) -> new CancelledJob(new JobId(this.partition, cancelled.text(2 * k)),
					name(cancelled.text(2 * k + 1))))
			.toList();
	}

	private static String name(String recorded) {
		return recorded.isEmpty() ? RedisJobQueries.UNREADABLE : recorded;
	}

	private List<RecoveredJob> recovered(Reply recovered, List<String> buried) {
		List<RecoveredJob> jobs = new ArrayList<>(recovered.size() / 3);
		for (int i = 0; i < recovered.size(); i += 3) {
			jobs.add(new RecoveredJob(new JobId(this.partition, recovered.text(i)), name(recovered.text(i + 1)),
					(int) recovered.number(i + 2), buried.contains(recovered.text(i))));
		}
		return jobs;
	}

	private List<ClaimedJob> jobs(Reply reply, String token) {
		Reply ids = reply.list(3);
		Reply records = reply.list(4);
		Reply counted = reply.list(5);
		List<ClaimedJob> jobs = new ArrayList<>(ids.size());
		for (int i = 0; i < ids.size(); i++) {
			JobId id = new JobId(this.partition, ids.text(i));
			Attempts attempts = (counted.size() == 0) ? Attempts.NONE : attempts(counted, reply.list(8), i);
			ClaimedJob job = readable(id, token, records.values().get(i), attempts, reply.time(1));
			if (job != null) {
				jobs.add(job);
			}
		}
		return jobs;
	}

	private @Nullable ClaimedJob readable(JobId id, String token, @Nullable Object bytes, Attempts attempts,
			Instant now) {
		try {
			JobRecord record = JobRecord.decode(id, (bytes instanceof byte[] stored) ? stored : new byte[0]);
			return new ClaimedJob(record.job(), token, attempts, record.enqueued(), record.due(), now);
		}
		catch (JobRecord.UnreadableRecordException ex) {
			// this one job is put aside; the others of the claim run
			this.settler.settleUnreadable(id, token, attempts.parkings(), ex);
			return null;
		}
	}

	private static Attempts attempts(Reply counted, Reply since, int index) {
		Object unknown = (since.size() > index) ? since.values().get(index) : null;
		return new Attempts((int) counted.number(4 * index), (int) counted.number(4 * index + 1),
				(int) counted.number(4 * index + 2), (int) counted.number(4 * index + 3),
				(unknown != null) ? Instant.ofEpochMilli(Long.parseLong(Reply.text(unknown))) : null);
	}

	/**
	 * Who claims, and where it is woken.
	 *
	 * @param id unique id
	 * @param channel wake-up channel
	 * @param stop ends listening to it
	 * @param outbox brings away what was left in the outbox of the partition
	 * @param partitions how many share what the queue may keep, as no script sees more
	 * than one
	 */
	record ClaimantIdentity(String id, byte[] channel, Runnable stop, OutboxRelay outbox, int partitions) {

	}

}
