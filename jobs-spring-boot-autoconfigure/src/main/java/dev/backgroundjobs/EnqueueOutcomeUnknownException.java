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
 * Thrown by a call when Redis did not answer in time: the job may or may not be enqueued.
 * Calling again with {@code jobs.id(...)} and the same id enqueues nothing while the job
 * exists. A job under an id of the caller's choice exists for a while after its end; one
 * under a drawn id may have run and be gone, and then runs again.
 */
public class EnqueueOutcomeUnknownException extends JobException {

	private final String jobId;

	/**
	 * Create an exception.
	 * @param jobId the id of the job
	 * @param message what happened and what to do
	 * @param cause the cause
	 */
	public EnqueueOutcomeUnknownException(String jobId, String message, Throwable cause) {
		super(message, cause);
		this.jobId = jobId;
	}

	/**
	 * The id under which the job exists if it was enqueued.
	 * @return the job's id
	 */
	public String getJobId() {
		return this.jobId;
	}

}
