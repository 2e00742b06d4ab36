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

package dev.backgroundjobs;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a job method returns from its body: see {@link JobHandle#completed(Object)}. Tests
 * that call the method without Spring find the result in it.
 *
 * @param result the job's result
 * @param <T> the type of the result
 */
public record CompletedJobHandle<T>(@Nullable T result) implements JobHandle<T> {

	@Override
	public String id() {
		return JobContext.current().id();
	}

	@Override
	public @Nullable JobInfo info() {
		return null;
	}

	@Override
	public JobState state() {
		return JobState.SUCCEEDED;
	}

	@Override
	public @Nullable T await(Duration timeout) {
		return this.result;
	}

	@Override
	public boolean cancel() {
		return false;
	}

}
