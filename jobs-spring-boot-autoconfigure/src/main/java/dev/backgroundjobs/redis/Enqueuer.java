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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.RandomId;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.util.Assert;

/**
 * Enqueues to one partition, each job once:
 * <ol>
 * <li>one batch is on its way at a time, numbered; Redis applies each number once, so a
 * batch is simply sent again until it is answered;
 * <li>a batch whose callers have all given up, but which Redis may have seen, is fenced
 * before its number is used again: the number is sent <em>empty</em> until answered, so
 * that a late copy of the batch finds its number taken.
 * </ol>
 */
final class Enqueuer {

	/** A record has six bytes for a time in milliseconds, which end in the year 10889. */
	private static final Instant LAST = Instant.ofEpochMilli((1L << 48) - 1);

	private static final Duration LONGEST = Duration.ofMillis(1L << 47);

	private final RedisConnection connection;

	private final byte[][] keys;

	private final Batcher<Entry> batcher;

	private final RetryDelays delays = new RetryDelays();

	/** Changed only by the one batch on its way. */
	private byte[] producer = RedisConnection.bytes(RandomId.next());

	private long sequence = 1;

	private volatile boolean toBeFenced;

	Enqueuer(RedisConnection connection, byte[][] keys) {
		this.connection = connection;
		this.keys = keys;
		this.batcher = new Batcher<>(JobQueue.MAX_BATCH_JOBS, JobQueue.MAX_BATCH_BYTES, (entry) -> entry.jobs.size(),
				(entry) -> entry.bytes, this::send);
	}

	/**
	 * Enqueue jobs in one batch and wait until Redis has confirmed them.
	 */
	void enqueue(List<NewJob> jobs, Duration timeout) {
		Assert.isTrue(jobs.size() <= JobQueue.MAX_BATCH_JOBS, "Too many jobs for one batch");
		Entry entry = new Entry(jobs, timeout);
		this.batcher.add(entry);
		try {
			entry.confirmed.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : new IllegalStateException(ex);
		}
		catch (TimeoutException ex) {
			throw gaveUp(entry, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw gaveUp(entry, ex);
		}
	}

	private RuntimeException gaveUp(Entry entry, Exception cause) {
		Throwable failure = cause(entry, cause);
		return (this.batcher.remove(entry) || entry.withdraw())
				? Answers.unavailable("The job was not enqueued", failure) : outcomeUnknown(entry, failure);
	}

	private static Throwable cause(Entry entry, Throwable otherwise) {
		Throwable last = entry.lastFailure;
		return (last != null) ? last : otherwise;
	}

	private static RuntimeException outcomeUnknown(Entry entry, Throwable failure) {
		JobId id = entry.jobs.get(0).job().id();
		int others = entry.jobs.size() - 1;
		String why = RedisFault.of(failure).isTemporary() ? "Redis did not confirm it within " + entry.timeout
				: Explanation.of(failure);
		return new EnqueueOutcomeUnknownException(id.toString(),
				"Job '" + id + "'" + ((others > 0) ? " and " + others + " others" : "") + " may be enqueued or not: "
						+ why + ". Calling again with jobs.id(\"" + id.local() + "\") is safe",
				failure);
	}

	private void send(List<Entry> entries) {
		if (this.toBeFenced) {
			transmit(new Batch(List.of(), entries));
		}
		else {
			transmit(new Batch(entries, List.of()));
		}
	}

	private void transmit(Batch batch) {
		if (!this.connection.isConnected()) {
			// nothing has left yet: callers may take back their jobs
			batch.rest(batch.mayHaveBeenExecuted);
			this.connection.connect().whenComplete((connected, failure) -> {
				if (failure != null) {
					failed(batch, RedisFault.unwrap(failure));
				}
				else {
					retry(batch);
				}
			});
			return;
		}
		this.connection.eval(RedisScript.ENQUEUE, this.keys, arguments(batch)).whenComplete((reply, failure) -> {
			if (failure != null) {
				failed(batch, RedisFault.unwrap(failure));
			}
			else {
				answered(batch, reply);
			}
		});
	}

	private byte[][] arguments(Batch batch) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(this.producer);
		arguments.add(RedisConnection.bytes(this.sequence));
		arguments.add(RedisConnection.bytes(batch.entries.stream().anyMatch(Entry::hasCallersId) ? "check" : ""));
		for (Entry entry : batch.entries) {
			arguments.addAll(entry.arguments);
		}
		return arguments.toArray(byte[][]::new);
	}

	private static String due(Due due) {
		if (due instanceof Due.In in && !in.delay().isNegative()) {
			return "+" + ((in.delay().compareTo(LONGEST) < 0) ? in.delay() : LONGEST).toMillis();
		}
		if (due instanceof Due.At at && at.time().isAfter(Instant.EPOCH)) {
			return "@" + (at.time().isBefore(LAST) ? at.time() : LAST).toEpochMilli();
		}
		return "0";
	}

