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
import java.util.List;

import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a chain: that of its last step, and those of all.
 *
 * @param steps the handles
 * @param last that of the last step
 * @param <T> the type of its result
 */
record DefaultJobChainHandle<T>(List<JobHandle<?>> steps, JobHandle<T> last) implements JobChainHandle<T> {

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

	/**
	 * A chain only goes forward: the first step that can be cancelled takes the others
	 * along, and those before it have ended.
	 */
	@Override
	public boolean cancel() {
		return this.steps.stream().anyMatch(JobHandle::cancel);
	}

	@Override
	public String toString() {
		return "Chain " + this.steps;
	}

}
