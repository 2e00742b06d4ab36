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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobsNotEnqueuedEvent;
import dev.backgroundjobs.JobsNotEnqueuedException;
import dev.backgroundjobs.NotEnqueuedJob;
import dev.backgroundjobs.client.BatchSize;
import dev.backgroundjobs.client.JobSender;
import dev.backgroundjobs.client.PendingJob;
import dev.backgroundjobs.core.QueuePartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Sends the jobs of committed transactions: one batch a queue, all of them within one
 * timeout, because the database connection is still held. What cannot be enqueued is
 * reported three times: to whoever commits, in the log, and as an event that can repeat
 * the calls.
 */
public final class CommittedJobs {

	private static final Logger logger = LoggerFactory.getLogger(CommittedJobs.class);

	private final JobSender sender;

	private final Duration timeout;

	private final ApplicationEventPublisher events;

	private final SuspendedTransactions suspended;

	/**
	 * Create it.
	 * @param sender sends jobs to the store
	 * @param timeout how long that may take in all
	 * @param events hears of jobs that could not be enqueued
	 * @param managers the managers of the transactions, where jobs run on the thread that
	 * commits
	 */
	public CommittedJobs(JobSender sender, Duration timeout, ApplicationEventPublisher events,
			Iterable<PlatformTransactionManager> managers) {
		this.sender = sender;
		this.timeout = timeout;
		this.events = events;
		this.suspended = new SuspendedTransactions(managers);
	}

	/**
	 * Enqueue the jobs of a committed transaction.
	 * @throws JobsNotEnqueuedException if some could not be enqueued, after all were
	 * tried
	 */
	void send(List<PendingJob> jobs) {
		long deadline = System.nanoTime() + this.timeout.toNanos();
		Map<PendingJob, RuntimeException> failures = new LinkedHashMap<>();
		List<List<PendingJob>> batches = batches(jobs);
		for (int k = 0; k < batches.size(); k++) {
			long share = (deadline - System.nanoTime()) / (batches.size() - k);
			failures.putAll(this.sender.trySend(batches.get(k), Duration.ofNanos(share)));
		}
		List<NotEnqueuedJob> lost = failures.isEmpty() ? List.of() : report(failures);
		if (this.sender.runsJobs()) {
			List<PendingJob> sent = jobs.stream().filter((job) -> !failures.containsKey(job)).toList();
			this.suspended.run(() -> this.sender.sent(sent));
		}
		if (!lost.isEmpty()) {
			throw new JobsNotEnqueuedException(lost);
		}
	}

	/**
	 * Nobody knows whether the transaction was committed: nothing is enqueued.
	 */
	void unknown(List<PendingJob> jobs) {
		if (!jobs.isEmpty()) {
			RuntimeException cause = new IllegalStateException(
					"the outcome of its transaction's commit is unknown, so it was not sent");
			Map<PendingJob, RuntimeException> failures = new LinkedHashMap<>();
			jobs.forEach((job) -> failures.put(job, cause));
			report(failures);
		}
	}

	private List<List<PendingJob>> batches(List<PendingJob> jobs) {
		Map<QueuePartition, List<PendingJob>> last = new LinkedHashMap<>();
		Map<QueuePartition, BatchSize> sizes = new LinkedHashMap<>();
		List<List<PendingJob>> batches = new ArrayList<>();
		for (PendingJob job : jobs) {
			QueuePartition partition = job.id().partition();
			List<PendingJob> batch = last.get(partition);
			BatchSize size = sizes.getOrDefault(partition, BatchSize.NONE).plus(job);
			if (batch == null || !size.fits(this.sender.maxBatch(partition))) {
				batch = new ArrayList<>();
				batches.add(batch);
				last.put(partition, batch);
				size = BatchSize.NONE.plus(job);
			}
			batch.add(job);
			sizes.put(partition, size);
		}
		return batches;
	}

	private List<NotEnqueuedJob> report(Map<PendingJob, RuntimeException> failures) {
		List<NotEnqueuedJob> lost = failures.entrySet()
			.stream()
			.map((failure) -> notEnqueued(failure.getKey(), failure.getValue()))
			.toList();
		lost.forEach((job) -> logger.error("Job '{}' ({}) {} enqueued, although its transaction has ended: {}",
				job.id(), job.name(), job.mayBeEnqueued() ? "may not be" : "is not", job.cause().getMessage()));
		try {
			this.events.publishEvent(new JobsNotEnqueuedEvent(lost));
		}
		catch (RuntimeException ex) {
			// whoever commits must hear of the jobs, whatever a listener makes of it
			logger.error("A listener failed", ex);
		}
		return lost;
	}

	private NotEnqueuedJob notEnqueued(PendingJob job, RuntimeException cause) {
		job.notAccepted((cause instanceof EnqueueOutcomeUnknownException) ? "Redis did not confirm it"
				: String.valueOf(cause.getMessage()));
		return new NotEnqueuedJob(job.id().toString(), job.definition().name(),
				new String(job.job().job().arguments(), StandardCharsets.UTF_8), cause,
				() -> this.sender.sendAgain(job));
	}

}
