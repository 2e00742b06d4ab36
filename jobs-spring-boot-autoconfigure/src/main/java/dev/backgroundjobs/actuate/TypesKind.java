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

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobTypes;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.WaitingNames;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The kinds of jobs that this build can run, with their settings, and names that it
 * cannot run.
 */
final class TypesKind implements Kind {

	private final JobQueries queries;

	private final JobTypes types;

	TypesKind(JobQueries queries, JobTypes types) {
		this.queries = queries;
		this.types = types;
	}

	@Override
	public String name() {
		return "types";
	}

	@Override
	public Object list(Page page) {
		Page.Names names = page.of(this.types.names());
		List<UnknownName> unknown = new ArrayList<>();
		int examined = 0;
		long waiting = 0;
		for (String queue : this.queries.queues()) {
			WaitingNames found = this.queries.waitingNames(queue);
			QueueFigures figures = this.queries.figures(queue);
			examined += found.examined();
			waiting += Math.max(found.examined(), figures.queued() + figures.scheduled() + figures.retrying());
			found.names().forEach((name, jobs) -> {
				if (!this.types.isKnown(name)) {
					unknown.add(new UnknownName(name, queue, jobs));
				}
			});
		}
		return new TypesDescriptor(names.total(), names.names().stream().map(this.types::find).toList(), names.cursor(),
				examined, waiting, note(examined, waiting), unknown);
	}

	private static @Nullable String note(int examined, long waiting) {
		return (examined < waiting) ? "Only the first " + WaitingNames.EXAMINED
				+ " jobs of each state and priority of a " + "queue were looked at, " + examined + " of " + waiting
				+ ": further ones may have names that this build cannot run" : null;
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		return this.types.find(name);
	}

	/**
	 * A page of kinds of jobs.
	 *
	 * @param total how many there are
	 * @param entries those of this page
	 * @param cursor asks for the next page, {@code null} on the last one
	 * @param examined how many waiting jobs were looked at for unknown names: the first
	 * hundred of each state and priority of each queue
	 * @param waiting how many jobs wait
	 * @param note says so if not all of them were looked at
	 * @param unknown names that this build cannot run
	 */
	record TypesDescriptor(long total, List<?> entries, @Nullable String cursor, int examined, long waiting,
			@Nullable String note, List<UnknownName> unknown) implements OperationResponseBody {

	}

	/**
	 * A name that this build cannot run.
	 *
	 * @param name the name
	 * @param queue the queue
	 * @param jobs how many of the jobs looked at have it
	 */
	record UnknownName(String name, String queue, long jobs) {

	}

}
