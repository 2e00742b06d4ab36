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
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The slots of a cron expression in a time zone. When clocks are turned back, a time of
 * day comes twice, and its slot is the first of them; when they are turned forward, a
 * time of day is left out, and its slot is the moment at which that happens. An
 * expression whose hour begins with {@code *} means an interval, and goes by the time
 * that passes: its slots come in both of the doubled hours, and none is made up for.
 */
final class CronSlots implements Slots {

	private static final int HOUR = 2;

	private final CronExpression cron;

	private final ZoneRules zone;

	private final boolean interval;

	CronSlots(CronExpression cron, ZoneId zone) {
		this.cron = cron;
		this.zone = zone.getRules();
		this.interval = cron.toString().trim().split("\\s+")[HOUR].startsWith("*");
	}

	/**
	 * Goes from one change of the clocks to the next; in between a zone has no rules to
	 * mind.
	 */
	@Override
	public @Nullable Instant next(Instant after) {
		Instant begin = after;
		ZoneOffset offset = this.zone.getOffset(after);
		LocalDateTime from = from(after, offset);
		while (true) {
			LocalDateTime slot = this.cron.next(from);
			ZoneOffsetTransition change = this.zone.nextTransition(begin);
			if (slot == null || change == null || slot.isBefore(change.getDateTimeBefore())) {
				return (slot != null) ? slot.toInstant(offset) : null;
			}
			begin = change.getInstant();
			offset = change.getOffsetAfter();
			if (change.isGap() && !this.interval && slot.isBefore(change.getDateTimeAfter())) {
				return begin;
			}
			boolean again = change.isOverlap() && this.interval;
			from = ((change.isGap() || again) ? change.getDateTimeAfter() : change.getDateTimeBefore()).minusNanos(1);
		}
	}

	private LocalDateTime from(Instant after, ZoneOffset offset) {
		LocalDateTime local = LocalDateTime.ofInstant(after, offset);
		ZoneOffsetTransition change = this.zone.getTransition(local);
		boolean secondTime = change != null && change.isOverlap() && offset.equals(change.getOffsetAfter());
		return (secondTime && !this.interval) ? change.getDateTimeBefore().minusNanos(1) : local;
	}

}
