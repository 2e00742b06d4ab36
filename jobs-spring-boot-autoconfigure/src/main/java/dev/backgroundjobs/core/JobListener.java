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

import org.jspecify.annotations.Nullable;

/**
 * Is told what happens to jobs in this process, on the thread where it happens; must be
 * quick and must not throw.
 */
public interface JobListener {

	/**
	 * A call was enqueued, or refused.
	 * @param job the job
	 * @param took how long the caller waited
	 * @param failure why it was refused, or {@code null}
	 */
	default void enqueued(Job job, Duration took, @Nullable Throwable failure) {
	}

	/**
	 * A call was accepted, and met another job, or its own that had been enqueued before.
	 * @param job the job as it was called
	 * @param took how long the caller waited
	 * @param acceptance what became of it
	 */
	default void met(Job job, Duration took, Acceptance acceptance) {
		enqueued(job, took, null);
	}

	/**
	 * An attempt starts.
	 * @param claimed the job
	 * @param waited for how long it had been due
	 */
	default void started(ClaimedJob claimed, Duration waited) {
	}

	/**
	 * Jobs were met that are past their time; they do not run.
	 * @param queue their queue
	 * @param number how many
	 */
	default void expired(String queue, int number) {
	}

	/**
	 * Ended jobs that were kept were forgotten before their time, because kept jobs took
	 * too many bytes.
	 * @param queue their queue
	 * @param number how many
	 */
	default void trimmed(String queue, int number) {
	}

	/**
	 * Dead letters were removed because they were too old, or too many.
	 * @param queue their queue
	 * @param number how many
	 */
	default void dropped(String queue, int number) {
	}

	/**
	 * A job was met that had lost its worker; it goes on, or was buried.
	 * @param job the job
	 */
	default void recovered(RecoveredJob job) {
	}

	/**
	 * A join is dead without having run.
	 * @param join the join
	 */
	default void joinDied(DeadJoin join) {
	}

	/**
	 * A job was met that had been cancelled before it lost its worker: it has ended so.
	 * @param job the job
	 */
	default void cancelled(CancelledJob job) {
	}

	/**
	 * An attempt has lost its lease; what it did is thrown away.
	 * @param claimed the job
	 */
	default void leaseLost(ClaimedJob claimed) {
	}

	/**
	 * This process was the one that enqueued the job of a slot.
	 * @param name the job's name
	 * @param queue its queue
	 * @param lag how long after the slot
	 */
	default void fired(String name, String queue, Duration lag) {
	}

	/**
	 * The outcome of an attempt has been settled.
	 * @param attempt the attempt
	 */
	default void finished(FinishedAttempt attempt) {
	}

}
