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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.core.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Settles the jobs of one partition: what ends while a batch is on its way rides in the
 * next. A batch is sent again until it is answered; its owner goes on renewing the leases
 * meanwhile.
 */
final class Settler {

	private static final int BYTES_OF_AN_ENTRY = 64;

	private static final byte[] NOTHING = new byte[0];

	private final RedisConnection connection;

	private final byte[][] keys;

	private final Duration retention;

	private final Batcher<Entry> batcher = new Batcher<>(200, 1024 * 1024,
			(entry) -> BYTES_OF_AN_ENTRY + entry.text.length, this::send);

	private final RetryDelays delays = new RetryDelays();

	private final Refusals refusals;

	private final OutboxRelay outbox;

	private volatile @Nullable StoreUnavailableException setback;

	Settler(RedisConnection connection, byte[][] keys, RedisJobStore.Options options, OutboxRelay outbox) {
		this.connection = connection;
		this.keys = keys;
		this.retention = options.succeededRetention();
		this.refusals = options.refusals();
		this.outbox = outbox;
	}

	/**
	 * What keeps outcomes from being told that somebody has to correct; {@code null} if
	 * nothing does.
	 */
	@Nullable StoreUnavailableException setback() {
		return this.setback;
	}

	CompletableFuture<Settlement> settle(ClaimedJob claimed, JobOutcome outcome) {
		return add(entry(claimed, outcome));
	}

