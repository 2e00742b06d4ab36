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

import java.util.Locale;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobTypes;
import org.jspecify.annotations.Nullable;

/**
 * Single jobs, by their ids.
 */
final class JobsKind implements Kind {

	private final JobQueries queries;

	private final JobOperations operations;

	private final JobTypes types;

	JobsKind(JobQueries queries, JobOperations operations, JobTypes types) {
		this.queries = queries;
		this.operations = operations;
		this.types = types;
	}

	@Override
	public String name() {
		return "jobs";
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		JobId id = id(name);
		FoundJob found = this.queries.look(id);
		if (found == null) {
			return null;
		}
		JobInfo job = found.info();
		return new JobDescriptor(found, showValues, this.queries.stored(id),
				this.types.settings(job.name(), job.queue(), job.priority()));
	}

	@Override
	public ChangeDescriptor write(String name, String state, Selection selection) {
		JobId id = id(name);
		boolean changed = switch (state.toLowerCase(Locale.ROOT)) {
			case "queued" -> this.operations.retry(id) || this.operations.promote(id);
			case "cancelled" -> this.operations.cancel(id);
			default -> throw Kind.unknownState(state, "queued, cancelled");
		};
		return change(id, changed);
	}

	@Override
	public ChangeDescriptor delete(String name, Selection selection) {
		JobId id = id(name);
		return change(id, this.operations.delete(id));
	}

	private JobChange change(JobId id, boolean changed) {
		JobInfo job = this.queries.find(id);
		return new JobChange(id.toString(), changed, (job != null) ? job.state().name() : null);
	}

	private static JobId id(String name) {
		try {
			return JobId.parse(name);
		}
		catch (IllegalArgumentException ex) {
			throw Kind.invalid(String.valueOf(ex.getMessage()));
		}
	}

}
