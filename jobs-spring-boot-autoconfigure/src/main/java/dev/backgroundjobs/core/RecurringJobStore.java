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

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Where each slot of a schedule happens once.
 */
public interface RecurringJobStore {

	/**
	 * Enqueue the job of a slot, unless this or a later slot of the schedule was fired
	 * before, by whichever process.
	 * @param schedule name of the schedule
	 * @param slot the slot
	 * @param job the job
	 * @param expiresAfter how long after the slot the job may still be started, or
	 * {@code null} for ever
	 * @return what happened
	 */
	CompletionStage<Fired> fire(String schedule, Instant slot, Job job, @Nullable Duration expiresAfter);

	/**
	 * Fire no slots of a schedule until it is resumed, whatever process asks; they are
	 * not made up for. The store keeps it.
	 * @param schedule name of the schedule
	 * @param queue the queue of its jobs
	 * @return {@code false} if it was paused before
	 */
	boolean pause(String schedule, String queue);

	/**
	 * Fire the slots of a paused schedule again.
	 * @param schedule name of the schedule
	 * @param queue the queue of its jobs
	 * @return {@code false} if it was not paused
	 */
	boolean resume(String schedule, String queue);

	/**
	 * What the store knows of a schedule.
	 * @param schedule name of the schedule
	 * @param queue the queue of its jobs
	 * @return its state
	 */
	State state(String schedule, String queue);

	/**
	 * What is kept of a schedule.
	 *
	 * @param lastSlot the latest slot that was fired, or {@code null}
	 * @param paused whether it is paused
	 */
	record State(@Nullable Instant lastSlot, boolean paused) {

	}

	/**
	 * What happened to a slot.
	 */
	sealed interface Fired {

		/**
		 * The job was enqueued by this call.
		 *
		 * @param at when, by the clock of the store
		 */
		record Enqueued(Instant at) implements Fired {

		}

		/**
		 * Somebody else was faster.
		 */
		record Already() implements Fired {

		}

		/**
		 * The schedule is paused.
		 */
		record Paused() implements Fired {

		}

		/**
		 * The caller's clock is ahead of the store's.
		 *
		 * @param by how far
		 */
		record Early(Duration by) implements Fired {

		}

	}

}
