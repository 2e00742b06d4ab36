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

package dev.backgroundjobs.method;

import java.time.Duration;

import dev.backgroundjobs.JobPriority;
import org.jspecify.annotations.Nullable;

/**
 * What one level of settings says about jobs; {@code null} is not set.
 *
 * @param enabled whether they may be called and run
 * @param queue the queue their calls go to
 * @param priority how urgent their calls are
 * @param timeout how long an attempt may run
 * @param expiresAfter how long after its due time one may still be started
 * @param retry how failed ones are tried again
 */
public record JobSettings(@Nullable Boolean enabled, @Nullable String queue, @Nullable JobPriority priority,
		@Nullable Duration timeout, @Nullable Duration expiresAfter, RetrySettings retry) {

	/**
	 * Nothing set.
	 */
	public static final JobSettings NONE = new JobSettings(null, null, null, null, null, RetrySettings.NONE);

	/**
	 * These settings, and where they say nothing those of a level below.
	 * @param below the level below
	 * @return both
	 */
	JobSettings orElse(JobSettings below) {
		return new JobSettings(RetrySettings.first(this.enabled, below.enabled),
				RetrySettings.first(this.queue, below.queue), RetrySettings.first(this.priority, below.priority),
				RetrySettings.first(this.timeout, below.timeout),
				RetrySettings.first(this.expiresAfter, below.expiresAfter), this.retry.orElse(below.retry));
	}

}
