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

import dev.backgroundjobs.client.JobTransactions;
import dev.backgroundjobs.client.PendingJob;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The transactions of Spring's {@code PlatformTransactionManager}s, each bound to its
 * thread. Where there is only a synchronization and no transaction, as with
 * {@code Propagation.SUPPORTS}, calls wait for nothing.
 */
public final class SpringJobTransactions implements JobTransactions {

	private final CommittedJobs committed;

	/**
	 * Create them.
	 * @param committed sends the jobs of committed transactions
	 */
	public SpringJobTransactions(CommittedJobs committed) {
		this.committed = committed;
	}

	@Override
	public boolean join(PendingJob job) {
		return isActive() && current().add(job);
	}

	@Override
	public @Nullable QueuePartition partition(String queue) {
		return isActive() ? current().partition(queue) : null;
	}

	/**
	 * The transaction of this thread is about to commit: this is the last moment to be
	 * among those who are told of it.
	 */
	void beforeCommit() {
		if (isActive()) {
			current();
		}
	}

	private static boolean isActive() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * A suspended transaction takes its synchronizations with it, so whatever is found
	 * belongs to the innermost one.
	 */
	private JobsOfTransaction current() {
		for (TransactionSynchronization known : TransactionSynchronizationManager.getSynchronizations()) {
			if (known instanceof JobsOfTransaction jobs && jobs.goTo(this.committed)) {
				return jobs;
			}
		}
		JobsOfTransaction jobs = new JobsOfTransaction(this.committed);
		TransactionSynchronizationManager.registerSynchronization(jobs);
		return jobs;
	}

}
