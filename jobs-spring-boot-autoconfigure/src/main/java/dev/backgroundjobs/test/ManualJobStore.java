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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueCapacity;
import dev.backgroundjobs.core.QueueFigures;

/**
 * Keeps each job until a test runs it, and refuses those for which a queue has no room. A
 * call that would wait for room is refused at once: nobody else runs jobs meanwhile.
 */
public final class ManualJobStore extends MemoryJobStore {

	private final Function<String, QueueCapacity> capacities;

	/**
	 * Create a store.
	 * @param keepEnded how long a job is kept that has ended and whose caller follows it
	 * @param keepDead how long dead letters are kept
	 * @param maxRetries how many retries a job has, by its name and queue
	 * @param capacities how many jobs a queue may hold
	 */
	public ManualJobStore(Duration keepEnded, Duration keepDead, ToIntBiFunction<String, String> maxRetries,
			Function<String, QueueCapacity> capacities) {
		super(keepEnded, keepDead, maxRetries);
		this.capacities = capacities;
	}

	@Override
	public synchronized Map<Integer, Acceptance> enqueue(List<NewJob> batch) {
		Map<String, List<NewJob>> byQueue = batch.stream()
			.filter(this::isToBeAdded)
			.collect(Collectors.groupingBy((added) -> added.job().queue()));
		byQueue.forEach((queue, jobs) -> {
			QueueFigures figures = figures(queue);
			long unfinished = figures.queued() + figures.scheduled() + figures.retrying() + figures.running();
			QueueCapacity capacity = this.capacities.apply(queue);
			if (unfinished + jobs.size() > capacity.jobs()) {
				throw capacity.full(queue, unfinished, jobs.size());
			}
		});
		return super.enqueue(batch);
	}

}
