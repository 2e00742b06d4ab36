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

package dev.backgroundjobs.autoconfigure;

import java.time.Duration;

/**
 * Calls that run beside each other, and jobs that wait for them.
 */
public class FanOutProperties {

	/**
	 * How many calls a job may wait for at most: 1 to 400.
	 */
	private int maxChildren = 200;

	/**
	 * How long a job waits for the calls before it, unless its caller says otherwise.
	 */
	private Duration deadline = Duration.ofDays(7);

	public int getMaxChildren() {
		return this.maxChildren;
	}

	public void setMaxChildren(int maxChildren) {
		this.maxChildren = maxChildren;
	}

	public Duration getDeadline() {
		return this.deadline;
	}

	public void setDeadline(Duration deadline) {
		this.deadline = deadline;
	}

}
