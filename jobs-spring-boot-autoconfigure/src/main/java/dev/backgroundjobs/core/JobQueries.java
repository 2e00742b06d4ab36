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

import java.util.List;
import java.util.Set;

import dev.backgroundjobs.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * The store as readers see it. Nothing here writes, and no call costs more with more
 * jobs.
 */
public interface JobQueries {

	/**
	 * Find a job.
	 * @param id the job
	 * @return what is known of it, or {@code null}
	 */
	default @Nullable JobInfo find(JobId id) {
		FoundJob found = look(id);
		return (found != null) ? found.info() : null;
	}

	/**
	 * Find a job together with its result, both of one moment.
	 * @param id the job
	 * @return what is known of it, or {@code null}
	 */
	@Nullable FoundJob look(JobId id);

	/**
	 * The figures of a queue at one moment.
	 * @param queue name of the queue
	 * @return the figures, all zero for a queue without jobs
	 */
	QueueFigures figures(String queue);

	/**
	 * The queues that any process of the namespace knows.
	 * @return their names
	 */
	Set<String> queues();

	/**
	 * Dead letters, latest first.
	 * @param queue name of the queue
	 * @param limit how many at most, up to 500; large ones may be fewer
	 * @param cursor of the page before, or {@code null} for the first page
	 * @return a page of them
	 * @throws IllegalArgumentException if the cursor is none
	 */
	DeadLetters dead(String queue, int limit, @Nullable String cursor);

	/**
	 * The names of jobs that wait, of the first hundred in each state and partition.
	 * @param queue name of the queue
	 * @return the names
	 */
	WaitingNames waitingNames(String queue);

	/**
	 * A job as it was enqueued.
	 * @param id the job
	 * @return the job, or {@code null} if there is none, it cannot be read, or it has
	 * ended and its arguments are not kept any more
	 */
	@Nullable Job stored(JobId id);

	/**
	 * The processes of the namespace that have said lately that they work.
	 * @return the workers
	 */
	List<WorkerDescription> workers();

	/**
	 * The namespace and others that had workers lately, to tell those who chose the wrong
	 * one.
	 * @return the namespaces
	 */
	WorkerNamespaces namespaces();

}
