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

package dev.backgroundjobs.recurring;

import java.time.Duration;

import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What is configured for one schedule, and wins over its annotation.
 *
 * @param cron the cron expression, {@code -} to disable the schedule
 * @param zone the time zone of the expression
 * @param fixedRate the rate, in place of an expression
 * @param initialDelay the delay of the first slot
 * @param misfire what becomes of slots that were missed
 * @param maxMisfires how many of them are fired
 * @param overlap what becomes of a slot whose previous run has not ended
 */
public record RecurringSettings(@Nullable String cron, @Nullable String zone, @Nullable Duration fixedRate,
		@Nullable Duration initialDelay, @Nullable MisfirePolicy misfire, @Nullable Integer maxMisfires,
		@Nullable OverlapPolicy overlap) {

	static final RecurringSettings NONE = new RecurringSettings(null, null, null, null, null, null, null);

}
