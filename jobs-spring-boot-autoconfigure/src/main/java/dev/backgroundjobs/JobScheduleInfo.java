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

package dev.backgroundjobs;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A schedule at one moment.
 *
 * @param id its id
 * @param job the name of the job it enqueues
 * @param queue the queue of its runs
 * @param origin where it comes from
 * @param cron its cron expression, or {@code null} if it has a rate
 * @param zone the time zone of the expression, or {@code null}
 * @param fixedRate its rate, or {@code null}
 * @param misfire what becomes of slots that were missed
 * @param overlap what becomes of a slot whose previous run has not ended
 * @param paused whether its slots are left out
 * @param nextSlot when it is due next, paused or not, or {@code null} if never again
 * @param lastSlot the latest slot that was fired, or {@code null}
 * @param revision grows with each change of it
 */
public record JobScheduleInfo(String id, String job, String queue, Origin origin, @Nullable String cron,
		@Nullable String zone, @Nullable Duration fixedRate, MisfirePolicy misfire, OverlapPolicy overlap,
		boolean paused, @Nullable Instant nextSlot, @Nullable Instant lastSlot, long revision) {

	/**
	 * Where a schedule comes from.
	 */
	public enum Origin {

		/**
		 * Declared by a {@link RecurringJob} method; it lives as long as a process that
		 * declares it.
		 */
		METHOD,

		/**
		 * Created by {@link JobClient#recurring(String)}; it lives until it is removed.
		 */
		CLIENT

	}

}
