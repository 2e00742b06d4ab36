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

/**
 * The store as operators see it. Each method says whether this call did it.
 */
public interface JobOperations {

	/**
	 * Cancel a job that has not started.
	 * @param id the job
	 * @return {@code false} if there is no such job, or it runs or has ended
	 */
	boolean cancel(JobId id);

	/**
	 * Queue a dead job again, its retries afresh.
	 * @param id the job
	 * @return {@code false} if there is no such job or it is not dead
	 */
	boolean retry(JobId id);

	/**
	 * Delete a job in any state but running.
	 * @param id the job
	 * @return {@code false} if there is no such job or it runs
	 */
	boolean delete(JobId id);

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
