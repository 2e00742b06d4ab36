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

/**
 * Observes calls and attempts around them, on their own threads: the traces of an
 * application hang here. What is only to be counted or timed afterwards is a
 * {@link JobListener}'s. Must be quick and must not throw.
 */
public interface JobObservations {

	/**
	 * Nobody looks.
	 */
	JobObservations NONE = new JobObservations() {

		@Override
		public CallObservation called(String name, JobId id) {
			return CallObservation.NONE;
		}

		@Override
		public AttemptObservation started(ClaimedJob claimed) {
			return AttemptObservation.NONE;
		}

	};

	/**
	 * A call is made on this thread, to be enqueued at once, with its batch or with its
	 * transaction.
	 * @param name the job's name
	 * @param id the job's id
	 * @return the call
	 */
	CallObservation called(String name, JobId id);

	/**
	 * An attempt starts on this thread.
	 * @param claimed the job
	 * @return the attempt
	 */
	AttemptObservation started(ClaimedJob claimed);

}
