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

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.core.JobId;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a step behind the first one of a chain. If the first one was there
 * before, this call has enqueued nothing, and the step is the one in the same place of
 * the chain there is: the step before it names it, which is asked for when somebody asks.
 * If that is not known any more, or has nobody behind it, the step is as unknown as the
 * one that was not enqueued.
 *
 * @param <T> the type of the step's result
 */
final class LaterStepHandle<T> implements JobHandle<T> {

	private final PendingJob first;

	private final JobHandle<?> before;

	private final PendingJob step;

	private final JobHandles handles;

	private volatile @Nullable JobId met;

	/**
	 * Create a handle.
	 * @param first the first step of the chain
	 * @param before the step before this one
	 * @param step this one
	 * @param handles makes the handle of the job it turns out to be
	 */
	LaterStepHandle(PendingJob first, JobHandle<?> before, PendingJob step, JobHandles handles) {
		this.first = first;
		this.before = before;
		this.step = step;
		this.handles = handles;
	}

	@Override
	public String id() {
		return jobId().toString();
	}

	@Override
	public JobAcceptance acceptance() {
		this.step.assertAccepted();
		return this.step.how();
	}

	@Override
	public @Nullable JobInfo info() {
		return job().info();
	}

	@Override
	public @Nullable T await(Duration timeout) {
		return job().await(timeout);
	}

	@Override
	public boolean cancel() {
		return job().cancel();
	}

	private JobHandle<T> job() {
		this.step.assertAccepted();
		return this.handles.of(jobId(), this.step);
	}

	private JobId jobId() {
		if (this.first.how() != JobAcceptance.EXISTING) {
			return this.step.id();
		}
		JobId known = this.met;
		if (known == null) {
			known = successor(this.before.info());
			this.met = known;
		}
		return (known != null) ? known : this.step.id();
	}

	private static @Nullable JobId successor(@Nullable JobInfo before) {
		String successor = (before != null) ? before.successor() : null;
		return (successor != null) ? JobId.parse(successor) : null;
	}

	/**
	 * Without asking anybody.
	 */
	@Override
	public String toString() {
		JobId known = this.met;
		return "Job " + ((known != null) ? known : this.step.id());
	}

}
