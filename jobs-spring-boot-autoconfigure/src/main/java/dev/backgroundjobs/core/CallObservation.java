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

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A call that is observed from the moment it is made until it is known what became of it,
 * which may be on another thread. Thread-safe.
 */
public interface CallObservation {

	/**
	 * Nobody looks.
	 */
	CallObservation NONE = new CallObservation() {

		@Override
		public Map<String, String> headers() {
			return Map.of();
		}

		@Override
		public void ended(@Nullable Throwable failure) {
		}

		@Override
		public void dropped() {
		}

	};

	/**
	 * What travels with the job, so that its attempts can be seen together with this
	 * call.
	 * @return names and values
	 */
	Map<String, String> headers();

	/**
	 * The job is enqueued, or was refused. Only the first end counts.
	 * @param failure why it is not, or {@code null} if it is
	 */
	void ended(@Nullable Throwable failure);

	/**
	 * The job is not enqueued because it is not wanted any more: its transaction was
	 * rolled back, say.
	 */
	void dropped();

}
