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

import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.WorkerDescription;
import org.jspecify.annotations.Nullable;

/**
 * Queues: their figures, and whether jobs are given out.
 */
final class QueuesKind implements Kind {

	private final JobQueries queries;

	private final JobOperations operations;

	QueuesKind(JobQueries queries, JobOperations operations) {
		this.queries = queries;
		this.operations = operations;
	}

	@Override
	public String name() {
		return "queues";
	}

	@Override
	public Object list(Page page) {
		Page.Names names = page.of(this.queries.queues());
		List<WorkerDescription> workers = this.queries.workers();
		return new PageDescriptor(names.total(),
				names.names().stream().map((queue) -> describe(queue, workers)).toList(), names.cursor());
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		return this.queries.queues().contains(name) ? describe(name, this.queries.workers()) : null;
	}

	@Override
	public ChangeDescriptor write(String name, String state, Selection selection) {
		boolean pauses = switch (state.toLowerCase(Locale.ROOT)) {
			case "paused" -> true;
			case "running" -> false;
			default -> throw Kind.unknownState(state, "paused, running");
		};
		if (!this.queries.queues().contains(name)) {
			return new QueueChange(name, false, null);
		}
		boolean changed = pauses ? this.operations.pause(name) : this.operations.resume(name);
		return new QueueChange(name, changed, pauses);
	}

	private QueueDescriptor describe(String name, List<WorkerDescription> workers) {
		long working = workers.stream().filter((worker) -> worker.queues().containsKey(name)).count();
		return new QueueDescriptor(this.queries.figures(name), working);
	}

	/**
	 * What came of pausing or resuming a queue.
	 *
	 * @param queue the queue
	 * @param changed whether this call changed it
	 * @param paused whether it is paused now, or {@code null} if there is no such queue
	 */
	record QueueChange(String queue, boolean changed, @Nullable Boolean paused) implements ChangeDescriptor {

		@Override
		public boolean known() {
			return this.paused != null;
		}

		@Override
		public boolean done() {
			return this.paused != null;
		}

	}

}
