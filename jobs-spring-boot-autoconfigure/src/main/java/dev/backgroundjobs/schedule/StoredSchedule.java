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

import java.time.Instant;

import dev.backgroundjobs.JobScheduleInfo;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the store keeps it.
 *
 * @param definition what holds, whoever has declared it
 * @param revision of the definition; grows with each change
 * @param start when this definition began to hold
 * @param done up to here all slots are done with: fired, or left out
 * @param waiting the slot that waits for the end of the previous run, or {@code null}
 * @param lastFired the latest slot that was fired, or {@code null}
 * @param paused whether it is paused
 */
public record StoredSchedule(ScheduleDefinition definition, long revision, Instant start, Instant done,
		@Nullable Instant waiting, @Nullable Instant lastFired, boolean paused) {

	public String id() {
		return this.definition.id();
	}

	/**
	 * Its slots.
	 * @return the slots
	 */
	public Slots slots() {
		return this.definition.timing().slots(this.start);
	}

	/**
	 * The schedule as applications see it.
	 * @param now the time
	 * @return the schedule
	 */
	public JobScheduleInfo info(Instant now) {
		Timing timing = this.definition.timing();
		Instant after = now.isAfter(this.done) ? now : this.done;
		return new JobScheduleInfo(id(), this.definition.run().name(), this.definition.queue(),
				this.definition.origin(), timing.cron(), (timing.zone() != null) ? timing.zone().getId() : null,
				timing.fixedRate(), this.definition.misfires().policy(), this.definition.overlap(), this.paused,
				slots().next(after), this.lastFired, this.revision);
	}

}
