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

package dev.backgroundjobs.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands jobs to the store and tells listeners what became of it.
 */
public final class JobSender {

	private static final Logger logger = LoggerFactory.getLogger(JobSender.class);

	private final JobQueue queue;

	private final @Nullable InlineJobQueue inline;

	private final List<JobListener> listeners;

	private final JobObservations observations;

	private final QueuePartitions partitions;

	/**
	 * Create a sender.
	 * @param queue where jobs go
	 * @param listeners those who want to hear of it
	 * @param observations observe calls until their jobs are enqueued
	 */
	public JobSender(JobQueue queue, List<JobListener> listeners, JobObservations observations) {
		this.queue = queue;
		this.inline = (queue instanceof InlineJobQueue runsThem) ? runsThem : null;
		this.listeners = List.copyOf(listeners);
		this.observations = observations;
		this.partitions = new QueuePartitions(queue::partitions);
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
	 * Enqueue jobs of one partition: all of them, or none.
	 * @param batch the jobs, no more than {@link JobQueue} takes at a time
	 * @param timeout how long to wait for the confirmation
	 */
	public void send(List<PendingJob> batch, Duration timeout) {
		send(batch, (jobs) -> this.queue.enqueue(jobs, timeout));
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

	private void send(List<PendingJob> batch, Function<List<NewJob>, Map<Integer, Acceptance>> enqueue) {
		long start = System.nanoTime();
		Map<Integer, Acceptance> met;
		try {
			met = enqueue.apply(batch.stream().flatMap(PendingJob::steps).map(PendingJob::job).toList());
		}
		catch (RuntimeException ex) {
			batch.forEach((job) -> job.refused(ex));
			tell(batch, start, ex);
			throw ex;
		}
		List<PendingJob> jobs = batch.stream().flatMap(PendingJob::steps).toList();
		for (int i = 0; i < jobs.size(); i++) {
			jobs.get(i).accepted(met.get(i));
		}
		tell(batch, start, null);
	}

	private void tell(List<PendingJob> batch, long start, @Nullable Throwable failure) {
		Duration took = Duration.ofNanos(System.nanoTime() - start);
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
