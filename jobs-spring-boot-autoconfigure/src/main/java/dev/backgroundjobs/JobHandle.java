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

import org.jspecify.annotations.Nullable;

/**
 * A job that was enqueued, seen from the caller. Thread-safe.
 * <p>
 * A call inside a transaction, or inside {@link JobClient#enqueueAll(Runnable)}, is
 * enqueued later: until then only {@link #id()} answers, and everything else throws
 * {@link IllegalStateException}. So it stays if the job is never enqueued.
 *
 * @param <T> the type of the job's result
 */
public interface JobHandle<T> {

	/**
	 * The job's id: queue, partition and a local part, for example
	 * {@code mail~0~Xb3k...}. If the call of a {@link UniqueJob} met a job with its key,
	 * it is the id of that one; a call that is enqueued later, with its batch or its
	 * transaction, learns it then.
	 * @return the id
	 */
	String id();

	/**
	 * What became of the call: whether it has made this job, or met it. Of a handle that
	 * was made of an id: the job was there before.
	 * @return what became of it
	 * @throws IllegalStateException if the call is enqueued later, with its batch or its
	 * transaction
	 */
	default JobAcceptance acceptance() {
		return JobAcceptance.EXISTING;
	}

	/**
	 * What is known of the job now, asked from Redis.
	 * @return the job, or {@code null} if it is not known (any more): see
	 * {@link JobClient#find(String)}
	 */
	@Nullable JobInfo info();

	/**
	 * The job's state now, asked from Redis. A {@code void} job of which no caller chose
	 * the id is not known any more as soon as it has succeeded, was cancelled or has
	 * expired. It is not guessed which of these happened: whoever has to know lets the
	 * method return a handle.
	 * @return the state, or {@code null} if the job is not known (any more)
	 */
	default @Nullable JobState state() {
		JobInfo info = info();
		return (info != null) ? info.state() : null;
	}

	/**
	 * Wait until the job has ended, in whatever process it runs, and get its result. The
	 * calling thread waits; nothing else does: a thousand waiting callers take one
	 * subscription in all, and no further threads. While Redis is away the wait goes on.
	 * <p>
	 * What has ended must be kept to be known: this works for jobs whose method returns a
	 * handle or whose caller chose the id, for
	 * {@code background-jobs.retention.succeeded} after their end.
	 * <p>
	 * Inside a running job this holds the slot of that job; the log warns of it once.
	 * @param timeout how long to wait at most
	 * @return the result; {@code null} if the method returns none, or has returned
	 * {@code null}
	 * @throws JobAwaitTimeoutException if the job has not ended in time; it goes on. If
	 * Redis was away then, its cause is a
	 * {@link org.springframework.dao.DataAccessException}
	 * @throws JobNotSucceededException if the job is dead, with what it threw as cause,
	 * or was cancelled, has expired, or is not known (any more)
	 * @throws JobResultException if the job has succeeded but its result was not kept, or
	 * is of another type
	 * @throws IllegalStateException if nothing of the job will be kept: it returns
	 * {@code void} and its caller did not choose its id; or if the application is closed
	 * meanwhile
	 * @throws java.util.concurrent.CancellationException if this thread is interrupted
	 */
	@Nullable T await(Duration timeout);

	/**
	 * Cancel the job, also while it runs: see {@link JobClient#cancel(String)}.
	 * @return whether it is cancelled or has been told to stop
	 */
	boolean cancel();

	/**
	 * What a job method returns from its body. Callers never see this object: they get a
	 * handle to the job.
	 * @param result the job's result
	 * @param <T> the type of the result
	 * @return a handle for the return statement
	 */
	static <T> JobHandle<T> completed(T result) {
		return new CompletedJobHandle<>(result);
	}

	/**
	 * What a job method without a result returns from its body when its callers get a
	 * handle.
	 * @return a handle for the return statement
	 */
	static JobHandle<Void> completed() {
		return new CompletedJobHandle<>(null);
	}

}
