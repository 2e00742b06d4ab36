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

import dev.backgroundjobs.core.JobQueries;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters, by queue.
 */
final class DeadKind implements Kind {

	private final JobQueries queries;

	DeadKind(JobQueries queries) {
		this.queries = queries;
	}

	@Override
	public String name() {
		return "dead";
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		if (!this.queries.queues().contains(name)) {
			return null;
		}
		return new DeadDescriptor(name, this.queries.figures(name).dead(),
				this.queries.dead(name, 0, page.limit())
					.stream()
					.map((job) -> new JobDescriptor(job, showValues))
					.toList());
	}

}
