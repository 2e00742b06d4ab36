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

import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;

/**
 * Remembers which slot a trigger is at: all processes name the same slot, whenever they
 * come to fire it.
 */
final class SlotTrigger implements Trigger {

	private final Trigger slots;

	private final AtomicBoolean missing = new AtomicBoolean();

	private volatile @Nullable Instant slot;

	SlotTrigger(Trigger slots) {
		this.slots = slots;
	}

	@Override
	public @Nullable Instant nextExecution(TriggerContext context) {
		this.slot = this.slots.nextExecution(context);
		return this.slot;
	}

	@Nullable Instant slot() {
		return this.slot;
	}

	/**
	 * Whether no later slot of the schedule has come.
	 */
	boolean isLatest(Instant fired, Instant now) {
		Instant next = this.slot;
		return next == null || next.equals(fired) || now.isBefore(next);
	}

	/**
	 * A slot was missed: run something if it is the first in a row.
	 */
	void missed(Runnable first) {
		if (this.missing.compareAndSet(false, true)) {
			first.run();
		}
	}

	void fired() {
		this.missing.set(false);
	}

}
