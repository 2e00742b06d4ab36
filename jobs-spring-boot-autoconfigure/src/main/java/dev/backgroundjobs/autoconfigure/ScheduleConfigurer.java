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
import java.util.LinkedHashMap;
import java.util.Map;

import dev.backgroundjobs.recurring.RecurringSettings;
import dev.backgroundjobs.schedule.ScheduleDefaults;
import dev.backgroundjobs.schedule.Slots;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Reads what is configured for schedules.
 */
final class ScheduleConfigurer {

	private static final String DEFAULTS = "background-jobs.recurring-defaults.";

	private static final Duration SHORTEST_THRESHOLD = Duration.ofSeconds(1);

	private final JobsProperties properties;

	ScheduleConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	ScheduleDefaults defaults() {
		RecurringDefaultsProperties defaults = this.properties.getRecurringDefaults();
		if (defaults.getMisfireThreshold().compareTo(SHORTEST_THRESHOLD) < 0) {
			throw new InvalidConfigurationPropertyValueException(DEFAULTS + "misfire-threshold",
					defaults.getMisfireThreshold(),
					"It must be at least " + SHORTEST_THRESHOLD + ": slots are a little late when a machine is busy.");
		}
		if (defaults.getMaxMisfires() < 1 || defaults.getMaxMisfires() > Slots.Misfires.MOST) {
			throw new InvalidConfigurationPropertyValueException(DEFAULTS + "max-misfires", defaults.getMaxMisfires(),
					"It must be 1 to " + Slots.Misfires.MOST + ".");
		}
		return new ScheduleDefaults(defaults.getMisfireThreshold(), defaults.getMaxMisfires());
	}

	Map<String, RecurringSettings> settings() {
		Map<String, RecurringSettings> settings = new LinkedHashMap<>();
		this.properties.getRecurring()
			.forEach((id, each) -> settings.put(id,
					new RecurringSettings(each.getCron(), each.getZone(), each.getFixedRate(), each.getInitialDelay(),
							each.getMisfire(), each.getMaxMisfires(), each.getOverlap())));
		return settings;
	}

	Duration keepUndeclared() {
		Duration keep = this.properties.getRecurringDefaults().getKeepUndeclared();
		if (keep.isNegative()) {
			throw new InvalidConfigurationPropertyValueException(DEFAULTS + "keep-undeclared", keep,
					"It must not be negative.");
		}
		return keep;
	}

}
