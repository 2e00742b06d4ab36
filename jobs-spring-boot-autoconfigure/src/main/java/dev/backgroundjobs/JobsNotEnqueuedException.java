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
import java.util.stream.Collectors;

/**
 * Thrown to the code that commits a transaction when jobs that were called inside could
 * not be enqueued afterwards. <strong>The transaction is committed</strong>: do not run
 * it again because of this exception.
 *
 * @see JobsNotEnqueuedEvent
 */
public class JobsNotEnqueuedException extends JobException {

	private static final int NAMED = 20;

	private final List<NotEnqueuedJob> jobs;

	/**
	 * Create an exception.
	 * @param jobs the jobs, at least one
	 */
	public JobsNotEnqueuedException(List<NotEnqueuedJob> jobs) {
		super("The transaction is committed, but " + jobs.size() + " of the jobs called in it are not enqueued: "
				+ jobs.stream().limit(NAMED).map(NotEnqueuedJob::toString).collect(Collectors.joining(", "))
				+ ((jobs.size() > NAMED) ? ", ..." : "") + "; " + jobs.get(0).cause().getMessage(),
				jobs.get(0).cause());
		this.jobs = List.copyOf(jobs);
	}

	/**
	 * The jobs that are not enqueued, queue by queue.
	 * @return the jobs
	 */
	public List<NotEnqueuedJob> getJobs() {
		return this.jobs;
	}

}
