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

package dev.backgroundjobs.client;

import java.lang.reflect.Type;
import java.time.Duration;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import org.jspecify.annotations.Nullable;

/**
 * A handle that asks the store.
 *
 * @param <T> the type of the job's result
 */
final class StoredJobHandle<T> implements JobHandle<T> {

	private final JobId id;

	private final Type resultType;

	private final JobOperations operations;

	private final JobQueries queries;

	private final JobAcceptance acceptance;

	private final JobAwaiter awaiter;

	StoredJobHandle(JobId id, JobAcceptance acceptance, Type resultType, JobOperations operations, JobQueries queries,
			JobAwaiter awaiter) {
		this.id = id;
		this.acceptance = acceptance;
		this.resultType = resultType;
		this.operations = operations;
		this.queries = queries;
		this.awaiter = awaiter;
	}

	@Override
	public String id() {
		return this.id.toString();
	}

	@Override
	public JobAcceptance acceptance() {
		return this.acceptance;
	}

	@Override
	public @Nullable JobInfo info() {
		return this.queries.find(this.id);
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable T await(Duration timeout) {
		return (T) this.awaiter.await(this.id, this.resultType, timeout);
	}

	@Override
	public boolean cancel() {
		return this.operations.cancel(this.id);
	}

	@Override
	public String toString() {
		return "Job " + this.id;
	}

}
