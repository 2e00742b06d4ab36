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
 * What becomes of a job that has returned, when others of its chain wait for it.
 */
public final class ChainOutcome {

	private ChainOutcome() {
	}

	/**
	 * It has succeeded, unless the next step of its chain is to be given a result that
	 * could not be written: nobody could run that, so this one is a dead letter that says
	 * so, and the chain goes on when it is retried.
	 * @param job the job
	 * @param result what it has left behind
	 * @return what becomes of it
	 */
	public static JobOutcome of(Job job, @Nullable JobResult result) {
		JobLink link = job.link();
		if (link == null || !link.handsOver() || result == null || result.json() != null) {
			return new JobOutcome.Succeeded(result);
		}
		return new JobOutcome.Dead(new Failure("RESULT_NOT_HANDED_OVER", "The next step of the chain, '"
				+ link.successor() + "', cannot be given the result: " + result.problem(), ""));
	}

}
