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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * The store as those see it who fire schedules. It keeps their definitions, and lets each
 * slot happen once.
 */
public interface RecurringJobStore {

	/**
	 * The revision of all schedules together: it grows with each change of any.
	 * @return the revision, and the time by the clock of the store
	 */
	CompletionStage<Look> look();

	/**
	 * Where the schedules are.
	 * @return their places, by id
	 */
	CompletionStage<Map<String, Place>> places();

	/**
	 * Read schedules. The move of one to another queue that has ended half way is
	 * finished; one of which nothing has arrived is read where it was.
	 * @param places their places, by id
	 * @return those that there are
	 */
	CompletionStage<List<StoredSchedule>> read(Map<String, Place> places);

	/**
	 * Say that this process declares schedules, of any queues. One that another process
	 * has declared differently and later holds, as long as that process or one like it
	 * lives: then its definition is the one to fire.
	 * @param application the application that this process is one of
	 * @param definitions the schedules
	 * @param timeToLive for how long this holds
	 * @return what happened to each of them
	 */
	CompletionStage<Map<String, Declared>> declare(String application, List<ScheduleDefinition> definitions,
			Duration timeToLive);

	/**
	 * Say that this process has disabled schedules. Slots that are due while no process
	 * declares them are not made up for.
	 * @param application the application that this process is one of
	 * @param ids the schedules
	 * @return completed when that is noted
	 */
	CompletionStage<?> disable(String application, Set<String> ids);

	/**
	 * Enqueue a run for a slot, unless this or a later one is done with, the schedule was
	 * changed, or its policies or a pause leave the slot out.
	 * @param schedule the schedule
	 * @param slot the slot
	 * @return what happened
	 */
	CompletionStage<Fired> fire(StoredSchedule schedule, Instant slot);

	/**
	 * Forget a schedule that no process declares any more.
	 * @param id its id
	 * @param place its place as it was seen
	 * @return whether it is forgotten; it is not if it has been declared meanwhile
	 */
	CompletionStage<Boolean> forget(String id, Place place);

	/**
	 * A look at all schedules.
	 *
	 * @param revision the revision of all schedules together
	 * @param now the time by the clock of the store
	 */
	record Look(long revision, Instant now) {

	}

	/**
	 * Where a schedule is.
	 *
	 * @param queue the queue of its runs
	 * @param revision of its definition
	 * @param declaredUntil until when some process has said that it declares it, or
	 * {@code null} if it was created at run time
	 * @param formers the queues in which it was before, the last one first
	 * @param application the application that has declared it last
	 * @param text the place as the store keeps it
	 */
	record Place(String queue, long revision, @Nullable Instant declaredUntil, List<String> formers, String application,
			String text) {

	}

	/**
	 * What became of a declaration.
	 */
	enum Declared {

		/**
		 * It holds.
		 */
		HOLDS,

		/**
		 * Another process has declared it differently and later, or has it from a newer
		 * build: its definition holds.
		 */
		SUPERSEDED,

		/**
		 * The id belongs to a schedule that was created at run time.
		 */
		TAKEN

	}

	/**
	 * What happened to a slot.
	 *
	 * @param outcome what happened
	 * @param now the time by the clock of the store
	 * @param done up to here all slots are done with
	 * @param waiting the slot that waits for the end of the previous run, or {@code null}
	 */
	record Fired(Outcome outcome, Instant now, Instant done, @Nullable Instant waiting) {

	}

	/**
	 * What can happen to a slot.
	 */
	enum Outcome {

		/**
		 * A run was enqueued by this call.
		 */
		ENQUEUED,

		/**
		 * Somebody else was faster.
		 */
		ALREADY,

		/**
		 * It waits for the end of the previous run.
		 */
		WAITING,

		/**
		 * It is left out: the previous run has not ended.
		 */
		OVERLAPPED,

		/**
		 * It is left out: it was missed.
		 */
		MISSED,

		/**
		 * It is left out: the schedule is paused.
		 */
		PAUSED,

		/**
		 * The caller's clock is ahead of the store's.
		 */
		EARLY,

		/**
		 * The schedule was changed, or there is none any more: it has to be read again.
		 */
		CHANGED

	}

}
