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

import org.jspecify.annotations.Nullable;

/**
 * An attempt that is observed while it lasts. Thread-safe.
 */
public interface AttemptObservation {

	/**
	 * Nobody looks.
	 */
	AttemptObservation NONE = new AttemptObservation() {

		@Override
		public Scope open() {
			return () -> {
			};
		}

		@Override
		public void ended(JobOutcome outcome, @Nullable Throwable exception) {
		}

	};

	/**
	 * From now on what this thread does belongs to the attempt.
	 * @return ends that, on the same thread
	 */
	Scope open();

	/**
	 * The attempt is over; its outcome is on its way to the store. Only the first end
	 * counts.
	 * @param outcome what becomes of the job
	 * @param exception what the attempt threw, or {@code null}
	 */
	void ended(JobOutcome outcome, @Nullable Throwable exception);

	/**
	 * While it is open, what the thread does belongs to an attempt.
	 */
	interface Scope {

		/**
		 * It belongs to whatever it belonged to before.
		 */
		void close();

	}

}
