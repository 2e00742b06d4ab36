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

package dev.backgroundjobs.transaction;

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.JobsNotEnqueuedException;
import dev.backgroundjobs.client.PendingJob;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The calls made inside one transaction:
 * <ol>
 * <li>after the commit, when all others have been told of it, they are sent, and whoever
 * commits hears of a failure;
 * <li>a rollback drops them, one to a savepoint drops those made since;
 * <li>when others who are told of the commit throw, they are sent nevertheless.
 * </ol>
 */
final class JobsOfTransaction implements TransactionSynchronization {

	private final CommittedJobs committed;

	private final List<PendingJob> jobs = new ArrayList<>();

	private final List<Savepoint> savepoints = new ArrayList<>();

	private boolean lastInLine;

	private boolean sent;

	JobsOfTransaction(CommittedJobs committed) {
		this.committed = committed;
	}

	boolean goTo(CommittedJobs other) {
		return this.committed == other;
	}

	/**
	 * Take a call.
	 * @return {@code false} if it comes too late: the calls have been sent
	 */
	boolean add(PendingJob job) {
		return !this.sent && this.jobs.add(job);
	}

	/**
	 * Where the last call of a queue goes, unless a batch is full.
	 */
	@Nullable QueuePartition partition(String queue) {
		if (this.jobs.size() % JobQueue.MAX_BATCH_JOBS == 0) {
			return null;
		}
		for (int k = this.jobs.size() - 1; k >= 0; k--) {
			QueuePartition partition = this.jobs.get(k).id().partition();
			if (partition.queue().equals(queue)) {
				return partition;
			}
		}
		return null;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.add(new Savepoint(savepoint, this.jobs.size()));
	}

	@Override
	public void savepointRollback(Object savepoint) {
		int known = this.savepoints.size() - 1;
		while (known >= 0 && this.savepoints.get(known).savepoint() != savepoint) {
			known--;
		}
		// a savepoint of which we were not told is older than our first call
		int kept = (known >= 0) ? this.savepoints.get(known).jobs() : 0;
		this.savepoints.subList(known + 1, this.savepoints.size()).clear();
		drop(this.jobs.subList(kept, this.jobs.size()), "the transaction was rolled back to a savepoint");
	}

	@Override
	public void beforeCompletion() {
		this.lastInLine = true;
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				send();
			}

		});
	}

	@Override
	public void afterCommit() {
		if (!this.lastInLine) {
			send();
		}
	}

	@Override
	public void afterCompletion(int status) {
		switch (status) {
			case STATUS_COMMITTED -> sendUnheard();
			case STATUS_ROLLED_BACK -> drop(this.jobs, "its transaction was rolled back");
			default -> this.committed.unknown(taken());
		}
	}

	/**
	 * Send the calls unless that has been done: somebody else who was told of the commit
	 * has thrown, or made our first call then.
	 */
	private void sendUnheard() {
		try {
			send();
		}
		catch (JobsNotEnqueuedException ex) {
			// logged and published; nobody hears exceptions any more
		}
	}

	private void send() {
		List<PendingJob> taken = taken();
		if (!taken.isEmpty()) {
			this.committed.send(taken);
		}
	}

	private List<PendingJob> taken() {
		List<PendingJob> taken = List.copyOf(this.jobs);
		this.jobs.clear();
		this.sent = true;
		return taken;
	}

	private static void drop(List<PendingJob> dropped, String reason) {
		dropped.forEach((job) -> job.notAccepted(reason));
		dropped.clear();
	}

	/**
	 * How many calls there were when a savepoint was made.
	 */
	private record Savepoint(Object savepoint, int jobs) {

	}

}
