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

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;

import dev.backgroundjobs.JobPriority;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.backoff.FixedBackOff;

/**
 * What is declared about a job: read once, when the application starts.
 *
 * @param name its name, unique in the application
 * @param aliases its former names, under which jobs may still be queued
 * @param queue the queue its calls go to
 * @param priority how urgent its calls are
 * @param parameterTypes the declared types of its parameters
 * @param resultType the declared type of its result if its callers get a handle, so that
 * its end is kept; {@code null} if they get nothing
 * @param enabled whether it may be called and run
 * @param timeout how long an attempt may run, or {@code null} for as long as it likes
 * @param expiresAfter how long after its due time a job may still be started, or
 * {@code null} for ever
 * @param retryPolicy which failures are tried again, how often and after which delays
 * @param unique of which of its calls only one job lives at a time, or {@code null}
 */
public record JobDefinition(String name, List<String> aliases, String queue, JobPriority priority,
		List<Type> parameterTypes, @Nullable Type resultType, boolean enabled, @Nullable Duration timeout,
		@Nullable Duration expiresAfter, RetryPolicy retryPolicy, @Nullable UniqueRule unique) {

	/**
	 * Whether callers follow the job, so that its end is kept.
	 * @return {@code true} if they get a handle
	 */
	public boolean returnsHandle() {
		return this.resultType != null;
	}

	/**
	 * How often the job is started at most, as far as its policy says so.
	 * @return the number of attempts, or {@code null} if the policy decides otherwise
	 */
	public @Nullable Long maxAttempts() {
		BackOff backOff = this.retryPolicy.getBackOff();
		long retries = (backOff instanceof ExponentialBackOff exponential) ? exponential.getMaxAttempts()
				: (backOff instanceof FixedBackOff fixed) ? fixed.getMaxAttempts() : Long.MAX_VALUE;
		return (retries != Long.MAX_VALUE) ? retries + 1 : null;
	}

}
