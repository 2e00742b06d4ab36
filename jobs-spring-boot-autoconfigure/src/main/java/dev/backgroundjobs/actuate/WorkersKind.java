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

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.WorkerDescription;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The processes of the whole deployment that work.
 */
final class WorkersKind implements Kind {

	private final JobQueries queries;

	WorkersKind(JobQueries queries) {
		this.queries = queries;
	}

	@Override
	public String name() {
		return "workers";
	}

	@Override
	public Object list(Page page) {
		Map<String, WorkerDescription> workers = byId();
		Page.Names names = page.of(workers.keySet());
		return new PageDescriptor(names.total(), names.names().stream().map(workers::get).toList(), names.cursor());
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		WorkerDescription worker = byId().get(name);
		return (worker != null) ? new WorkerDescriptor(worker, jobs(worker)) : null;
	}

	/**
	 * What a worker said it runs, as far as it still does.
	 */
	private List<RunningJob> jobs(WorkerDescription worker) {
		return worker.running()
			.stream()
			.map((id) -> this.queries.find(JobId.parse(id)))
			.filter((job) -> job != null && job.state() == JobState.RUNNING)
			.map((job) -> new RunningJob(job.id(), job.name(), job.attempt(), job.startedAt()))
			.toList();
	}

	private Map<String, WorkerDescription> byId() {
		return this.queries.workers()
			.stream()
			.collect(Collectors.toMap(WorkerDescription::id, Function.identity(), (one, other) -> other));
	}

	/**
	 * A worker with what it runs.
	 *
	 * @param worker what it said of itself at its last heartbeat
	 * @param jobs those of its running jobs that it named and that still run
	 */
	record WorkerDescriptor(WorkerDescription worker, List<RunningJob> jobs) implements OperationResponseBody {

	}

	/**
	 * A job that runs.
	 *
	 * @param id its id
	 * @param name its name
	 * @param attempt the number of this attempt
	 * @param startedAt when it was claimed
	 */
	record RunningJob(String id, String name, int attempt, @Nullable Instant startedAt) {

	}

}
