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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.backgroundjobs.DuplicateJobException;
import dev.backgroundjobs.JobException;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.CallObservation;
import dev.backgroundjobs.core.DuplicateJobs;
import dev.backgroundjobs.core.InlineJobQueue;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands jobs to the store and tells listeners what became of it.
 */
public final class JobSender {

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Logger logger = LoggerFactory.getLogger(JobSender.class);

	private final JobQueue queue;

	private final @Nullable InlineJobQueue inline;

	private final List<JobListener> listeners;

	private final JobObservations observations;

	private final QueuePartitions partitions;

	private final LongSupplier nanoTime;

	/**
	 * Create a sender.
	 * @param queue where jobs go
	 * @param listeners those who want to hear of it
	 * @param observations observe calls until their jobs are enqueued
	 */
	public JobSender(JobQueue queue, List<JobListener> listeners, JobObservations observations) {
		this(queue, listeners, observations, System::nanoTime);
	}

	JobSender(JobQueue queue, List<JobListener> listeners, JobObservations observations, LongSupplier nanoTime) {
		this.queue = queue;
		this.inline = (queue instanceof InlineJobQueue runsThem) ? runsThem : null;
		this.listeners = List.copyOf(listeners);
		this.observations = observations;
		this.partitions = new QueuePartitions(queue::partitions);
		this.nanoTime = nanoTime;
	}

	/**
	 * Where jobs go.
	 */
	QueuePartitions partitions() {
		return this.partitions;
	}

	/**
	 * A call is made on this thread, whose job is sent now or later.
	 */
	CallObservation called(JobDefinition definition, JobId id) {
		return this.observations.called(definition.name(), id);
	}

	/**
	 * Enqueue jobs of one partition: all of them, or none.
	 * @param batch the jobs, no more than {@link JobQueue} takes at a time
	 */
	void send(List<PendingJob> batch) {
		send(batch, this.queue::enqueue);
	}

	/**
	 * Enqueue as many jobs of one partition as possible. Those that are refused because
	 * others like them live do not keep their neighbours, which go on without them;
	 * otherwise all are enqueued, or none.
	 * @param batch the jobs, no more than {@link JobQueue} takes at a time
	 * @param timeout how long to wait for the confirmation, in all
	 * @return the jobs that were not enqueued, or of which that is not known, and why
	 */
	public Map<PendingJob, RuntimeException> trySend(List<PendingJob> batch, Duration timeout) {
		long start = this.nanoTime.getAsLong();
		Map<PendingJob, RuntimeException> failures = new LinkedHashMap<>();
		List<PendingJob> rest = batch;
		while (!rest.isEmpty()) {
			try {
				Duration left = left(timeout, start, rest.size() == batch.size());
				accepted(rest, this.queue.enqueue(jobs(rest), left), start);
				return failures;
			}
			catch (RuntimeException ex) {
				List<PendingJob> refused = refused(rest, ex);
				refused.forEach((job) -> failures.put(job, ownOf(job, ex)));
				refused(refused, start, ex);
			}
			rest = rest.stream().filter((job) -> !failures.containsKey(job)).toList();
		}
		return failures;
	}

	/**
	 * However often jobs are sent, and it is once at least, all of it together takes no
	 * longer than the first time alone may.
	 */
	private Duration left(Duration timeout, long start, boolean first) {
		Duration left = timeout.minusNanos(this.nanoTime.getAsLong() - start);
		if (left.compareTo(SHORTEST) >= 0) {
			return left;
		}
		if (first) {
			return SHORTEST;
		}
		throw new JobException("others of its batch were refused, and then no time was left to send it");
	}

	private static List<PendingJob> refused(List<PendingJob> batch, RuntimeException failure) {
		if (failure instanceof DuplicateJobException duplicates) {
			List<PendingJob> named = batch.stream()
				.filter((job) -> duplicates.getExistingIds().containsKey(job.id().toString()))
				.toList();
			return named.isEmpty() ? batch : named;
		}
		return batch;
	}

	/**
	 * Enqueue a job that may be enqueued already: then nothing happens.
	 * @param job the job
	 */
	public void sendAgain(PendingJob job) {
		send(List.of(job), (jobs) -> this.queue.enqueue(jobs.stream().map(NewJob::underCallersId).toList()));
	}

	/**
	 * Whoever has sent jobs knows of it: a queue that runs them at once does so now, and
	 * what they throw is the caller's.
	 * @param batch the jobs
	 */
	public void sent(List<PendingJob> batch) {
		if (this.inline != null) {
			this.inline.run(batch.stream().flatMap(PendingJob::steps).map(PendingJob::id).toList());
		}
	}

	/**
	 * Whether jobs run on the thread that sends them.
	 * @return whether {@link #sent(List)} does anything
	 */
	public boolean runsJobs() {
		return this.inline != null;
	}

	/**
	 * The most jobs of a partition that can be sent together.
	 * @param partition the partition
	 * @return a number of jobs
	 */
	public int maxBatch(QueuePartition partition) {
		return this.queue.maxBatch(partition);
	}

	private static RuntimeException ownOf(PendingJob job, RuntimeException failure) {
		if (failure instanceof DuplicateJobException duplicates && duplicates.getExistingIds().size() > 1) {
			String id = job.id().toString();
			String existing = duplicates.getExistingIds().get(id);
			return (existing != null) ? DuplicateJobs.refused(job.job().job(), Map.of(id, existing)) : failure;
		}
		return failure;
	}

	private void send(List<PendingJob> batch, Function<List<NewJob>, Map<Integer, Acceptance>> enqueue) {
		long start = this.nanoTime.getAsLong();
		try {
			accepted(batch, enqueue.apply(jobs(batch)), start);
		}
		catch (RuntimeException ex) {
			refused(batch, start, ex);
			throw ex;
		}
	}

	private static List<NewJob> jobs(List<PendingJob> batch) {
		return batch.stream().flatMap(PendingJob::steps).map(PendingJob::job).toList();
	}

	private void accepted(List<PendingJob> batch, Map<Integer, Acceptance> met, long start) {
		List<PendingJob> jobs = batch.stream().flatMap(PendingJob::steps).toList();
		for (int i = 0; i < jobs.size(); i++) {
			jobs.get(i).accepted(met.get(i));
		}
		tell(batch, start, null);
	}

	private void refused(List<PendingJob> batch, long start, RuntimeException failure) {
		batch.forEach((job) -> job.refused(failure));
		tell(batch, start, failure);
	}

	private void tell(List<PendingJob> batch, long start, @Nullable Throwable failure) {
		Duration took = Duration.ofNanos(this.nanoTime.getAsLong() - start);
		for (PendingJob job : batch.stream().flatMap(PendingJob::steps).toList()) {
			Acceptance met = job.acceptance();
			for (JobListener listener : this.listeners) {
				try {
					if (failure == null && met != null) {
						listener.met(job.job().job(), took, met);
					}
					else {
						listener.enqueued(job.job().job(), took, failure);
					}
				}
				catch (RuntimeException ex) {
					// the job is enqueued, or is not, whatever a listener makes of it
					logger.error("A listener failed", ex);
				}
			}
		}
	}

}
