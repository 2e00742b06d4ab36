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

package dev.backgroundjobs.benchmarks;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;

/**
 * The job that does nothing but be counted.
 */
class WelcomeJobs {

	private final Tally tally;

	WelcomeJobs(Tally tally) {
		this.tally = tally;
	}

	@BackgroundJob("bench")
	void welcome(long userId, String template) {
		this.tally.ran(userId);
	}

	/**
	 * The same, and its end is kept, with a result.
	 */
	@BackgroundJob("bench")
	JobHandle<Long> welcomeAndKeep(long userId, String template) {
		this.tally.ran(userId);
		return JobHandle.completed(userId);
	}

}
