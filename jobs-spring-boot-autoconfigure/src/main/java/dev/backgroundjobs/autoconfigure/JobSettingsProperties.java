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

import dev.backgroundjobs.JobPriority;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of some jobs. What is not set comes from their annotations.
 */
public class JobSettingsProperties {

	/**
	 * Whether the jobs are enabled. When disabled, calls fail and what is queued waits.
	 */
	private @Nullable Boolean enabled;

	/**
	 * Queue their calls go to.
	 */
	private @Nullable String queue;

	/**
	 * How urgent their calls are among those of their queue.
	 */
	private @Nullable JobPriority priority;

	/**
	 * How long after its due time a job may still be started.
	 */
	private @Nullable Duration expiresAfter;

	/**
	 * How long an attempt may run before it is interrupted.
	 */
	private @Nullable Duration timeout;

	@NestedConfigurationProperty
	private final RetrySettingsProperties retry = new RetrySettingsProperties();

	public @Nullable Boolean getEnabled() {
		return this.enabled;
	}

	public void setEnabled(@Nullable Boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getQueue() {
		return this.queue;
	}

	public void setQueue(@Nullable String queue) {
		this.queue = queue;
	}

	public @Nullable JobPriority getPriority() {
		return this.priority;
	}

	public void setPriority(@Nullable JobPriority priority) {
		this.priority = priority;
	}

	public @Nullable Duration getExpiresAfter() {
		return this.expiresAfter;
	}

	public void setExpiresAfter(@Nullable Duration expiresAfter) {
		this.expiresAfter = expiresAfter;
	}

	public @Nullable Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(@Nullable Duration timeout) {
		this.timeout = timeout;
	}

	public RetrySettingsProperties getRetry() {
		return this.retry;
	}

}
