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

import java.lang.reflect.Type;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobHandle;

/**
 * Makes the handles with which callers follow their jobs.
 */
public final class JobHandles {

	private final JobOperations operations;

	private final JobQueries queries;

	private final JobAwaiter awaiter;

	/**
	 * Create it.
	 * @param operations what can be done to jobs
	 * @param queries what can be asked of them
	 * @param ends tells when they have ended
	 * @param results reads their results
	 */
	public JobHandles(JobOperations operations, JobQueries queries, JobEnds ends, JobResults results) {
		this.operations = operations;
		this.queries = queries;
		this.awaiter = new JobAwaiter(queries, ends, results);
	}

	/**
	 * The handle of a call.
	 */
	<T> JobHandle<T> of(PendingJob job) {
		Type type = job.definition().resultType();
		return of(job.acceptedId(), job.how(), (type != null) ? type : Void.class);
	}

	/**
	 * The handle of any job.
	 * @param type the type of its result
	 */
	<T> JobHandle<T> of(JobId id, Type type) {
		return of(id, JobAcceptance.EXISTING, type);
	}

	private <T> JobHandle<T> of(JobId id, JobAcceptance acceptance, Type type) {
		return new StoredJobHandle<>(id, acceptance, type, this.operations, this.queries, this.awaiter);
	}

}
