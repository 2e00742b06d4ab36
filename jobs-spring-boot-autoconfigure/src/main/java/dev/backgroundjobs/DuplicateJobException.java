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

import java.util.Map;

/**
 * A call of a {@link UniqueJob} was refused because a job with its key lives.
 */
public class DuplicateJobException extends JobException {

	private final Map<String, String> holders;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param holders the ids of the jobs there are, by the ids that the refused ones
	 * would have had; at least one
	 */
	public DuplicateJobException(String message, Map<String, String> holders) {
		super(message);
		this.holders = Map.copyOf(holders);
	}

	/**
	 * The job there is: of several refused calls, that of one of them.
	 * @return its id
	 */
	public String getExistingId() {
		return this.holders.values().iterator().next();
	}

	/**
	 * The ids that the refused jobs would have had, each with the id of the job there is.
	 * @return the ids
	 */
	public Map<String, String> getExistingIds() {
		return this.holders;
	}

}
