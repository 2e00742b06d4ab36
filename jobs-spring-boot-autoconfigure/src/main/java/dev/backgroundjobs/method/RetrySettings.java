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
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;

/**
 * What one level of settings says about retries; {@code null} is not set.
 *
 * @param maxRetries how often a failed job is tried again
 * @param delay delay before the first retry
 * @param multiplier factor by which delays grow
 * @param jitter how far delays are moved at random
 * @param maxDelay the longest delay
 * @param includes exceptions to retry
 * @param excludes exceptions not to retry
 * @param policy decides which exceptions are retried, and when unless a level above says
 * so
 * @param delaysAbovePolicy whether a level above that of the policy sets delays or number
 */
public record RetrySettings(@Nullable Integer maxRetries, @Nullable Duration delay, @Nullable Double multiplier,
		@Nullable Duration jitter, @Nullable Duration maxDelay, @Nullable List<Class<? extends Throwable>> includes,
		@Nullable List<Class<? extends Throwable>> excludes, @Nullable RetryPolicy policy, boolean delaysAbovePolicy) {

	/**
	 * Nothing set.
	 */
	public static final RetrySettings NONE = new RetrySettings(null, null, null, null, null, null, null, null, false);

	/**
	 * A policy.
	 */
	static RetrySettings of(RetryPolicy policy) {
		return new RetrySettings(null, null, null, null, null, null, null, policy, false);
	}

	/**
	 * These settings, and where they say nothing those of a level below. Which exceptions
	 * are retried is not asked of levels below a policy.
	 * @param below the level below
	 * @return both
	 */
	RetrySettings orElse(RetrySettings below) {
		boolean decided = this.policy != null;
		return new RetrySettings(first(this.maxRetries, below.maxRetries), first(this.delay, below.delay),
				first(this.multiplier, below.multiplier), first(this.jitter, below.jitter),
				first(this.maxDelay, below.maxDelay), first(this.includes, decided ? null : below.includes),
				first(this.excludes, decided ? null : below.excludes), first(this.policy, below.policy),
				decided ? this.delaysAbovePolicy : below.policy != null && setsDelays());
	}

	boolean setsDelays() {
		return this.maxRetries != null || this.delay != null || this.multiplier != null || this.jitter != null
				|| this.maxDelay != null;
	}

	/**
	 * The policy these settings make, when no level is left out.
	 * @throws IllegalArgumentException if a value cannot be used
	 */
	RetryPolicy toPolicy() {
		if (this.policy != null && !this.delaysAbovePolicy && this.includes == null && this.excludes == null) {
			return this.policy;
		}
		RetryPolicy.Builder builder = RetryPolicy.builder();
		if (this.policy != null) {
			builder.predicate(this.policy::shouldRetry);
		}
		if (this.policy != null && !this.delaysAbovePolicy) {
			builder.backOff(this.policy.getBackOff());
		}
		else {
			set(this.maxRetries, (number) -> builder.maxRetries(number));
			set(this.delay, builder::delay);
			set(this.multiplier, builder::multiplier);
			set(this.jitter, builder::jitter);
			set(this.maxDelay, builder::maxDelay);
		}
		set(this.includes, builder::includes);
		set(this.excludes, builder::excludes);
		return builder.build();
	}

	private static <T> void set(@Nullable T value, Consumer<T> setter) {
		if (value != null) {
			setter.accept(value);
		}
	}

	static <T> @Nullable T first(@Nullable T above, @Nullable T below) {
		return (above != null) ? above : below;
	}

}
