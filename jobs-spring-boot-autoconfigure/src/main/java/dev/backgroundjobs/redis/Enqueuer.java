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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueCapacity;
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

	/** What a duplicate was answered with at first: there was no room for it. */
	private static final long REFUSED = 2;

	private final RedisConnection connection;

	private final byte[][] keys;

	private final QueueCapacity capacity;

	private final String unique;

	private final Batcher<EnqueueEntry> batcher;

	private final RetryDelays delays = new RetryDelays();

	/** Changed only by the one batch on its way. */
	private byte[] producer = RedisConnection.bytes(RandomId.next());

	private long sequence = 1;

	private volatile boolean toBeFenced;

	/**
	 * Create an enqueuer.
	 * @param keepReplaced for how long a job is kept in whose place another one is, if
	 * its caller asked for that
	 */
	Enqueuer(RedisConnection connection, byte[][] keys, QueueCapacity capacity, Duration keepReplaced) {
		this.connection = connection;
		this.keys = keys;
		this.capacity = capacity;
		this.unique = "unique " + keepReplaced.toMillis();
		this.batcher = new Batcher<>(JobQueue.MAX_BATCH_JOBS, JobQueue.MAX_BATCH_BYTES, (entry) -> entry.weight,
				(entry) -> entry.bytes, this::send);
	}

	/**
	 * Enqueue jobs in one batch and wait until Redis has confirmed them, and before that,
	 * if it is wanted, until there is room for them.
	 */
	Map<Integer, Acceptance> enqueue(List<NewJob> jobs, Duration timeout) {
		Assert.isTrue(jobs.size() <= JobQueue.MAX_BATCH_JOBS, "Too many jobs for one batch");
		long start = System.nanoTime();
		EnqueueEntry entry = new EnqueueEntry(jobs, timeout);
		Long unfinished = confirmed(entry);
		return (unfinished != null) ? waitForRoom(jobs, timeout, start, unfinished) : entry.met;
	}

	private Map<Integer, Acceptance> waitForRoom(List<NewJob> jobs, Duration timeout, long start,
			long unfinishedAtFirst) {
		// what is left of the time is for the last try
		Duration longest = timeout.multipliedBy(3).dividedBy(4);
		Duration patience = this.capacity.patience();
		RoomWait room = new RoomWait(start, (patience.compareTo(longest) < 0) ? patience : longest);
		Long unfinished = unfinishedAtFirst;
		while (true) {
			if (!room.pause()) {
				throw full(jobs, unfinished);
			}
			EnqueueEntry entry = new EnqueueEntry(jobs, timeout.minusNanos(System.nanoTime() - start));
			unfinished = confirmed(entry);
			if (unfinished == null) {
				return entry.met;
			}
		}
	}

	/**
	 * Wait until Redis has confirmed jobs.
	 * @return how many jobs the queue holds if there is no room for them
	 */
	private @Nullable Long confirmed(EnqueueEntry entry) {
		this.batcher.add(entry);
		try {
			return entry.confirmed.get(entry.timeout.toMillis(), TimeUnit.MILLISECONDS);
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

	private QueueFullException full(List<NewJob> jobs, long unfinished) {
		return this.capacity.full(jobs.get(0).job().queue(), unfinished, jobs.size());
	}

	private RuntimeException gaveUp(EnqueueEntry entry, Exception cause) {
		Throwable failure = cause(entry, cause);
		return (this.batcher.remove(entry) || entry.withdraw())
				? Answers.unavailable("The job was not enqueued", failure) : outcomeUnknown(entry, failure);
	}

	private static Throwable cause(EnqueueEntry entry, Throwable otherwise) {
		Throwable last = entry.lastFailure;
		return (last != null) ? last : otherwise;
	}

	private static RuntimeException outcomeUnknown(EnqueueEntry entry, Throwable failure) {
		JobId id = entry.jobs.get(0).job().id();
		int others = entry.jobs.size() - 1;
		String why = RedisFault.of(failure).isTemporary() ? "Redis did not confirm it within " + entry.timeout
				: Explanation.of(failure);
		return new EnqueueOutcomeUnknownException(id.toString(),
				"Job '" + id + "'" + ((others > 0) ? " and " + others + " others" : "") + " may be enqueued or not: "
						+ why + ". Calling again with jobs.id(\"" + id.local()
						+ "\") enqueues nothing while that job exists",
				failure);
	}

	private void send(List<EnqueueEntry> entries) {
		if (this.toBeFenced) {
			transmit(new EnqueueBatch(List.of(), entries));
		}
		else {
			transmit(new EnqueueBatch(entries, List.of()));
		}
	}

	private void transmit(EnqueueBatch batch) {
		try {
			if (this.connection.isConnected()) {
				evaluate(batch).whenComplete((reply, failure) -> received(batch, reply, failure));
				return;
			}
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
		}
		catch (RuntimeException | Error ex) {
			giveUp(batch, ex);
		}
	}

	private void received(EnqueueBatch batch, Reply reply, @Nullable Throwable failure) {
		try {
			if (failure != null) {
				failed(batch, RedisFault.unwrap(failure));
			}
			else {
				answered(batch, reply);
			}
		}
		catch (RuntimeException | Error ex) {
			giveUp(batch, ex);
		}
	}

	/**
	 * Nobody can say what became of the batch: its number is fenced, and those that come
	 * after it must not wait for that.
	 */
	private void giveUp(EnqueueBatch batch, Throwable failure) {
		batch.mayHaveBeenExecuted = true;
		done(batch, Answers.unavailable("The job was not enqueued", failure));
	}

	private CompletableFuture<Reply> evaluate(EnqueueBatch batch) {
		try {
			return this.connection.eval(RedisScript.ENQUEUE, this.keys, arguments(batch));
		}
		catch (RuntimeException | Error ex) {
			// memory may be short for a moment: those behind are sent all the same
			return CompletableFuture.failedFuture(ex);
		}
	}

	private byte[][] arguments(EnqueueBatch batch) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(this.producer);
		arguments.add(RedisConnection.bytes(this.sequence));
		arguments.add(RedisConnection.bytes(mode(batch)));
		arguments.add(RedisConnection.bytes(this.capacity.jobs()));
		for (EnqueueEntry entry : batch.entries) {
			arguments.addAll(entry.arguments);
		}
		return arguments.toArray(byte[][]::new);
	}

	private String mode(EnqueueBatch batch) {
		if (batch.entries.stream().anyMatch(EnqueueEntry::hasUnique)) {
			return this.unique;
		}
		return batch.entries.stream().anyMatch(EnqueueEntry::hasCallersId) ? "check" : "";
	}

	private void answered(EnqueueBatch batch, Reply reply) {
		this.delays.reset();
		switch (reply.status()) {
			case "OK" -> confirmed(batch, reply);
			case "DUP" -> {
				if (reply.number(2) == REFUSED) {
					// the answer that there is no room was lost: ask again
					sendOn(batch.all());
				}
				else {
					confirmed(batch, reply);
				}
			}
			case "TAKEN" -> {
				this.sequence++;
				resend(MetJobs.withoutTaken(batch.entries, reply, this.batcher::add));
			}
			case "FULL" -> sendOn(fitting(batch, reply.number(1), new HashSet<>(reply.texts(2))));
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

	private void confirmed(EnqueueBatch batch, Reply reply) {
		MetJobs.tell(batch.entries, reply.texts(3));
		this.sequence++;
		done(batch, null);
	}

	/**
	 * The batch does not fit: those callers go on whose jobs do, in their order, and the
	 * others are refused. Nobody is refused for a neighbour's jobs.
	 */
	private List<EnqueueEntry> fitting(EnqueueBatch batch, long unfinished, Set<String> existing) {
		long room = this.capacity.jobs() - unfinished;
		List<EnqueueEntry> fitting = new ArrayList<>();
		for (EnqueueEntry entry : batch.entries.stream().filter(EnqueueEntry::isWanted).toList()) {
			Set<String> added = entry.newJobs(existing);
			if (added.size() <= room) {
				room -= added.size();
				existing.addAll(added);
				fitting.add(entry);
			}
			else {
				entry.confirmed.complete(unfinished);
			}
		}
		return fitting;
	}

	/**
	 * A batch was refused for lack of room, which used up its number.
	 */
	private void sendOn(List<EnqueueEntry> entries) {
		this.sequence++;
		resend(entries);
	}

	private void resend(List<EnqueueEntry> entries) {
		this.toBeFenced = false;
		List<EnqueueEntry> wanted = entries.stream().filter(EnqueueEntry::isWanted).toList();
		if (wanted.isEmpty()) {
			this.batcher.next();
		}
		else {
			send(wanted);
		}
	}

	private void failed(EnqueueBatch batch, Throwable failure) {
		RedisFault fault = RedisFault.of(failure);
		batch.mayHaveBeenExecuted |= fault.mayHaveBeenExecuted();
		batch.all().forEach((entry) -> entry.lastFailure = failure);
		if (fault == RedisFault.OUT_OF_MEMORY) {
			done(batch, new QueueFullException(
					"Redis has no memory left: raise its maxmemory or free some; the job was not enqueued", failure));
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

	private void retry(EnqueueBatch batch) {
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
	private void done(EnqueueBatch batch, @Nullable RuntimeException failure) {
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

}
