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
 * Thrown by those who wait for a job that has succeeded, but whose result cannot be had:
 * it was larger than {@code background-jobs.job.max-result}, could not be written as
 * JSON, or cannot be read as the type they ask for. The job is not run again for that.
 */
public class JobResultException extends JobException {

	/**
	 * Create an exception with a message.
	 * @param message what happened and what to do
	 */
	public JobResultException(String message) {
		super(message);
	}

	/**
	 * Create an exception with a message and a cause.
	 * @param message what happened and what to do
	 * @param cause the cause
	 */
	public JobResultException(String message, Throwable cause) {
		super(message, cause);
	}

}
