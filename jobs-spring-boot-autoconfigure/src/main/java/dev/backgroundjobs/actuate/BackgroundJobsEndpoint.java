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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobTypes;
import dev.backgroundjobs.core.Preflight;
import dev.backgroundjobs.schedule.ScheduleOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Shows queues, workers, jobs and dead letters, and lets operators change them. Every
 * answer is bounded, whatever the number of jobs.
 */
@ImportRuntimeHints(EndpointRuntimeHints.class)
@Endpoint(id = "backgroundjobs", defaultAccess = Access.READ_ONLY)
public final class BackgroundJobsEndpoint {

	private final JobQueries queries;

	private final @Nullable Preflight preflight;

	private final Map<String, Kind> kinds;

	private final Show showValues;

	/**
	 * Create an endpoint.
	 * @param queries the store, for reading
	 * @param operations the store, for changes
	 * @param types the kinds of jobs this build can run
	 * @param recurring the schedules, or {@code null} if the store keeps none
	 * @param preflight what was found at the start, or {@code null} if nobody looks
	 * @param showValues whether arguments and messages of exceptions are shown
	 */
	public BackgroundJobsEndpoint(JobQueries queries, JobOperations operations, JobTypes types,
			@Nullable ScheduleOperations recurring, @Nullable Preflight preflight, Show showValues) {
		this.queries = queries;
		this.preflight = preflight;
		this.kinds = new LinkedHashMap<>();
		add(new QueuesKind(queries, operations));
		add(new WorkersKind(queries));
		add(new JobsKind(queries, operations, types));
		if (recurring != null) {
			add(new RecurringKind(recurring));
		}
		add(new DeadKind(queries, operations));
		add(new TypesKind(queries, types));
		this.showValues = showValues;
	}

	private void add(Kind kind) {
		this.kinds.put(kind.name(), kind);
	}

	/**
	 * The namespace in short.
	 * @return the totals
	 */
	@ReadOperation
	public OverviewDescriptor overview() {
		return OverviewDescriptor.of(this.queries.queues().stream().map(this.queries::figures).toList(),
				this.queries.workers().size(), (this.preflight != null) ? this.preflight.findings() : List.of());
	}

	/**
	 * All things of a kind.
	 * @param kind the kind
	 * @param limit how many at most, 50 unless given, up to 500
	 * @param cursor of the page before, or {@code null}
	 * @return a page of them
	 */
	@ReadOperation
	public Object list(@Selector String kind, @Nullable String limit, @Nullable String cursor) {
		return kind(kind).list(Page.of(limit, cursor));
	}

	/**
	 * One thing.
	 * @param kind its kind
	 * @param name its name: an id for {@code jobs}, a queue for {@code dead}
	 * @param limit how many entries of it at most, if it is a list
	 * @param cursor of the page before, or {@code null}
	 * @return its description, or {@code null} if there is no such thing
	 */
	@ReadOperation
	public @Nullable Object read(@Selector String kind, @Selector String name, @Nullable String limit,
			@Nullable String cursor) {
		return read(kind, name, Page.of(limit, cursor), this.showValues == Show.ALWAYS);
	}

	@Nullable Object read(String kind, String name, Page page, boolean showUnsanitized) {
		return kind(kind).read(name, page, showUnsanitized);
	}

	/**
	 * Change the state of a thing.
	 * @param kind its kind
	 * @param name its name
	 * @param state the wanted state
	 * @param jobName for {@code dead}: only jobs of this name, or {@code null} for all
	 * @param max for {@code dead}: how many at most, up to 1,000, or {@code null}
	 * @param cursor for {@code dead}: where the request before ended, or {@code null}
	 * @return what came of it
	 */
	@WriteOperation
	public ChangeDescriptor write(@Selector String kind, @Selector String name, String state, @Nullable String jobName,
			@Nullable String max, @Nullable String cursor) {
		return kind(kind).write(name, state, new Selection(jobName, max, cursor));
	}

	/**
	 * Delete a thing.
	 * @param kind its kind
	 * @param name its name
	 * @param jobName for {@code dead}: only jobs of this name, or {@code null} for all
	 * @param max for {@code dead}: how many at most, up to 1,000, or {@code null}
	 * @param cursor for {@code dead}: where the request before ended, or {@code null}
	 * @return what came of it
	 */
	@DeleteOperation
	public ChangeDescriptor delete(@Selector String kind, @Selector String name, @Nullable String jobName,
			@Nullable String max, @Nullable String cursor) {
		return kind(kind).delete(name, new Selection(jobName, max, cursor));
	}

	private Kind kind(String name) {
		Kind kind = this.kinds.get(name);
		if (kind == null) {
			throw Kind.invalid("'" + name + "' is none of " + String.join(", ", this.kinds.keySet()));
		}
		return kind;
	}

}
