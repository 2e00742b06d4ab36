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

package dev.backgroundjobs.listener;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of a queue in this process, or of several, in a number of slots of its
 * own, so that its slow jobs do not hold up those of other containers. Thread-safe.
 */
public interface JobListenerContainer {

	/**
	 * What the {@link JobListenerContainerRegistry} knows it by.
	 * @return the name of its queue, or of its pool
	 */
	String getId();

	/**
	 * The queues whose jobs it runs.
	 * @return their names, in their order
	 */
	Set<String> getQueues();

	/**
	 * Claim jobs, until stopped. Does nothing if it does already.
	 * @throws IllegalStateException if the registry has stopped since this container was
	 * got from it
	 */
	void start();

	/**
	 * Claim no more jobs, in this process alone: what has not begun goes back to its
	 * queue, jobs that run go on, and this does not wait for them. Others work on the
	 * queue as before.
	 */
	void stop();

	/**
	 * Whether it claims jobs.
	 * @return {@code false} before it is started, and after it was stopped
	 */
	boolean isRunning();

	/**
	 * How many jobs it runs at a time.
	 * @return the number of slots
	 */
	int getConcurrency();

	/**
	 * How many jobs it runs now.
	 * @return the number of slots in use
	 */
	int getBusy();

	/**
	 * How many jobs it has abandoned that are still there: they were interrupted and did
	 * not heed it, their threads go on, and what they do is ignored. Each of them up to
	 * {@code background-jobs.worker.max-stuck-threads} has got another thread for its
	 * slot, the others count as {@linkplain #getBusy() busy}.
	 * @return the number of threads that do not come back
	 */
	int getStuck();

	/**
	 * The jobs it has been running for longer than
	 * {@code background-jobs.job.long-running}.
	 * @return the jobs
	 */
	List<LongRunningJob> getLongRunning();

	/**
	 * How long ago Redis last answered a claim.
	 * @return the time, or {@code null} if it never did
	 */
	@Nullable Duration getTimeSinceLastPoll();

	/**
	 * What keeps this container from claiming jobs.
	 * @return the setback, or {@code null} if the last claim was answered
	 */
	@Nullable Setback getSetback();

	/**
	 * Whether this container should have claimed jobs lately and could not.
	 * @return {@code true} if it has free slots and Redis has not answered a claim for
	 * far longer than the poll interval, or if all its slots are held by jobs that do not
	 * heed their interrupt
	 */
	boolean isStalled();

}
