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

import dev.backgroundjobs.method.JobDefaults;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies properties to what holds for all jobs.
 */
final class JobDefaultsConfigurer {

	private final JobsProperties properties;

	JobDefaultsConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	JobDefaults configure() {
		JobsProperties.Retry retry = this.properties.getRetry();
		check("max-retries", retry.getMaxRetries(), retry.getMaxRetries() >= 0, "It must not be negative.");
		check("multiplier", retry.getMultiplier(), retry.getMultiplier() >= 1, "It must be at least 1.");
		checkNotNegative("delay", retry.getDelay());
		checkNotNegative("jitter", retry.getJitter());
		check("max-delay", retry.getMaxDelay(), !retry.getMaxDelay().isNegative() && !retry.getMaxDelay().isZero(),
				"It must be longer than zero.");
		return new JobDefaults(this.properties.getJob().getTimeout(), retry.getMaxRetries(), retry.getDelay(),
				retry.getMultiplier(), retry.getJitter(), retry.getMaxDelay());
	}

	private static void checkNotNegative(String property, Duration value) {
		check(property, value, !value.isNegative(), "It must not be negative.");
	}

	private static void check(String property, Object value, boolean valid, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.retry." + property, value, reason);
		}
	}

}
