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

package dev.backgroundjobs.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.springframework.util.Assert;

/**
 * The clock by which jobs are due in {@code background-jobs.mode=manual}. It goes like
 * that of the machine and can be moved ahead, never back. Thread-safe.
 * <p>
 * It is a {@link Clock}, so that code of the application that takes one can share it.
 */
public final class JobTestClock extends Clock {

	private final Clock machine;

	private final AtomicReference<Duration> ahead;

	private final AtomicReference<Moved> moved;

	JobTestClock() {
		this(Clock.systemUTC(), new AtomicReference<>(Duration.ZERO), new AtomicReference<>((from, to, step) -> {
		}));
	}

	private JobTestClock(Clock machine, AtomicReference<Duration> ahead, AtomicReference<Moved> moved) {
		this.machine = machine;
		this.ahead = ahead;
		this.moved = moved;
	}

	/**
	 * Hear of it when the clock is moved.
	 */
	void onMove(Moved listener) {
		this.moved.set(listener);
	}

	/**
	 * Move the clock ahead. Nothing runs because of that: what has become due runs when
	 * the test lets it. Schedules whose slots are in that time enqueue their runs.
	 * @param time how far; zero or more
	 */
	public void advance(Duration time) {
		Assert.isTrue(!time.isNegative(), () -> "'time' must not be negative: " + time);
		Instant from = instant();
		this.ahead.updateAndGet((sofar) -> sofar.plus(time));
		Objects.requireNonNull(this.moved.get()).moved(from, from.plus(time), false);
	}

	/**
	 * Move the clock ahead to a time. One that is over changes nothing. Schedules whose
	 * slots are in between enqueue their runs.
	 * @param time the time
	 */
	public void advanceTo(Instant time) {
		advanceTo(time, false);
	}

	/**
	 * Move the clock ahead to a time.
	 * @param step whether this goes on from the time to which it was moved before, so
	 * that what has passed by itself counts, too
	 */
	void advanceTo(Instant time, boolean step) {
		Instant from = instant();
		move(time);
		Objects.requireNonNull(this.moved.get()).moved(from, time, step);
	}

	private void move(Instant time) {
		this.ahead.updateAndGet((sofar) -> {
			Duration needed = Duration.between(this.machine.instant(), time);
			return (needed.compareTo(sofar) > 0) ? needed : sofar;
		});
	}

	/**
	 * Go like the clock of the machine again.
	 */
	void reset() {
		this.ahead.set(Duration.ZERO);
		Objects.requireNonNull(this.moved.get()).moved(Instant.EPOCH, Instant.EPOCH, false);
	}

	/**
	 * The time, in milliseconds precision, as that of Redis.
	 */
	@Override
	public Instant instant() {
		return this.machine.instant().plus(this.ahead.get()).truncatedTo(ChronoUnit.MILLIS);
	}

	@Override
	public ZoneId getZone() {
		return this.machine.getZone();
	}

	/**
	 * This clock in another zone; moving one of them moves both.
	 */
	@Override
	public Clock withZone(ZoneId zone) {
		return new JobTestClock(this.machine.withZone(zone), this.ahead, this.moved);
	}

	@Override
	public String toString() {
		return "JobTestClock " + instant().atOffset(ZoneOffset.UTC) + ", ahead by " + this.ahead.get();
	}

	/**
	 * Hears of it when the clock is moved, or begins anew: then both times are the epoch.
	 */
	interface Moved {

		void moved(Instant from, Instant to, boolean step);

	}

}