	private void answered(Batch batch, Reply reply) {
		this.delays.reset();
		switch (reply.status()) {
			case "OK", "DUP" -> {
				this.sequence++;
				done(batch, null);
			}
			case "GAP" -> {
				// Redis has lost what it knew of this producer: a new one begins
				this.producer = RedisConnection.bytes(RandomId.next());
				this.sequence = 1;
				transmit(batch);
			}
			default -> done(batch, new IllegalStateException(
					"The queue's data has schema version " + reply.text(1) + ": update this application's library"));
		}
	}

	private void failed(Batch batch, Throwable failure) {
		RedisFault fault = RedisFault.of(failure);
		batch.mayHaveBeenExecuted |= fault.mayHaveBeenExecuted();
		batch.all().forEach((entry) -> entry.lastFailure = failure);
		if (fault == RedisFault.OUT_OF_MEMORY) {
			done(batch, new QueueFullException("Redis has no memory left; the job was not enqueued", failure));
		}
		else if (!fault.isTemporary()) {
			done(batch, Answers.unavailable("The job was not enqueued", failure));
		}
		else if (batch.rest(batch.mayHaveBeenExecuted)) {
			this.connection.later(this.delays.next(), () -> retry(batch));
		}
		else {
			done(batch, Answers.unavailable("The job was not enqueued", failure));
		}
	}

	private void retry(Batch batch) {
		if (batch.resume()) {
			transmit(batch);
		}
		else {
			done(batch, new DataAccessResourceFailureException("Redis is not available; the job was not enqueued"));
		}
	}

	/**
	 * The batch is answered or given up.
	 */
	private void done(Batch batch, @Nullable RuntimeException failure) {
		boolean wasFence = batch.entries.isEmpty();
		this.toBeFenced = failure != null && (wasFence || batch.mayHaveBeenExecuted);
		batch.entries.forEach((entry) -> entry.complete((failure != null && batch.mayHaveBeenExecuted)
				? outcomeUnknown(entry, cause(entry, failure)) : failure));
		if (!wasFence) {
			this.batcher.next();
		}
		else if (failure == null) {
			send(batch.behind);
		}
		else {
			batch.behind.forEach((entry) -> entry.complete(failure));
			this.batcher.next();
		}
	}

	/**
	 * Jobs that travel together, or an empty batch that fences a number with those that
	 * wait behind it.
	 */
	private static final class Batch {

		private final List<Entry> entries;

		private final List<Entry> behind;

		private boolean mayHaveBeenExecuted;

		Batch(List<Entry> entries, List<Entry> behind) {
			this.entries = new ArrayList<>(entries);
			this.behind = new ArrayList<>(behind);
		}

		List<Entry> all() {
			return this.entries.isEmpty() ? this.behind : this.entries;
		}

		/**
		 * Wait before the next try: while the batch cannot have been executed, callers
		 * may take back their jobs.
		 * @return whether anybody still waits for it
		 */
		boolean rest(boolean mayHaveBeenExecuted) {
			boolean wanted = false;
			for (Entry entry : all()) {
				wanted |= entry.rest(!mayHaveBeenExecuted || this.entries.isEmpty());
			}
			return wanted;
		}

		/**
		 * Before the next try, drop what was taken back.
		 * @return whether anything is left
		 */
		boolean resume() {
			all().removeIf((entry) -> !entry.resume());
			return !all().isEmpty();
		}

	}

	/**
	 * The jobs of one caller, which waits for them.
	 */
	private static final class Entry {

		private enum State {

			ON_ITS_WAY, RESTING, GONE

		}

		private final List<NewJob> jobs;

		private final Duration timeout;

		private final List<byte[]> arguments;

		private final int bytes;

		private final CompletableFuture<@Nullable Void> confirmed = new CompletableFuture<>();

		private volatile @Nullable Throwable lastFailure;

		private State state = State.ON_ITS_WAY;

		private boolean abandoned;

		Entry(List<NewJob> jobs, Duration timeout) {
			this.jobs = jobs;
			this.timeout = timeout;
			this.arguments = new ArrayList<>(3 * jobs.size());
			int size = 0;
			for (NewJob job : jobs) {
				byte[] record = JobRecord.encode(job.job(), job.expiresAfter());
				size += record.length;
				this.arguments.add(RedisConnection.bytes(job.job().id().local()));
				this.arguments.add(record);
				this.arguments.add(RedisConnection.bytes(due(job.due())));
			}
			this.bytes = size;
		}

		boolean hasCallersId() {
			return this.jobs.stream().anyMatch(NewJob::callersId);
		}

		/**
		 * Called by a caller that gives up.
		 * @return whether the job is certainly not enqueued
		 */
		synchronized boolean withdraw() {
			this.abandoned = true;
			if (this.state == State.RESTING) {
				this.state = State.GONE;
				return true;
			}
			return false;
		}

		synchronized boolean rest(boolean mayBeWithdrawn) {
			if (mayBeWithdrawn) {
				this.state = this.abandoned ? State.GONE : State.RESTING;
			}
			return !this.abandoned;
		}

		synchronized boolean resume() {
			if (this.state == State.GONE) {
				return false;
			}
			this.state = State.ON_ITS_WAY;
			return true;
		}

		void complete(@Nullable RuntimeException failure) {
			if (failure != null) {
				this.confirmed.completeExceptionally(failure);
			}
			else {
				this.confirmed.complete(null);
			}
		}

	}

}
