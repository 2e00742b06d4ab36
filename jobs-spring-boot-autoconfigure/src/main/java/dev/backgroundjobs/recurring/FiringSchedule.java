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
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.schedule.RecurringJobStore;
import dev.backgroundjobs.schedule.RecurringJobStore.Fired;
import dev.backgroundjobs.schedule.RecurringJobStore.Outcome;
import dev.backgroundjobs.schedule.Slots;
import dev.backgroundjobs.schedule.StoredSchedule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the slots of one schedule, one after the other, until it ends or is changed:
 * what is not answered is asked for again.
 */
final class FiringSchedule {

	private static final Logger logger = LoggerFactory.getLogger(FiringSchedule.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	/** A machine may sleep, and the clock of Redis may be set. */
	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	private final StoredSchedule schedule;

	private final Slots slots;

	private final RecurringJobStore store;

	private final StoreClock clock;

	private final Surroundings surroundings;

	private volatile Instant done;

	private volatile @Nullable Instant waiting;

	private volatile boolean ended;

	private volatile boolean failing;

	/** Nothing is planned: not yet, or because something failed that nobody expected. */
	private volatile boolean idle = true;

	FiringSchedule(StoredSchedule schedule, RecurringJobStore store, StoreClock clock, Surroundings surroundings) {
		this.schedule = schedule;
		this.slots = schedule.slots();
		this.store = store;
		this.clock = clock;
		this.surroundings = surroundings;
		this.done = schedule.done();
		this.waiting = schedule.waiting();
	}

	long revision() {
		return this.schedule.revision();
	}

	String queue() {
		return this.schedule.definition().queue();
	}

	void end() {
		this.ended = true;
	}

	/**
	 * Begin, or go on after whatever has failed here, because memory was short for
	 * example: a schedule ends when it is removed, and not before.
	 */
	void goOn() {
		if (this.idle) {
			this.idle = false;
			next();
		}
	}

	/**
	 * Wait for the next slot.
	 */
	private void next() {
		guarded(this::awaitNext);
	}

	private void guarded(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException | Error ex) {
			// needs no memory; the next look goes on from here
			this.idle = true;
			if (!this.failing && !this.ended) {
				this.failing = true;
				logger.error("The next slot of recurring job {} could not be awaited: this is tried again",
						this.schedule.id(), ex);
			}
		}
	}

	private void awaitNext() {
		if (this.ended) {
			return;
		}
		Instant now = this.clock.now();
		Instant slot = this.slots.toFire(this.done, now, this.schedule.definition().misfires());
		Instant waits = this.waiting;
		if (waits != null && (slot == null || slot.isAfter(now.plus(RETRY_AFTER)))) {
			later(RETRY_AFTER, waits);
		}
		else if (slot != null && slot.isAfter(now.plus(LONGEST_WAIT))) {
			this.surroundings.later(this::next, LONGEST_WAIT);
		}
		else if (slot != null) {
			later(Duration.between(now, slot), slot);
		}
		else if (this.slots.next(this.done) != null) {
			// none is to be fired now, but there are more to come
			this.surroundings.later(this::next, LONGEST_WAIT);
		}
	}

	private void later(Duration delay, Instant slot) {
		this.surroundings.later(
				() -> guarded(() -> this.surroundings.turns().await((end) -> guarded(() -> fire(slot, end)))),
				delay.isNegative() ? Duration.ZERO : delay);
	}

	private void fire(Instant slot, Runnable end) {
		if (this.ended) {
			end.run();
			return;
		}
		ask(slot, end).whenComplete((fired, failure) -> guarded(() -> {
			end.run();
			if (failure != null) {
				failed(slot, failure);
			}
			else {
				this.failing = false;
				this.clock.set(fired.now());
				// the thread of the answer has others to read
				this.surroundings.later(() -> guarded(() -> answered(slot, fired)), Duration.ZERO);
			}
		}));
	}

	private CompletionStage<Fired> ask(Instant slot, Runnable end) {
		try {
			return this.store.fire(this.schedule, slot);
		}
		catch (RuntimeException | Error ex) {
			end.run();
			throw ex;
		}
	}

	private void answered(Instant slot, Fired fired) {
		logger.debug("Slot {} of {}: {}", slot, this.schedule.id(), fired);
		boolean waited = slot.equals(this.waiting);
		this.waiting = fired.waiting();
		if (fired.done().isAfter(this.done)) {
			this.done = fired.done();
		}
		if (fired.outcome() == Outcome.CHANGED) {
			end();
			this.surroundings.changed(this);
		}
		else if (fired.outcome() == Outcome.EARLY) {
			// nobody knows for how long the clock of Redis stays as it is
			Duration early = Duration.between(fired.now(), slot);
			this.surroundings.later(this::next, (early.compareTo(LONGEST_WAIT) < 0) ? early : LONGEST_WAIT);
		}
		else if (fired.outcome() == Outcome.WAITING && slot.isAfter(this.done) && this.waiting != null) {
			later(Duration.ZERO, this.waiting);
		}
		else {
			if (fired.outcome() == Outcome.PAUSED && slot.isAfter(this.done)) {
				this.done = slot;
			}
			if (fired.outcome() == Outcome.ENQUEUED && !waited) {
				Duration lag = Duration.between(slot, fired.now());
				this.surroundings.fired().accept(this.schedule, lag.isNegative() ? Duration.ZERO : lag);
			}
			next();
		}
	}

	/**
	 * Nobody may have fired it; if somebody has, asking again changes nothing.
	 */
	private void failed(Instant slot, Throwable failure) {
		Throwable cause = (failure.getCause() != null && !(failure instanceof StoreUnavailableException))
				? failure.getCause() : failure;
		if (!this.failing && !this.ended) {
			this.failing = true;
			logger.warn("Slot {} of recurring job {} could not be fired and is tried again: {}", slot,
					this.schedule.id(), cause.toString());
		}
		Duration wanted = (cause instanceof StoreUnavailableException unavailable) ? unavailable.getRetryAfter() : null;
		this.surroundings.later(this::next, (wanted != null) ? wanted : RETRY_AFTER);
	}

	/**
	 * What it needs of those around it.
	 *
	 * @param timer runs something later
	 * @param turns how many slots are asked for at once
	 * @param change told when the schedule has been changed
	 * @param fired told of each run that this process has enqueued for a slot
	 */
	record Surroundings(BiConsumer<Runnable, Duration> timer, FireTurns turns, Consumer<FiringSchedule> change,
			BiConsumer<StoredSchedule, Duration> fired) {

		void later(Runnable task, Duration delay) {
			this.timer.accept(task, delay);
		}

		void changed(FiringSchedule schedule) {
			this.change.accept(schedule);
		}

	}

}
