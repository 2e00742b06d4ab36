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
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Properties of the retries of some jobs. What is not set comes from the next level.
 */
public class RetrySettingsProperties {

	/**
	 * How often a failed job is tried again.
	 */
	private @Nullable Integer maxRetries;

	/**
	 * Delay before the first retry.
	 */
	private @Nullable Duration delay;

	/**
	 * Factor by which the delay grows from retry to retry.
	 */
	private @Nullable Double multiplier;

	/**
	 * How far a delay may be moved at random. It grows with the delay.
	 */
	private @Nullable Duration jitter;

	/**
	 * Longest delay.
	 */
	private @Nullable Duration maxDelay;

	/**
	 * Exceptions not to retry, subclasses included.
	 */
	private @Nullable List<Class<? extends Throwable>> excludes;

	public @Nullable Integer getMaxRetries() {
		return this.maxRetries;
	}

	public void setMaxRetries(@Nullable Integer maxRetries) {
		this.maxRetries = maxRetries;
	}

	public @Nullable Duration getDelay() {
		return this.delay;
	}

	public void setDelay(@Nullable Duration delay) {
		this.delay = delay;
	}

	public @Nullable Double getMultiplier() {
		return this.multiplier;
	}

	public void setMultiplier(@Nullable Double multiplier) {
		this.multiplier = multiplier;
	}

	public @Nullable Duration getJitter() {
		return this.jitter;
	}

	public void setJitter(@Nullable Duration jitter) {
		this.jitter = jitter;
	}

	public @Nullable Duration getMaxDelay() {
		return this.maxDelay;
	}

	public void setMaxDelay(@Nullable Duration maxDelay) {
		this.maxDelay = maxDelay;
	}

	public @Nullable List<Class<? extends Throwable>> getExcludes() {
		return this.excludes;
	}

	public void setExcludes(@Nullable List<Class<? extends Throwable>> excludes) {
		this.excludes = excludes;
	}

}
