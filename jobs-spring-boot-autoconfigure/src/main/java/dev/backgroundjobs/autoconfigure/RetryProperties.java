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
import java.util.ArrayList;
import java.util.List;

/**
 * Properties of the retries of jobs for which nothing else is said.
 */
public class RetryProperties {

	/**
	 * How often a failed job is tried again.
	 */
	private int maxRetries = 10;

	/**
	 * Delay before the first retry.
	 */
	private Duration delay = Duration.ofSeconds(10);

	/**
	 * Factor by which the delay grows from retry to retry.
	 */
	private double multiplier = 3;

	/**
	 * How far a delay may be moved at random. It grows with the delay.
	 */
	private Duration jitter = Duration.ofSeconds(2);

	/**
	 * Longest delay.
	 */
	private Duration maxDelay = Duration.ofHours(1);

	/**
	 * Exceptions not to retry, subclasses included.
	 */
	private List<Class<? extends Throwable>> excludes = new ArrayList<>();

	public int getMaxRetries() {
		return this.maxRetries;
	}

	public void setMaxRetries(int maxRetries) {
		this.maxRetries = maxRetries;
	}

	public Duration getDelay() {
		return this.delay;
	}

	public void setDelay(Duration delay) {
		this.delay = delay;
	}

	public double getMultiplier() {
		return this.multiplier;
	}

	public void setMultiplier(double multiplier) {
		this.multiplier = multiplier;
	}

	public Duration getJitter() {
		return this.jitter;
	}

	public void setJitter(Duration jitter) {
		this.jitter = jitter;
	}

	public Duration getMaxDelay() {
		return this.maxDelay;
	}

	public void setMaxDelay(Duration maxDelay) {
		this.maxDelay = maxDelay;
	}

	public List<Class<? extends Throwable>> getExcludes() {
		return this.excludes;
	}

	public void setExcludes(List<Class<? extends Throwable>> excludes) {
		this.excludes = excludes;
	}

}