	/**
	 * Whoever dies within this time has renewed its lease for the last time up to a fifth
	 * of a lease before: if the lease ends later than that, the job may not have been
	 * alone any more.
	 */
	CompletableFuture<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease) {
		Duration leaseEnds = alone.plus(lease.multipliedBy(4).dividedBy(5));
		return add(new Entry(claimed.job().id().local(), claimed.token(), "S", leaseEnds.toMillis(), ""));
	}

	/**
	 * Park a job that is not even readable. It is buried after its third time; one of a
	 * newer version waits a day for a process that can read it.
	 */
	CompletableFuture<Settlement> settleUnreadable(JobId id, String token, int parkings,
			JobRecord.UnreadableRecordException ex) {
		String reason = String.valueOf(ex.getMessage());
		if (parkings >= (ex.isNewer() ? 1440 : 2)) {
			return add(new Entry(id.local(), token, "B", 0, "UNREADABLE_RECORD\n" + reason + "\n"));
		}
		long delay = ex.isNewer() ? Math.min(60_000, 5_000L << Math.min(parkings, 4)) : 5_000;
		return add(new Entry(id.local(), token, "P", delay, "UNREADABLE_RECORD " + reason));
	}

	private CompletableFuture<Settlement> add(Entry entry) {
		this.batcher.add(entry);
		return entry.settled;
	}

	private Entry entry(ClaimedJob claimed, JobOutcome outcome) {
		String id = claimed.job().id().local();
		String token = claimed.token();
		if (outcome instanceof JobOutcome.Retry retry) {
			return new Entry(id, token, "R", retry.delay().toMillis(), FailureText.encode(retry.failure()));
		}
		if (outcome instanceof JobOutcome.Dead dead) {
			return new Entry(id, token, "B", 0, FailureText.encode(dead.failure()));
		}
		if (outcome instanceof JobOutcome.Released released) {
			return new Entry(id, token, "L", 0, released.started() ? "1" : "");
		}
		if (outcome instanceof JobOutcome.Cancelled) {
			return new Entry(id, token, "K", this.retention.toMillis(), "");
		}
		if (outcome instanceof JobOutcome.Snoozed snoozed) {
			return new Entry(id, token, "Z", snoozed.delay().toMillis(), "");
		}
		if (outcome instanceof JobOutcome.Parked parked) {
			return new Entry(id, token, parked.unknown() ? "U" : "P", parked.delay().toMillis(), parked.reason());
		}
		boolean kept = claimed.job().retained() && !this.retention.isZero();
		JobResult result = (outcome instanceof JobOutcome.Succeeded succeeded) ? succeeded.result() : null;
		// the lock of a unique job is freed by its record
		byte[] record = (kept || claimed.job().lock() != null)
				? new JobRecord(claimed.job(), claimed.dueAt(), claimed.enqueuedAt(), kept ? result : null)
					.encodeEnded()
				: NOTHING;
		long keep = kept ? this.retention.toMillis() : 0;
		JobLink link = claimed.job().link();
		if (link == null || link.successor() == null) {
			return new Entry(id, token, "C", keep, record);
		}
		return new Entry(id, token, "N", keep, continued(record, link.handsOver() ? handedOver(result) : new byte[0]));
	}

	private static byte[] handedOver(@Nullable JobResult result) {
		byte[] json = (result != null) ? result.json() : null;
		return (json != null) ? json : RedisConnection.bytes("null");
	}

	private static byte[] continued(byte[] record, byte[] result) {
		byte[] length = RedisConnection.bytes(record.length + " ");
		return ByteBuffer.allocate(length.length + record.length + result.length)
			.put(length)
			.put(record)
			.put(result)
			.array();
	}

	private void send(List<Entry> batch) {
		// jobs that go back in one batch keep their order in front, those of a later
		// batch stand before them
		Collections.reverse(batch);
		transmit(batch, false);
	}

	private void transmit(List<Entry> batch, boolean again) {
		try {
			evaluate(batch).whenComplete((reply, failure) -> {
				if (received(batch, reply, failure, again)) {
					// whatever becomes of that, the outcomes are told
					this.outbox.changed(reply, 4);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			giveUp(batch, ex);
		}
	}

	private boolean received(List<Entry> batch, Reply reply, @Nullable Throwable failure, boolean again) {
		try {
			if (failure == null && reply.status().equals("OK")) {
				answered(batch, reply, again);
				return true;
			}
			failed(batch, (failure != null) ? this.refusals.of(failure) : this.refusals.newerSchema(reply.text(1)),
					again || failure != null && RedisFault.of(failure).mayHaveBeenExecuted());
		}
		catch (RuntimeException | Error ex) {
			giveUp(batch, ex);
		}
		return false;
	}

	/**
	 * Nobody can say what became of these outcomes, and nobody is left to try again:
	 * those that come after them must not wait for that. The leases are left to run out.
	 */
	private void giveUp(List<Entry> batch, Throwable failure) {
		batch.forEach((entry) -> entry.settled.completeExceptionally(failure));
		this.batcher.next();
	}

	private CompletableFuture<Reply> evaluate(List<Entry> batch) {
		try {
			return this.connection.eval(RedisScript.SETTLE, this.keys, arguments(batch));
		}
		catch (RuntimeException | Error ex) {
			// memory may be short for a moment: no outcome is forgotten because of it
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Neighbours that ended alike are said together: most jobs just succeed.
	 */
	private static byte[][] arguments(List<Entry> batch) {
		List<byte[]> arguments = new ArrayList<>();
		StringBuilder ids = new StringBuilder();
		Entry last = batch.get(0);
		for (Entry entry : batch) {
			if (!entry.endedLike(last)) {
				last.addTo(arguments, ids);
				ids.setLength(0);
			}
			ids.append((ids.length() > 0) ? "," : "").append(entry.id);
			last = entry;
		}
		last.addTo(arguments, ids);
		return arguments.toArray(byte[][]::new);
	}

	/**
	 * The jobs have run, so their outcomes are kept and tried again, however long it
	 * takes somebody to correct what is wrong.
	 */
	private void failed(List<Entry> batch, StoreUnavailableException failure, boolean executed) {
		if (this.connection.isClosed()) {
			giveUp(batch, failure);
			return;
		}
		Duration delay = failure.getRetryAfter();
		this.setback = (delay != null) ? failure : null;
		this.connection.later((delay != null) ? delay : this.delays.next(), () -> transmit(batch, executed));
	}

	/**
	 * The next batch goes first, so that Redis works meanwhile. If it cannot be sent,
	 * what became of this one is known nevertheless.
	 */
	private void answered(List<Entry> batch, Reply reply, boolean again) {
		Set<Long> stale = new HashSet<>(reply.numbers(2));
		Set<Long> cancelled = new HashSet<>(reply.numbers(3));
		this.delays.reset();
		this.setback = null;
		try {
			this.batcher.next();
		}
		finally {
			long place = 0;
			for (Entry entry : batch) {
				if (!stale.contains(++place)) {
					entry.settled.complete(cancelled.contains(place) ? Settlement.CANCELLED : Settlement.ACCEPTED);
				}
				else {
					entry.settled.complete(again ? Settlement.UNCERTAIN : Settlement.STALE);
				}
			}
		}
	}

	/**
	 * An outcome on its way.
	 */
	private static final class Entry {

		private final String id;

		private final String token;

		private final String verb;

		private final long ms;

		private final byte[] text;

		private final CompletableFuture<Settlement> settled = new CompletableFuture<>();

		Entry(String id, String token, String verb, long ms, String text) {
			this(id, token, verb, ms, text.getBytes(StandardCharsets.UTF_8));
		}

		Entry(String id, String token, String verb, long ms, byte[] text) {
			this.id = id;
			this.token = token;
			this.verb = verb;
			this.ms = ms;
			this.text = text;
		}

		boolean endedLike(Entry other) {
			return this.token.equals(other.token) && this.verb.equals(other.verb) && this.ms == other.ms
					&& Arrays.equals(this.text, other.text);
		}

		void addTo(List<byte[]> arguments, CharSequence ids) {
			arguments.add(RedisConnection.bytes(ids));
			arguments.add(RedisConnection.bytes(this.token));
			arguments.add(RedisConnection.bytes(this.verb));
			arguments.add(RedisConnection.bytes(this.ms));
			arguments.add(this.text);
		}

	}

}
