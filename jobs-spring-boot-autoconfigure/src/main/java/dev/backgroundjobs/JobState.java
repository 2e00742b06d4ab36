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

/**
 * The states of a job.
 */
public enum JobState {

	/**
	 * Enqueued with a delay that is not over, or snoozed: see {@link JobContext#snooze}.
	 */
	SCHEDULED,

	/**
	 * Waits for a worker.
	 */
	QUEUED,

	/**
	 * A step of a chain that waits for the step before it to succeed: see
	 * {@link JobChain}.
	 */
	WAITING,

	/**
	 * Claimed by a worker.
	 */
	RUNNING,

	/**
	 * Failed, or could not be run here, and is tried again at its due time.
	 */
	RETRYING,

	/**
	 * Ended well.
	 */
	SUCCEEDED,

	/**
	 * Out of retries: a dead letter, kept with its arguments until somebody retries or
	 * deletes it.
	 */
	DEAD,

	/**
	 * Cancelled before it started, or while it ran and it stopped.
	 */
	CANCELLED,

	/**
	 * Not started in time, and therefore not run: see
	 * {@link BackgroundJob#expiresAfter()}.
	 */
	EXPIRED

}
