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

import dev.backgroundjobs.DuplicateJobException;

/**
 * Says that calls were refused because jobs with their keys live.
 */
public final class DuplicateJobs {

	private DuplicateJobs() {
	}

	/**
	 * The exception for their caller.
	 * @param job one of the refused jobs
	 * @param existing the ids of the jobs there are, by the ids of the refused ones
	 * @return the exception
	 */
	public static DuplicateJobException refused(Job job, Map<String, String> existing) {
		return new DuplicateJobException("Job '" + job.name() + "' was not enqueued: job '"
				+ existing.get(job.id().toString()) + "' has the same unique key and has not ended"
				+ ((existing.size() > 1) ? ", and " + (existing.size() - 1) + " more calls were refused likewise" : "")
				+ " (@UniqueJob(onConflict = REJECT))", existing);
	}

}
