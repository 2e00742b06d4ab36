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
 * The running job, seen from its own code.
 * <p>
 * A job may run more than once. {@link #id()} is the same in every run and is therefore
 * the idempotency key to hand to other systems; {@link #attempt()} grows with every start
 * and is therefore the fencing number with which they can refuse a run that was overtaken
 * by a later one.
 */
public interface JobContext {

	/**
	 * The job's id.
	 * @return the idempotency key
	 */
	String id();

	/**
	 * The number of this start, beginning with 1; it never repeats and never shrinks.
	 * @return the fencing number
	 */
	int attempt();

	/**
	 * Whether this worker can no longer be sure that the job is still its own: the lease
	 * was lost, or could not be renewed for most of its length. A job that is about to do
	 * something that cannot be undone may ask.
	 * @return {@code true} once the lease is lost or uncertain
	 */
	boolean leaseLost();

	/**
	 * Whether somebody has cancelled the job while it runs. Its thread is interrupted,
	 * too, so only a job that does not wait for anything needs to ask. Whoever stops
	 * throws, for example {@link java.util.concurrent.CancellationException}: a job that
	 * returns has succeeded.
	 * @return {@code true} once it is cancelled
	 */
	boolean cancelled();

	/**
	 * Say how far the job has come. Never waits for Redis, and may be called as often as
	 * it suits: about once a second the latest word is written, also at the end of the
	 * attempt. It can be seen in {@link JobInfo#progress()} as long as the job is known,
	 * until it says something else; what an attempt says that has lost its lease is not
	 * kept.
	 * @param current how much is done
	 * @param total how much there is in all, 0 if that is not known
	 * @param message what it is doing, or {@code null}; cut to 500 characters
	 * @throws IllegalArgumentException if a number is negative
	 */
	void progress(long current, long total, @Nullable String message);

	/**
	 * Say something for those who look at this job: see {@link JobClient#log(String)}.
	 * Kept with the job, across its attempts, are the latest lines, as
	 * {@code background-jobs.job.max-log-lines} and {@code .max-log} allow. Written like
	 * {@link #progress}, never waiting for Redis. This is no substitute for the log of
	 * the application, to which nothing is written.
	 * @param text a line; cut to 2000 characters
	 */
	void log(String text);

	/**
	 * Run this job again later, because what it waits for is not there yet: nothing has
	 * failed, and no retry is used. The method goes on after this call, so return from
	 * it; then the job is SCHEDULED again, under the same id and with the same arguments,
	 * keeps its place in a chain, and counts as the run of its schedule that has not
	 * ended. What the method returns is ignored and may be {@code null}. If it throws,
	 * the attempt has failed as if this had not been called. The last call counts.
	 * {@link #attempt()} grows, like with every start, and nothing bounds how often: a
	 * job that is to give up looks at {@link JobInfo#enqueuedAt()}, or at its attempt.
	 * Ignored outside a job.
	 * @param delay after which time to run it again, by the clock of Redis and from when
	 * it hears of it; a negative one counts as zero, one of more than 365 days as 365
	 * days
	 */
	void snooze(Duration delay);

	/**
	 * The job that runs on this thread. Outside a job, in a plain unit test or when the
	 * method was called on {@code this}, the context is inert: attempt 1 under an id that
	 * is drawn anew each time.
	 * @return the context, never {@code null}
	 */
	static JobContext current() {
		JobContext context = JobContextHolder.CURRENT.get();
		return (context != null) ? context : new NoJobContext();
	}

	/**
	 * Whether a job runs on this thread.
	 * @return {@code false} if {@link #current()} is inert
	 */
	static boolean isActive() {
		return JobContextHolder.CURRENT.get() != null;
	}

	/**
	 * Runs something with a context in place. For those who run jobs; jobs themselves do
	 * not need it, unless they hand work to other threads.
	 * @param context the context
	 * @param action what to run
	 * @param <T> the type of the result
	 * @param <E> what it may throw
	 * @return the result of the action
	 * @throws E what the action throws
	 */
	static <T extends @Nullable Object, E extends Throwable> T with(JobContext context, ThrowingAction<T, E> action)
			throws E {
		JobContext previous = JobContextHolder.CURRENT.get();
		JobContextHolder.CURRENT.set(context);
		try {
			return action.run();
		}
		finally {
			if (previous != null) {
				JobContextHolder.CURRENT.set(previous);
			}
			else {
				JobContextHolder.CURRENT.remove();
			}
		}
	}

	/**
	 * Something to run with a context in place.
	 *
	 * @param <T> the type of the result
	 * @param <E> what it may throw
	 */
	@FunctionalInterface
	interface ThrowingAction<T extends @Nullable Object, E extends Throwable> {

		/**
		 * Run it.
		 * @return the result
		 * @throws E if it fails
		 */
		T run() throws E;

	}

}
