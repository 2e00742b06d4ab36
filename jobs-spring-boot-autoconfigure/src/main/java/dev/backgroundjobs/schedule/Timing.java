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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;

/**
 * When a schedule is due: by a cron expression in a time zone, or at a fixed rate.
 *
 * @param cron the cron expression, or {@code null}
 * @param zone the time zone of the expression, or {@code null} beside a rate
 * @param fixedRate the time from one slot to the next, or {@code null}
 * @param initialDelay with a rate, how long after its start the schedule has its first
 * slot
 */
public record Timing(@Nullable String cron, @Nullable ZoneId zone, @Nullable Duration fixedRate,
		Duration initialDelay) {

	private static final Duration LONGEST = Duration.ofDays(3650);

	/**
	 * By a cron expression.
	 * @param cron the expression
	 * @param zone the time zone in which it is read
	 * @return the timing
	 * @throws IllegalArgumentException if it is none, or is never due
	 */
	public static Timing of(String cron, ZoneId zone) {
		Assert.isTrue(CronExpression.parse(cron).next(Instant.EPOCH.atZone(zone)) != null,
				() -> "The cron expression '" + cron + "' is never due");
		return new Timing(cron, zone, null, Duration.ZERO);
	}

	/**
	 * At a fixed rate.
	 * @param rate the time from one slot to the next
	 * @param initialDelay how long after its start the schedule has its first slot
	 * @return the timing
	 * @throws IllegalArgumentException if the rate is less than a tenth of a second, or
	 * either is longer than ten years
	 */
	public static Timing of(Duration rate, Duration initialDelay) {
		Assert.isTrue(rate.compareTo(Duration.ofMillis(100)) >= 0,
				() -> "The fixed rate must be at least 100 ms: " + rate);
		Assert.isTrue(!initialDelay.isNegative(), () -> "The initial delay must not be negative: " + initialDelay);
		Assert.isTrue(rate.compareTo(LONGEST) <= 0 && initialDelay.compareTo(LONGEST) <= 0,
				() -> "The fixed rate and the initial delay must be " + LONGEST.toDays() + " days at most: " + rate
						+ ", " + initialDelay);
		return new Timing(null, null, rate, initialDelay);
	}

	/**
	 * A time zone.
	 * @param id its id
	 * @return the zone
	 * @throws IllegalArgumentException if there is no such zone
	 */
	public static ZoneId zone(String id) {
		try {
			return ZoneId.of(id);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("'" + id + "' is no time zone: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The slots.
	 * @param start when the schedule began, from which a rate is counted
	 * @return the slots
	 */
	public Slots slots(Instant start) {
		if (this.cron != null && this.zone != null) {
			return new CronSlots(CronExpression.parse(this.cron), this.zone);
		}
		Assert.state(this.fixedRate != null, "There is neither a cron expression nor a rate");
		long rate = this.fixedRate.toMillis();
		long first = start.plus(this.initialDelay).toEpochMilli();
		return (after) -> {
			long slots = Math.floorDiv(after.toEpochMilli() - first, rate) + 1;
			return Instant.ofEpochMilli(first + Math.max(0, slots) * rate);
		};
	}

	/**
	 * The timing as the log shows it.
	 */
	@Override
	public String toString() {
		return (this.cron != null) ? this.cron + " in " + this.zone
				: "every " + this.fixedRate + (this.initialDelay.isZero() ? "" : " after " + this.initialDelay);
	}

}
