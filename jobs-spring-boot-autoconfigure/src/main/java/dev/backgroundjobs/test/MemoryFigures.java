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

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.DeadLetters;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueueFigures;
import org.jspecify.annotations.Nullable;

/**
 * Counts and lists the jobs of a queue.
 */
final class MemoryFigures {

	private final Map<JobState, Long> sizes = new EnumMap<>(JobState.class);

	private MemoryFigures(List<MemoryJob> jobs) {
		jobs.forEach((job) -> this.sizes.merge(job.state(), 1L, Long::sum));
	}

	static QueueFigures of(String queue, Collection<MemoryJob> jobs, boolean paused, Map<String, Long> counters,
			Instant now) {
		List<MemoryJob> own = jobs.stream().filter((job) -> job.job().queue().equals(queue)).toList();
		MemoryFigures figures = new MemoryFigures(own);
		long finished = figures.size(JobState.SUCCEEDED) + figures.size(JobState.CANCELLED)
				+ figures.size(JobState.EXPIRED);
		return new QueueFigures(queue, paused, figures.size(JobState.QUEUED), figures.size(JobState.SCHEDULED),
				figures.size(JobState.RETRYING), figures.size(JobState.WAITING), figures.size(JobState.RUNNING),
				figures.size(JobState.DEAD), finished, oldestAge(own, now), Map.copyOf(counters));
	}

	/**
	 * Change dead jobs in one step, so that what it has changed is not met again.
	 */
	static DeadStep change(List<MemoryJob> dead, @Nullable String jobName, int max, Predicate<JobId> change) {
		List<JobId> meant = dead.stream()
			.map((job) -> job.job())
			.filter((job) -> jobName == null || job.name().equals(jobName))
			.map(Job::id)
			.toList();
		int changed = (int) meant.stream().limit(max).filter(change).count();
		return new DeadStep(meant.size(), changed, (changed < meant.size()) ? "rest" : null);
	}

	static DeadLetters page(Stream<JobInfo> dead, int limit, @Nullable String cursor) {
		int from = (cursor != null) ? Integer.parseInt(cursor) : 0;
		List<JobInfo> all = dead
			.sorted(Comparator.comparing(JobInfo::finishedAt, Comparator.nullsLast(Comparator.reverseOrder())))
			.toList();
		return new DeadLetters(all.size(),
				all.stream().skip(from).limit(limit).map((info) -> new FoundJob(info, null)).toList(),
				(from + limit < all.size()) ? String.valueOf(from + limit) : null);
	}

	private static @Nullable Duration oldestAge(List<MemoryJob> jobs, Instant now) {
		return jobs.stream()
			.filter((job) -> job.state() == JobState.QUEUED)
			.map((job) -> Duration.between(job.dueAt(), now))
			.max(Duration::compareTo)
			.orElse(null);
	}

	private long size(JobState state) {
		return this.sizes.getOrDefault(state, 0L);
	}

}
