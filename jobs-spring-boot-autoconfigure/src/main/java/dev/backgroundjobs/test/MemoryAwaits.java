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

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.core.JobId;

/**
 * Those who wait for the end of jobs in memory. Guarded by their store.
 */
final class MemoryAwaits {

	private final Map<JobId, MemoryJob> jobs;

	/** With the job they wait for. */
	private final Map<CompletableFuture<Void>, JobId> waiting = new HashMap<>();

	MemoryAwaits(Map<JobId, MemoryJob> jobs) {
		this.jobs = jobs;
	}

	CompletableFuture<Void> add(JobId id) {
		CompletableFuture<Void> end = new CompletableFuture<>();
		this.waiting.put(end, id);
		tell();
		return end;
	}

	/**
	 * Tell those whose job has ended, or is not known any more.
	 */
	void tell() {
		this.waiting.entrySet().removeIf((entry) -> {
			MemoryJob job = this.jobs.get(entry.getValue());
			if (job == null || job.finishedAt() != null) {
				entry.getKey().complete(null);
			}
			return entry.getKey().isDone();
		});
	}

}
