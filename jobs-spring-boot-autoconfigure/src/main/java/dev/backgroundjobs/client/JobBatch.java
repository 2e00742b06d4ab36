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

package dev.backgroundjobs.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.backgroundjobs.BatchEnqueueException;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

/**
 * The calls made inside one {@code enqueueAll}: they are sent together as soon as there
 * are enough of them, or one goes elsewhere. Belongs to one thread.
 */
final class JobBatch {

	private final JobSender sender;

	private final Consumer<List<PendingJob>> sent;

	private final List<PendingJob> waiting = new ArrayList<>();

	private final List<JobHandle<?>> waitingHandles = new ArrayList<>();

	private final List<JobHandle<?>> accepted = new ArrayList<>();

	private long deferred;

	private BatchSize size = BatchSize.NONE;

	private @Nullable BatchEnqueueException refused;

	/**
	 * Create a batch.
	 * @param sender sends jobs to the store
	 * @param sent hears of jobs that were sent
	 */
	JobBatch(JobSender sender, Consumer<List<PendingJob>> sent) {
		this.sender = sender;
		this.sent = sent;
	}

	/**
	 * Take a call, sending those before it if there is no room beside them.
	 * @throws BatchEnqueueException if calls were refused, now or before
	 */
	void add(PendingJob job, JobHandle<?> handle) {
		checkNotRefused();
		if (!this.waiting.isEmpty() && !fits(job)) {
			flush();
		}
		this.waiting.add(job);
		this.waitingHandles.add(handle);
		this.size = this.size.plus(job);
		if (this.size.isFull(this.sender.maxBatch(job.id().partition()))) {
			flush();
		}
	}

	/**
	 * Where the calls go that wait, if they are of this queue.
	 */
	@Nullable QueuePartition partition(String queue) {
		QueuePartition partition = this.waiting.isEmpty() ? null : this.waiting.get(0).id().partition();
		return (partition != null && partition.queue().equals(queue)) ? partition : null;
	}

	private boolean fits(PendingJob job) {
		return this.waiting.get(0).id().partition().equals(job.id().partition())
				&& this.size.plus(job).fits(this.sender.maxBatch(job.id().partition()));
	}

	/**
	 * A call was made in here that is enqueued with its transaction.
	 */
	void deferred() {
		this.deferred++;
	}

	/**
	 * Send what waits. The first refusal is the last: nothing is sent after it.
	 */
	void flush() {
		checkNotRefused();
		if (this.waiting.isEmpty()) {
			return;
		}
		try {
			this.sender.send(this.waiting);
		}
		catch (RuntimeException ex) {
			boolean unknown = ex instanceof EnqueueOutcomeUnknownException;
			drop(unknown ? "the store did not confirm its batch" : "its batch was refused");
			this.refused = new BatchEnqueueException(
					"Call " + this.accepted.size() + " of the batch, counted from 0, and those after it "
							+ (unknown ? "may not be enqueued: " : "were not enqueued: ") + ex.getMessage(),
					ex, this.accepted);
			throw this.refused;
		}
		this.accepted.addAll(this.waitingHandles);
		List<PendingJob> jobs = List.copyOf(this.waiting);
		clear();
		this.sent.accept(jobs);
	}

	private void checkNotRefused() {
		if (this.refused != null) {
			throw this.refused;
		}
	}

	/**
	 * The code that makes the calls has failed: what waits is not sent, and the exception
	 * says what was.
	 */
	void abandon(Throwable failure) {
		drop("the code inside 'enqueueAll' failed");
		if (failure != this.refused) {
			failure.addSuppressed((this.refused != null) ? this.refused
					: new BatchEnqueueException(
							"Enqueued were the first " + this.accepted.size()
									+ " calls of the batch only, because the code that makes the calls failed",
							failure, this.accepted));
		}
	}

	private void drop(String reason) {
		this.waiting.forEach((job) -> job.notAccepted(reason));
		clear();
	}

	private void clear() {
		this.waiting.clear();
		this.waitingHandles.clear();
		this.size = BatchSize.NONE;
	}

	/**
	 * How many calls there were.
	 */
	long size() {
		return this.deferred + this.accepted.size() + this.waiting.size();
	}

}
