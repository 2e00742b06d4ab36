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
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue.
 *
 * @param job the job
 * @param due when it is due
 * @param callersId whether the id is the caller's choice, so that the job may exist
 * already
 * @param expiresAfter how long after its due time it may still be started, or
 * {@code null} for ever
 * @param unique what to do if another job holds its lock; {@code null} if it has none
 */
public record NewJob(Job job, Due due, boolean callersId, @Nullable Duration expiresAfter,
		@Nullable UniqueRule unique) {

	/**
	 * A job that is not unique.
	 */
	public NewJob(Job job, Due due, boolean callersId, @Nullable Duration expiresAfter) {
		this(job, due, callersId, expiresAfter, null);
	}

	/**
	 * For how many plain jobs it counts in a batch.
	 * @return how much work it is for the store
	 */
	public int weight() {
		return (this.unique != null) ? this.unique.weight() : 1;
	}

	public NewJob underCallersId() {
		return new NewJob(this.job, this.due, true, this.expiresAfter, this.unique);
	}

	public NewJob withHeaders(Map<String, String> headers) {
		return new NewJob(this.job.withHeaders(headers), this.due, this.callersId, this.expiresAfter, this.unique);
	}

}
