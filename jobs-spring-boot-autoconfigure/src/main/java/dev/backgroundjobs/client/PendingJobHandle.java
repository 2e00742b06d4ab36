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

import java.time.Duration;
import java.util.function.Supplier;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a job that is enqueued later, with its batch or its transaction. Its id
 * is known at once; the store can be asked only then.
 *
 * @param <T> the type of the job's result
 */
final class PendingJobHandle<T> implements JobHandle<T> {

	private final PendingJob job;

	private final Supplier<JobHandle<T>> stored;

	PendingJobHandle(PendingJob job, Supplier<JobHandle<T>> stored) {
		this.job = job;
		this.stored = stored;
	}

	@Override
	public String id() {
		return this.job.acceptedId().toString();
	}

	@Override
	public JobAcceptance acceptance() {
		this.job.assertAccepted();
		return this.job.how();
	}

	@Override
	public @Nullable JobInfo info() {
		this.job.assertAccepted();
		return this.stored.get().info();
	}

	@Override
	public @Nullable T await(Duration timeout) {
		this.job.assertAccepted();
		return this.stored.get().await(timeout);
	}

	@Override
	public boolean cancel() {
		this.job.assertAccepted();
		return this.stored.get().cancel();
	}

	@Override
	public String toString() {
		return "Job " + id();
	}

}
