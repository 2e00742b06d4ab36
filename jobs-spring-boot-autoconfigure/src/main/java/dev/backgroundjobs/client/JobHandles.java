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
import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobResults;

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
		return of(job.acceptedId(), job);
	}

	/**
	 * The handle of a chain whose calls are accepted, or wait for their batch or their
	 * transaction.
	 * @param jobs the first step, the children for which it waits, and the steps behind
	 * it
	 * @param children how many children there are
	 */
	@SuppressWarnings("unchecked")
	<T> JobChainHandle<T> ofChain(List<PendingJob> jobs, int children) {
		PendingJob first = jobs.get(0);
		List<JobHandle<?>> handles = new ArrayList<>();
		JobHandle<?> last = new PendingJobHandle<>(first, () -> of(first));
		for (int k = 0; k < jobs.size(); k++) {
			PendingJob job = jobs.get(k);
			if (k > children) {
				last = new LaterStepHandle<>(first, last, job, this);
			}
			handles.add((k == 0 || k > children) ? last : new PendingJobHandle<>(job, () -> of(job)));
		}
		return new DefaultJobChainHandle<>(handles, children, () -> first.how() == JobAcceptance.EXISTING,
				(JobHandle<T>) last);
	}

	/**
	 * The handle of a call that has led to a job.
	 */
	<T> JobHandle<T> of(JobId id, PendingJob job) {
		Type type = job.definition().resultType();
		return of(id, job.how(), (type != null) ? type : Void.class);
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
