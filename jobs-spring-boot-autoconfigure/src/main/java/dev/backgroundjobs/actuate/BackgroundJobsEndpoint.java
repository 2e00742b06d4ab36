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

package dev.backgroundjobs.actuate;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows queues, jobs and dead letters, and lets operators retry and cancel jobs.
 */
@Endpoint(id = "backgroundjobs", defaultAccess = Access.READ_ONLY)
public final class BackgroundJobsEndpoint {

	private static final int PAGE = 50;

	private final JobQueries queries;

	private final JobOperations operations;

	private final Show showValues;

	/**
	 * Create an endpoint.
	 * @param queries the store, for reading
	 * @param operations the store, for changes
	 * @param showValues whether messages of exceptions are shown
	 */
	public BackgroundJobsEndpoint(JobQueries queries, JobOperations operations, Show showValues) {
		this.queries = queries;
		this.operations = operations;
		this.showValues = showValues;
	}

	/**
	 * All queues in short and the workers.
	 * @return the overview
	 */
	@ReadOperation
	public OverviewDescriptor overview() {
		List<QueueDescriptor> queues = this.queries.queues().stream().map(this::queue).toList();
		return new OverviewDescriptor(queues, this.queries.workers());
	}

	/**
	 * One thing.
	 * @param kind {@code queues}, {@code jobs} or {@code dead}
	 * @param name a queue for {@code queues} and {@code dead}, an id for {@code jobs}
	 * @return its description, or {@code null} if there is no such thing
	 */
	@ReadOperation
	public @Nullable Object read(@Selector String kind, @Selector String name) {
		return read(kind, name, this.showValues == Show.ALWAYS);
	}

	@Nullable Object read(String kind, String name, boolean showUnsanitized) {
		return switch (kind) {
			case "queues" -> isKnown(name) ? queue(name) : null;
			case "dead" -> isKnown(name) ? dead(name, showUnsanitized) : null;
			case "jobs" -> job(name, showUnsanitized);
			default -> throw new InvalidEndpointRequestException("Unknown kind '" + kind + "'",
					"'" + kind + "' is none of queues, jobs, dead");
		};
	}

	/**
	 * Change the state of a job.
	 * @param kind {@code jobs}
	 * @param name the job's id
	 * @param state {@code queued} to retry a dead job, {@code cancelled} to cancel one
	 * that has not started
	 * @return what came of it
	 */
	@WriteOperation
	public ChangeDescriptor write(@Selector String kind, @Selector String name, String state) {
		if (!kind.equals("jobs")) {
			throw new InvalidEndpointRequestException("Kind '" + kind + "' cannot be changed",
					"Only jobs can be changed: POST jobs/{id}");
		}
		JobId id = id(name);
		String wanted = state.toLowerCase(Locale.ROOT);
		boolean changed = switch (wanted) {
			case "queued" -> this.operations.retry(id);
			case "cancelled" -> this.operations.cancel(id);
			default -> throw new InvalidEndpointRequestException("Unknown state '" + state + "'",
					"'" + state + "' is none of queued, cancelled");
		};
		JobInfo job = this.queries.find(id);
		String now = (job != null) ? job.state().name() : null;
		return new ChangeDescriptor(name, changed, now);
	}

	private boolean isKnown(String queue) {
		return this.queries.queues().contains(queue);
	}

	private QueueDescriptor queue(String name) {
		QueueFigures figures = this.queries.figures(name);
		long workers = this.queries.workers().stream().filter((worker) -> worker.queues().containsKey(name)).count();
		return new QueueDescriptor(figures, workers);
	}

	private DeadDescriptor dead(String queue, boolean showUnsanitized) {
		return new DeadDescriptor(queue, this.queries.figures(queue).dead(),
				this.queries.dead(queue, 0, PAGE).stream().map(describe(showUnsanitized)).toList());
	}

	private @Nullable JobDescriptor job(String name, boolean showUnsanitized) {
		JobInfo job = this.queries.find(id(name));
		return (job != null) ? describe(showUnsanitized).apply(job) : null;
	}

	private static Function<JobInfo, JobDescriptor> describe(boolean showUnsanitized) {
		return (job) -> new JobDescriptor(job, showUnsanitized);
	}

	private static JobId id(String name) {
		try {
			return JobId.parse(name);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException("Not a job id", String.valueOf(ex.getMessage()));
		}
	}

}
