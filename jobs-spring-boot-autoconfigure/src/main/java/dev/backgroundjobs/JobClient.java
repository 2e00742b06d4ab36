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

package dev.backgroundjobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The bean with which applications enqueue calls with options and look after jobs.
 * Thread-safe.
 * <p>
 * Ids are the whole ids that {@link JobHandle#id()} and the log show. Each method that
 * takes one throws {@link IllegalArgumentException} when it is not of that form, and
 * Spring's {@link org.springframework.dao.DataAccessException} when Redis is away.
 */
public interface JobClient extends JobCaller {

	/**
	 * Enqueue many calls in batches: every call of a job method that is made inside, on
	 * this thread, directly or with options, rides in a batch, which is sent in one round
	 * trip at 500 jobs, at 1 MiB, before a call for another queue, and at the end. A
	 * batch is enqueued whole or not at all. Inside a transaction the calls wait for its
	 * end, like any other.
	 * <p>
	 * The calls themselves give the handles. Their ids are known at once; everything else
	 * throws {@link IllegalStateException} until the batch is enqueued.
	 * <p>
	 * If the code inside throws, what has been sent stays enqueued, nothing else is sent,
	 * and its exception is thrown with a {@link BatchEnqueueException} among its
	 * suppressed ones, which tells what was enqueued.
	 * @param calls makes the calls; must not call this method
	 * @return how many calls there were
	 * @throws BatchEnqueueException at the first batch that is refused
	 */
	long enqueueAll(Runnable calls);

	/**
	 * A recurring job, to be created, changed, paused, triggered or removed at run time.
	 * Nothing happens before one of its methods is called.
	 * @param id its id, unique in the namespace: 1 to 200 letters, digits and {@code .},
	 * {@code _}, {@code ~}, {@code :}, {@code @}, {@code /}, {@code +}, {@code -}. By
	 * default, that of a {@link RecurringJob} method is the name of its job
	 * @return the schedule of this id, whether there is one or not
	 */
	JobSchedule recurring(String id);

	/**
	 * All schedules of the namespace: those that were created, and those of
	 * {@link RecurringJob} methods that a living process declares.
	 * @return the schedules, by id
	 */
	List<JobScheduleInfo> recurring();

	/**
	 * Find a job.
	 * @param id the job's id
	 * @return what is known of the job, or {@code null} if there is no such job: it never
	 * was, was deleted, or has ended and is not kept, or no longer
	 */
	@Nullable JobInfo find(String id);

	/**
	 * What a job has said with {@link JobContext#log(String)}.
	 * @param id the job's id
	 * @return the latest lines, the oldest first; none if there is no such job
	 */
	List<JobLogLine> log(String id);

	/**
	 * A handle of a job that was enqueued before, also by another process. Nothing is
	 * asked of Redis: whether there is such a job, the handle tells.
	 * @param id the job's id
	 * @param resultType the type as which its result is read; {@link Void} if it has none
	 * @param <T> the type of the result
	 * @return a handle
	 */
	<T> JobHandle<T> handle(String id, Class<T> resultType);

	/**
	 * Cancel a job. One that has not started will not run. One that runs, in whatever
	 * process, is interrupted and {@link JobContext#cancelled()} is true: it ends with
	 * this attempt, CANCELLED if it throws anything, SUCCEEDED if it completes anyway. If
	 * it ignores its interrupt, it is abandoned like after a timeout.
	 * @param id the job's id
	 * @return {@code true} if the job is cancelled or, if it runs, has been told to stop,
	 * {@code false} if there is no such job or it has ended
	 */
	boolean cancel(String id);

	/**
	 * Retry a dead job: it is queued again, with its retries afresh.
	 * @param id the job's id
	 * @return {@code true} if this call queued it, {@code false} if there is no such job
	 * or it is not dead
	 */
	boolean retry(String id);

	/**
	 * Change when a job is due that waits for its time: one that is SCHEDULED, because it
	 * was enqueued with a delay or was snoozed, or RETRYING. Nothing else about it
	 * changes; {@link BackgroundJob#expiresAfter()} counts from the new time.
	 * @param id the job's id
	 * @param time when, by the clock of Redis; one in the past means now
	 * @return {@code true} if it is due then, {@code false} if there is no such job or it
	 * does not wait for its time: it is QUEUED already, RUNNING, WAITING for another one,
	 * has ended, or never started and is past its {@code expiresAfter}
	 */
	boolean reschedule(String id, Instant time);

	/**
	 * Change when a job is due that waits for its time: see
	 * {@link #reschedule(String, Instant)}.
	 * @param id the job's id
	 * @param delay in which time from now, by the clock of Redis, zero or more
	 * @return {@code true} if it is due then, {@code false} if there is no such job or it
	 * does not wait for its time
	 */
	boolean reschedule(String id, Duration delay);

	/**
	 * Run a job now that waits for its time: it is QUEUED at once, behind those that are.
	 * For jobs that are SCHEDULED or RETRYING; a dead one is queued again with
	 * {@link #retry}.
	 * @param id the job's id
	 * @return {@code true} if this call queued it, {@code false} if there is no such job
	 * or it does not wait for its time
	 */
	boolean promote(String id);

	/**
	 * Delete a job and all that is known of it, whatever its state, unless it runs.
	 * @param id the job's id
	 * @return {@code true} if this call deleted it, {@code false} if there is no such job
	 * or it runs
	 */
	boolean delete(String id);

}
