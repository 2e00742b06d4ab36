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

package dev.backgroundjobs.actuate;

import org.jspecify.annotations.Nullable;

/**
 * What came of a change of many dead letters.
 *
 * @param queue their queue
 * @param jobName the name of the jobs, if only some were meant
 * @param examined how many dead letters were looked at
 * @param changed how many were changed
 * @param more whether dead letters are left that this request has not looked at
 * @param cursor goes on where this request has ended, {@code null} if nothing is left
 */
record DeadChange(String queue, @Nullable String jobName, int examined, int changed, boolean more,
		@Nullable String cursor) implements ChangeDescriptor {

	@Override
	public boolean known() {
		return this.examined >= 0;
	}

	@Override
	public boolean done() {
		return true;
	}

	/**
	 * There is no such queue.
	 */
	static DeadChange unknown(String queue) {
		return new DeadChange(queue, null, -1, 0, false, null);
	}

}
