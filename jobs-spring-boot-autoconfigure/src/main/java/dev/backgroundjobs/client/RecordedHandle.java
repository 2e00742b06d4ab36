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

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a job method returns inside the lambda of a {@code JobCaller}: the job does not
 * exist yet.
 */
enum RecordedHandle implements JobHandle<Object> {

	INSTANCE;

	@SuppressWarnings("unchecked")
	static <T> JobHandle<T> of() {
		return (JobHandle<T>) INSTANCE;
	}

	@Override
	public String id() {
		throw notYet();
	}

	@Override
	public @Nullable JobInfo info() {
		throw notYet();
	}

	@Override
	public @Nullable Object await(Duration timeout) {
		throw notYet();
	}

	@Override
	public boolean cancel() {
		throw notYet();
	}

	private static IllegalStateException notYet() {
		return new IllegalStateException(
				"The call is enqueued when the lambda has ended: use the handle that 'enqueue' returns");
	}

}
