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

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.function.UnaryOperator;

import dev.backgroundjobs.RecurringJob;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.StringUtils;

/**
 * Stops an application with a typo in a schedule, also where nothing is fired: in a test,
 * or in a process that only enqueues.
 */
final class CronCheck {

	private CronCheck() {
	}

	static void check(JobMethod job, UnaryOperator<String> placeholders) {
		RecurringJob schedule = job.annotation(RecurringJob.class);
		if (schedule == null) {
			return;
		}
		try {
			String cron = placeholders.apply(schedule.cron()).trim();
			String zone = placeholders.apply(schedule.zone()).trim();
			if (!cron.isEmpty() && !cron.equals("-")) {
				CronExpression.parse(cron);
			}
			if (StringUtils.hasText(zone)) {
				ZoneId.of(zone);
			}
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw new InvalidJobMethodException(
					"The schedule of job '" + job.definition().name() + "' cannot be used: " + ex.getMessage(),
					"A cron expression has six fields, beginning with seconds, for example '0 0 3 * * *' for three "
							+ "o'clock each night; '-' disables it; a zone reads 'Europe/Berlin'");
		}
	}

}
