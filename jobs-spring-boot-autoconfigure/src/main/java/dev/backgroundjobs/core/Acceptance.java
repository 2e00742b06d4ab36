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

import dev.backgroundjobs.JobAcceptance;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job that was enqueued, other than being created alone.
 *
 * @param how what became of it
 * @param id the job there is now, which may be another one
 * @param replaced the job in whose place it is, or {@code null}
 */
public record Acceptance(JobAcceptance how, JobId id, @Nullable JobId replaced) {

	/**
	 * The job there was stays.
	 * @param how whether it was changed
	 * @param id the job there is
	 * @return what became of the call
	 */
	public static Acceptance of(JobAcceptance how, JobId id) {
		return new Acceptance(how, id, null);
	}

}
