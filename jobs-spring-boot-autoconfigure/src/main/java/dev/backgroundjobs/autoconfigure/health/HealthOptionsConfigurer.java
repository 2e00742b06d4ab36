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

package dev.backgroundjobs.autoconfigure.health;

import java.time.Duration;

import dev.backgroundjobs.actuate.HealthOptions;
import dev.backgroundjobs.autoconfigure.HealthProperties;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies properties to health.
 */
final class HealthOptionsConfigurer {

	private static final String PREFIX = "background-jobs.health.";

	private final HealthProperties properties;

	HealthOptionsConfigurer(HealthProperties properties) {
		this.properties = properties;
	}

	HealthOptions configure() {
		long depth = this.properties.getBacklogDepth();
		check("backlog-depth", depth, depth >= 0, "It must not be negative.");
		Duration age = this.properties.getBacklogAge();
		if (age != null) {
			check("backlog-age", age, !age.isNegative() && !age.isZero(), "It must be longer than zero.");
		}
		Double rate = this.properties.getFailureRate();
		if (rate != null) {
			check("failure-rate", rate, rate >= 0 && rate < 1, "It must be at least 0 and below 1, as 0.05 for 5 %.");
		}
		return new HealthOptions(depth, age, rate, this.properties.isInApplicationStatus());
	}

	private static void check(String property, Object value, boolean valid, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + property, value, reason);
		}
	}

}
