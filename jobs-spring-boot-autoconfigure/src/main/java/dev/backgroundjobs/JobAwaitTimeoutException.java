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

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link JobHandle#await(java.time.Duration)} when the job has not ended in
 * time. The job goes on, and can be awaited again.
 */
public class JobAwaitTimeoutException extends JobException {

	private final @Nullable JobState state;

	/**
	 * Create an exception.
	 * @param message which job, and for how long it was awaited
	 * @param state its state when it was last seen
	 */
	public JobAwaitTimeoutException(String message, @Nullable JobState state) {
		super(message);
		this.state = state;
	}

	/**
	 * Create an exception for a job of which nothing could be read in the end.
	 * @param message which job, and for how long it was awaited
	 * @param state its state when it was last seen
	 * @param cause why it could not be read
	 */
	public JobAwaitTimeoutException(String message, @Nullable JobState state, Throwable cause) {
		super(message, cause);
		this.state = state;
	}

	/**
	 * The state in which the job was when it was last seen.
	 * @return the state, or {@code null} if it was not seen, because Redis was away all
	 * the time
	 */
	public @Nullable JobState getState() {
		return this.state;
	}

}
