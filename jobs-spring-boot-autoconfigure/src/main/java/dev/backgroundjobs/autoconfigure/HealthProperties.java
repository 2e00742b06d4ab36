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

import org.jspecify.annotations.Nullable;

/**
 * Health of the deployment.
 */
public class HealthProperties {

	/**
	 * How many jobs may wait in a queue before the health group 'workers' reports a
	 * backlog.
	 */
	private long backlogDepth = 10000;

	/**
	 * How long the oldest job of a queue may wait before the health group 'workers'
	 * reports a backlog. By default, any time.
	 */
	private @Nullable Duration backlogAge;

	/**
	 * Part of this process's attempts, between 0 and 1, that may fail within five minutes
	 * before the health group 'workers' reports it. By default, failures over 5 % are a
	 * warning in the details only.
	 */
	private @Nullable Double failureRate;

	/**
	 * Whether findings about the whole deployment also make the application's own health
	 * DOWN.
	 */
	private boolean inApplicationStatus;

	public long getBacklogDepth() {
		return this.backlogDepth;
	}

	public void setBacklogDepth(long backlogDepth) {
		this.backlogDepth = backlogDepth;
	}

	public @Nullable Duration getBacklogAge() {
		return this.backlogAge;
	}

	public void setBacklogAge(@Nullable Duration backlogAge) {
		this.backlogAge = backlogAge;
	}

	public @Nullable Double getFailureRate() {
		return this.failureRate;
	}

	public void setFailureRate(@Nullable Double failureRate) {
		this.failureRate = failureRate;
	}

	public boolean isInApplicationStatus() {
		return this.inApplicationStatus;
	}

	public void setInApplicationStatus(boolean inApplicationStatus) {
		this.inApplicationStatus = inApplicationStatus;
	}

}
