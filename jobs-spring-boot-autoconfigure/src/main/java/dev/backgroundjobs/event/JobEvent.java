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

package dev.backgroundjobs.event;

/**
 * Something that happened to a job, for {@code @EventListener} methods; listening to this
 * type means listening to all of them.
 * <p>
 * An event is published in the process in which it happens, and nowhere else: a process
 * that only enqueues publishes the enqueueing, and the worker that runs a job publishes
 * its attempts. What a whole deployment does is told by its metrics.
 * <p>
 * Events are published one after the other on a thread of their own, outside of any
 * transaction (so {@code @TransactionalEventListener} does not hear of them) and after
 * the fact, so a listener that fails or is slow costs no job anything. If listeners fall
 * back so far that more than {@code background-jobs.events.capacity} events wait, further
 * ones are left out, which the log tells. An event is a message, not a record: a process
 * that dies takes its events with it, one whose outcome Redis did not confirm in time may
 * be published although the job runs again, and the worker of a job may be quicker than
 * the answer to its caller, so that a job starts before its enqueueing is told. What must
 * happen exactly when a job has happened belongs into the job.
 */
public sealed interface JobEvent permits JobEnqueuedEvent, JobStartedEvent, JobSucceededEvent, JobFailedEvent,
		JobRecoveredEvent, JobDeadEvent, JobCancelledEvent {

	/**
	 * The job's id.
	 * @return the id
	 */
	String id();

	/**
	 * The job's name.
	 * @return the name
	 */
	String name();

	/**
	 * The queue the job is in.
	 * @return the queue
	 */
	String queue();

}
