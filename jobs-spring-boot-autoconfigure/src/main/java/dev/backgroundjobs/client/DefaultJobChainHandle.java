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
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a chain: that of its last step, and those of all.
 *
 * @param jobs the handles, a join before its children
 * @param children how many children the first one waits for
 * @param met whether the first one was there before, so that nothing was enqueued
 * @param last that of the last step
 * @param <T> the type of its result
 */
record DefaultJobChainHandle<T>(List<JobHandle<?>> jobs, int children, BooleanSupplier met,
		JobHandle<T> last) implements JobChainHandle<T> {

	@Override
	public String id() {
		return this.last.id();
	}

	@Override
	public JobAcceptance acceptance() {
		return this.last.acceptance();
	}

	@Override
	public @Nullable JobInfo info() {
		return this.last.info();
	}

	@Override
	public @Nullable T await(Duration timeout) {
		return this.last.await(timeout);
	}

	@Override
	public List<JobHandle<?>> steps() {
		List<JobHandle<?>> steps = new ArrayList<>(enqueuedChildren());
		steps.add(this.jobs.get(0));
		steps.addAll(this.jobs.subList(1 + this.children, this.jobs.size()));
		return List.copyOf(steps);
	}

	/**
	 * Children are drawn anew with each call: those of one that has met its join were
	 * never enqueued, and nobody knows the ids of the others.
	 */
	private List<JobHandle<?>> enqueuedChildren() {
		return this.met.getAsBoolean() ? List.of() : this.jobs.subList(1, 1 + this.children);
	}

	/**
	 * A chain only goes forward: the first step that can be cancelled takes the others
	 * along, and those before it have ended. Children take nobody along: their join goes
	 * first, so that it does not hear of them, and the steps behind it may be under way
	 * while some of them are.
	 */
	@Override
	public boolean cancel() {
		boolean cancelled = this.jobs.get(0).cancel();
		for (JobHandle<?> step : this.jobs.subList(1 + this.children, this.jobs.size())) {
			cancelled = cancelled || step.cancel();
		}
		for (JobHandle<?> child : enqueuedChildren()) {
			cancelled |= child.cancel();
		}
		return cancelled;
	}

	@Override
	public String toString() {
		return "Chain " + steps();
	}

}
