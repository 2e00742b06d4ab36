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

/**
 * The store as producers see it.
 */
public interface JobQueue {

	/**
	 * The most jobs that are enqueued in one round trip.
	 */
	int MAX_BATCH_JOBS = 500;

	/**
	 * The most bytes that are enqueued in one round trip, unless one job alone has more.
	 */
	int MAX_BATCH_BYTES = 1024 * 1024;

	/**
	 * Enqueue a job, once, however often its sending has to be repeated. Blocks until the
	 * store has confirmed it; concurrent callers share round trips. If the caller chose
	 * the id and the job exists, nothing happens.
	 * @param job the job
	 * @throws dev.backgroundjobs.QueueFullException if the queue holds as many jobs as it
	 * may, or the store has no memory left
	 * @throws dev.backgroundjobs.EnqueueOutcomeUnknownException if the store did not
	 * answer in time
	 */
	default void enqueue(NewJob job) {
		enqueue(List.of(job));
	}

	/**
	 * Enqueue jobs of one partition in one round trip, in their order: all of them, or
	 * none. See {@link #enqueue(NewJob)}.
	 * @param batch at most {@value #MAX_BATCH_JOBS} jobs
	 * @return what became of those that were not just created, by their places in the
	 * batch
	 * @throws dev.backgroundjobs.DuplicateJobException if one of them is to be refused
	 * because another job holds its lock
	 */
	Map<Integer, Acceptance> enqueue(List<NewJob> batch);

	/**
	 * Enqueue jobs as {@link #enqueue(List)} does for a caller that cannot wait long.
	 * Fails at once while the store is known to be away.
	 * @param batch at most {@value #MAX_BATCH_JOBS} jobs
	 * @param timeout how long to wait for the confirmation
	 * @return as {@link #enqueue(List)} does
	 */
	Map<Integer, Acceptance> enqueue(List<NewJob> batch, Duration timeout);

	/**
	 * The most jobs of a partition that can be enqueued in one round trip: fewer than
	 * {@value #MAX_BATCH_JOBS} if the queue may not hold as many.
	 * @param partition the partition
	 * @return a number of jobs
	 */
	default int maxBatch(QueuePartition partition) {
		return MAX_BATCH_JOBS;
	}

	/**
	 * Over how many partitions jobs of a queue are spread.
	 * @param queue name of the queue
	 * @return a number of partitions
	 */
	default int partitions(String queue) {
		return 1;
	}

}
