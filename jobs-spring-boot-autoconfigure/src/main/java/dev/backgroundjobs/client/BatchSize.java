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

package dev.backgroundjobs.client;

import dev.backgroundjobs.core.JobQueue;

/**
 * How much a batch is that is being formed.
 *
 * @param jobs how many jobs it has
 * @param weight how much work they are for the store, in plain jobs
 * @param bytes the size of their arguments and headers
 */
public record BatchSize(int jobs, int weight, int bytes) {

	/**
	 * Nothing yet.
	 */
	public static final BatchSize NONE = new BatchSize(0, 0, 0);

	/**
	 * With one call more.
	 * @param job the call, with the steps behind it
	 * @return the size then
	 */
	public BatchSize plus(PendingJob job) {
		return new BatchSize(this.jobs + job.size(), this.weight + job.weight(), this.bytes + job.bytes());
	}

	/**
	 * Whether the store takes it in one round trip.
	 * @param maxJobs how many jobs it takes
	 * @return whether it does
	 */
	public boolean fits(int maxJobs) {
		return this.jobs <= maxJobs && this.weight <= JobQueue.MAX_BATCH_JOBS && this.bytes <= JobQueue.MAX_BATCH_BYTES;
	}

	/**
	 * Whether there is no room for a plain job more.
	 */
	boolean isFull(int maxJobs) {
		return this.jobs >= maxJobs || this.weight >= JobQueue.MAX_BATCH_JOBS;
	}

}
