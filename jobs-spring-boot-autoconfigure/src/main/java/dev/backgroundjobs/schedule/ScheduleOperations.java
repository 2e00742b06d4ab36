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

package dev.backgroundjobs.schedule;

import java.util.Set;

import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.core.JobId;
import org.jspecify.annotations.Nullable;

/**
 * Schedules as applications and operators see them. Each method waits for the store.
 */
public interface ScheduleOperations {

	/**
	 * Create or change a schedule.
	 * @param definition the schedule
	 * @return the schedule as it is kept now
	 * @throws IllegalStateException if a method declares a schedule of this id
	 */
	JobScheduleInfo put(ScheduleDefinition definition);

	/**
	 * Remove a schedule that was created at run time.
	 * @param id its id
	 * @return {@code false} if there is no such schedule
	 * @throws IllegalStateException if a method declares it
	 */
	boolean remove(String id);

	/**
	 * Leave out the slots of a schedule until it is resumed.
	 * @param id its id
	 * @return {@code false} if there is no such schedule, or it was paused before
	 */
	boolean pause(String id);

	/**
	 * Fire the slots of a schedule again, from the next one on.
	 * @param id its id
	 * @return {@code false} if there is no such schedule, or it was not paused
	 */
	boolean resume(String id);

	/**
	 * Enqueue one run now.
	 * @param id the schedule's id
	 * @return the id of the job, or {@code null} if there is no such schedule
	 */
	@Nullable JobId trigger(String id);

	/**
	 * Look at a schedule.
	 * @param id its id
	 * @return the schedule, or {@code null}
	 */
	@Nullable JobScheduleInfo find(String id);

	/**
	 * The ids of all schedules that were created or that some process declares.
	 * @return the ids, sorted
	 */
	Set<String> ids();

}
