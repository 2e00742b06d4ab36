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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What there was in a {@link MemoryJobStore}: also jobs that have ended and are not kept,
 * and how often something happened to them.
 */
final class MemoryHistory {

	private final List<MemoryJob> jobs = new ArrayList<>();

	private final Map<String, Map<String, Long>> counters = new LinkedHashMap<>();

	Stream<MemoryJob> jobs() {
		return this.jobs.stream();
	}

	void add(MemoryJob job) {
		this.jobs.add(job);
	}

	void remove(MemoryJob job) {
		this.jobs.remove(job);
	}

	void count(MemoryJob job, String counter) {
		this.counters.computeIfAbsent(job.job().queue(), (queue) -> new LinkedHashMap<>())
			.merge(counter, 1L, Long::sum);
	}

	Map<String, Long> counters(String queue) {
		return this.counters.getOrDefault(queue, Map.of());
	}

	Set<String> queues() {
		return new TreeSet<>(this.counters.keySet());
	}

	void clear() {
		this.jobs.clear();
		this.counters.clear();
	}

}
