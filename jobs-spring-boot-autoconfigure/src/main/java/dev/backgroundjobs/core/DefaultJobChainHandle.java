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

package dev.backgroundjobs.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a chain: that of its last step, and those of all.
 *
 * @param jobs the handles, a join before its children
 * @param children how many children the first one waits for
 * @param last that of the last step
 * @param <T> the type of its result
 */
record DefaultJobChainHandle<T>(List<JobHandle<?>> jobs, int children, JobHandle<T> last) implements JobChainHandle<T> {

	@Override
	public String id() {
		return this.last.id();
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
		List<JobHandle<?>> steps = new ArrayList<>(this.jobs);
		steps.add(this.children, steps.remove(0));
		return List.copyOf(steps);
	}

	/**
	 * A chain only goes forward: the first step that can be cancelled takes the others
	 * along, and those before it have ended. Children do so only for their join, which
	 * goes first, so that it does not hear of them.
	 */
	@Override
	public boolean cancel() {
		boolean cancelled = this.jobs.get(0).cancel();
		for (JobHandle<?> child : this.jobs.subList(1, 1 + this.children)) {
			cancelled |= child.cancel();
		}
		return cancelled || this.jobs.subList(1 + this.children, this.jobs.size()).stream().anyMatch(JobHandle::cancel);
	}

	@Override
	public String toString() {
		return "Chain " + steps();
	}

}
