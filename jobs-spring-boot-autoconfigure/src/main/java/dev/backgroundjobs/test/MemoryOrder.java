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

package dev.backgroundjobs.test;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import dev.backgroundjobs.JobState;
import org.jspecify.annotations.Nullable;

/**
 * Which job comes first.
 */
final class MemoryOrder {

	private MemoryOrder() {
	}

	/**
	 * The job that is claimed next: by priority, then by its place.
	 */
	static @Nullable MemoryJob next(Collection<MemoryJob> jobs, Set<String> paused) {
		return jobs.stream()
			.filter((job) -> job.state() == JobState.QUEUED && !paused.contains(job.job().queue()))
			.min(Comparator.comparing((MemoryJob job) -> job.job().priority()).thenComparing(MemoryJob::place))
			.orElse(null);
	}

	/**
	 * The jobs that waited for their time, which has come.
	 */
	static List<MemoryJob> due(Collection<MemoryJob> jobs, Instant now) {
		return jobs.stream()
			.filter((job) -> job.isWaiting() && !job.dueAt().isAfter(now))
			.sorted(Comparator.comparing(MemoryJob::state).thenComparing(MemoryJob::dueAt))
			.toList();
	}

	/**
	 * When the next of some jobs is due that wait for their time.
	 */
	static @Nullable Instant nextDue(Collection<MemoryJob> jobs, Predicate<JobState> which) {
		return jobs.stream()
			.filter((job) -> job.isWaiting() && which.test(job.state()))
			.map(MemoryJob::dueAt)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

}
