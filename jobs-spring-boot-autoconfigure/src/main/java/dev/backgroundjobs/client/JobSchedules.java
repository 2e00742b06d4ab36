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

package dev.backgroundjobs.client;

import java.util.function.Supplier;

import dev.backgroundjobs.schedule.ScheduleDefaults;
import dev.backgroundjobs.schedule.ScheduleOperations;

/**
 * What schedules that are made at run time need.
 *
 * @param enqueuer records their calls
 * @param store keeps them
 * @param defaults what holds for those that say nothing else
 */
public record JobSchedules(JobEnqueuer enqueuer, Supplier<ScheduleOperations> store, ScheduleDefaults defaults) {

	ScheduleOperations operations() {
		return this.store.get();
	}

}
