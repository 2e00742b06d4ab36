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

import org.jspecify.annotations.Nullable;

/**
 * The store as operators see it. Each method says whether this call did it.
 */
public interface JobOperations {

	/**
	 * Cancel a job. One that runs is told so and interrupted, wherever it runs; it ends
	 * with this attempt, cancelled unless it completes.
	 * @param id the job
	 * @return {@code false} if there is no such job, or it has ended
	 */
	default boolean cancel(JobId id) {
		return requestCancel(id) != Cancellation.REFUSED;
	}

	/**
	 * The same, for those who have to know whether the job has ended with this call.
	 * @param id the job
	 * @return what came of it
	 */
	Cancellation requestCancel(JobId id);

	/**
	 * Queue a dead job again, its retries afresh.
	 * @param id the job
	 * @return {@code false} if there is no such job or it is not dead
	 */
	boolean retry(JobId id);

	/**
	 * Change when a job is due that waits for its time: SCHEDULED or RETRYING. One that
	 * is due by that is queued at once.
	 * @param id the job
	 * @param due when
	 * @return {@code false} if there is no such job or it does not wait for its time
	 */
	boolean reschedule(JobId id, Due due);

	/**
	 * Queue a job now that waits for its time: SCHEDULED or RETRYING.
	 * @param id the job
	 * @return {@code false} if there is no such job or it does not wait for its time
	 */
	default boolean promote(JobId id) {
		return reschedule(id, new Due.Now());
	}

	/**
	 * Delete a job in any state but running.
	 * @param id the job
	 * @return {@code false} if there is no such job or it runs
	 */
	boolean delete(JobId id);

	/**
	 * Queue dead jobs again, the oldest first, their retries afresh: one step, which
	 * looks at {@link DeadStep#MOST} of them at most.
	 * @param queue name of the queue
	 * @param jobName only jobs of this name, or {@code null} for all
	 * @param max how many to queue at most
	 * @param cursor of the step before, or {@code null} for the first
	 * @return what was done, and where to go on
	 * @throws IllegalArgumentException if the cursor is none
	 */
	DeadStep retryDead(String queue, @Nullable String jobName, int max, @Nullable String cursor);

	/**
	 * Delete dead jobs, the oldest first, like {@link #retryDead}.
	 * @param queue name of the queue
	 * @param jobName only jobs of this name, or {@code null} for all
	 * @param max how many to delete at most
	 * @param cursor of the step before, or {@code null} for the first
	 * @return what was done, and where to go on
	 * @throws IllegalArgumentException if the cursor is none
	 */
	DeadStep deleteDead(String queue, @Nullable String jobName, int max, @Nullable String cursor);

	/**
	 * Give out no jobs of a queue until it is resumed, whatever process asks: what runs
	 * goes on, and calls are enqueued. The store keeps it, so it outlives all processes.
	 * @param queue name of the queue
	 * @return {@code false} if it was paused before
	 */
	boolean pause(String queue);

	/**
	 * Give out jobs of a paused queue again, at once.
	 * @param queue name of the queue
	 * @return {@code false} if it was not paused
	 */
	boolean resume(String queue);

}
