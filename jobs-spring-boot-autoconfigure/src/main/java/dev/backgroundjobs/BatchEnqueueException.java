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

import java.util.List;

/**
 * Thrown by {@link JobClient#enqueueAll(Runnable)} at the first batch that is refused;
 * nothing is sent after it. The cause says why; if it is an
 * {@link EnqueueOutcomeUnknownException}, the jobs of that batch may be enqueued.
 * <p>
 * When the code that makes the calls fails by itself, its own exception is thrown and has
 * this one among its {@linkplain Throwable#getSuppressed() suppressed} ones.
 */
public class BatchEnqueueException extends JobException {

	private final List<JobHandle<?>> accepted;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param cause why
	 * @param accepted the jobs that are enqueued
	 */
	public BatchEnqueueException(String message, Throwable cause, List<? extends JobHandle<?>> accepted) {
		super(message, cause);
		this.accepted = List.copyOf(accepted);
	}

	/**
	 * The jobs that were enqueued before, in the order of their calls.
	 * @return their handles
	 */
	public List<JobHandle<?>> getAccepted() {
		return this.accepted;
	}

	/**
	 * Which call is the first one that is not enqueued, counted from 0: those before it
	 * are.
	 * @return the index of the call
	 */
	public int getFailedIndex() {
		return this.accepted.size();
	}

}
