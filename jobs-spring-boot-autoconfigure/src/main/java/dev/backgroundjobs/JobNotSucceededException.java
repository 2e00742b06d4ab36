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
 * Thrown by {@link JobHandle#await(java.time.Duration)} when the job has ended, but not
 * well. If it is dead, the cause is what its last attempt threw, as it was recorded: a
 * {@link RecordedJobException}.
 */
public class JobNotSucceededException extends JobException {

	private final @Nullable JobState state;

	/**
	 * Create an exception without a cause.
	 * @param message which job, and what became of it
	 * @param state how it ended, or {@code null} if it is not known (any more)
	 */
	public JobNotSucceededException(String message, @Nullable JobState state) {
		super(message);
		this.state = state;
	}

	/**
	 * Create an exception with a cause.
	 * @param message which job, and what became of it
	 * @param state how it ended
	 * @param cause what it threw
	 */
	public JobNotSucceededException(String message, JobState state, Throwable cause) {
		super(message, cause);
		this.state = state;
	}

	/**
	 * How the job ended: {@link JobState#DEAD}, {@link JobState#CANCELLED} or
	 * {@link JobState#EXPIRED}.
	 * @return the state, or {@code null} if the job is not known (any more)
	 */
	public @Nullable JobState getState() {
		return this.state;
	}

}
