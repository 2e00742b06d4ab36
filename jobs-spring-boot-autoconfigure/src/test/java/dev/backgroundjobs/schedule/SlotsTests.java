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
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.backgroundjobs.MisfirePolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When schedules are due: what a calendar does to them, and which slots are made up for.
 */
class SlotsTests {

	private static final Duration LATE = Duration.ofSeconds(10);

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					Europe/Berlin       | 0 30 2 * * *    | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
					Europe/Berlin       | 0 0 3 * * *     | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T03:00+02:00
					Europe/Berlin       | 0 15,45 2 * * * | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:15+02:00
					Europe/Berlin       | 0 5/30 * * * *  | 2026-03-29T00:30Z | 2026-03-29T01:35+01:00 2026-03-29T03:05+02:00
					America/New_York    | 0 30 2 * * *    | 2026-03-07T12:00Z | 2026-03-08T03:00-04:00 2026-03-09T02:30-04:00
					Australia/Lord_Howe | 0 15 2 * * *    | 2026-10-03T12:00Z | 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00
					Australia/Lord_Howe | 0 0/15 * * * *  | 2026-10-03T15:05Z | 2026-10-04T01:45+10:30 2026-10-04T02:30+11:00 2026-10-04T02:45+11:00
					""")
	void whatIsInTheSkippedHourComesAtItsEnd(ZoneId zone, String cron, OffsetDateTime from, String expected) {
		assertThat(slots(zone, cron, from, expected)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					Europe/Berlin       | 0 30 2 * * *    | 2026-10-24T12:00Z | 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00
					Europe/Berlin       | 0 30 2 * * *    | 2026-10-25T01:10Z | 2026-10-26T02:30+01:00
					Europe/Berlin       | 0 15 2-3 * * *  | 2026-10-24T12:00Z | 2026-10-25T02:15+02:00 2026-10-25T03:15+01:00
					Europe/Berlin       | 0  0 * * * *    | 2026-10-24T23:40Z | 2026-10-25T02:00+02:00 2026-10-25T02:00+01:00 2026-10-25T03:00+01:00
					Europe/Berlin       | 0 0/30 * * * *  | 2026-10-24T23:40Z | 2026-10-25T02:00+02:00 2026-10-25T02:30+02:00 2026-10-25T02:00+01:00 2026-10-25T02:30+01:00 2026-10-25T03:00+01:00
					America/New_York    | 0 30 1 * * *    | 2026-10-31T12:00Z | 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00
					America/New_York    | @hourly         | 2026-11-01T04:30Z | 2026-11-01T01:00-04:00 2026-11-01T01:00-05:00 2026-11-01T02:00-05:00
					Australia/Lord_Howe | 0 45 1 * * *    | 2026-04-04T12:00Z | 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30
					Australia/Lord_Howe | 0 0/15 * * * *  | 2026-04-04T14:20Z | 2026-04-05T01:30+11:00 2026-04-05T01:45+11:00 2026-04-05T01:30+10:30 2026-04-05T01:45+10:30 2026-04-05T02:00+10:30
					""")
	void whatIsInTheDoubledHourComesOnce(ZoneId zone, String cron, OffsetDateTime from, String expected) {
		assertThat(slots(zone, cron, from, expected)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					Europe/Berlin    | 0 0 3 29 2 *    | 2026-01-01T00:00Z | 2028-02-29T03:00+01:00 2032-02-29T03:00+01:00
					Europe/Berlin    | 0 0 3 L * *     | 2028-01-01T00:00Z | 2028-01-31T03:00+01:00 2028-02-29T03:00+01:00 2028-03-31T03:00+02:00
					America/New_York | 0 0 0 31 * *    | 2026-03-01T12:00Z | 2026-03-31T00:00-04:00 2026-05-31T00:00-04:00
					Australia/Lord_Howe | 0 30 23 L * *  | 2028-02-01T00:00Z | 2028-02-29T23:30+11:00 2028-03-31T23:30+11:00 2028-04-30T23:30+10:30
					Australia/Lord_Howe | 0 0 2 29 2 *   | 2026-01-01T00:00Z | 2028-02-29T02:00+11:00 2032-02-29T02:00+11:00
					America/New_York | 0 0 2 29 2 *     | 2026-01-01T00:00Z | 2028-02-29T02:00-05:00 2032-02-29T02:00-05:00
					America/New_York | 0 0 8 * * MON#1 | 2026-11-01T12:00Z | 2026-11-02T08:00-05:00 2026-12-07T08:00-05:00
					""")
	void monthsEndWhenTheyEnd(ZoneId zone, String cron, OffsetDateTime from, String expected) {
		assertThat(slots(zone, cron, from, expected)).isEqualTo(expected);
	}

	/**
	 * Written down minute by minute what a clock on the wall shows.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC" })
	void everyDayOfTheYearHasItsSlotOnce(ZoneId zone) {
		Instant begin = Instant.parse("2026-01-01T00:00:30Z");
		Instant end = begin.plus(Duration.ofDays(365));
		for (int minute = 0; minute < 4 * 60; minute += 15) {
			Slots daily = Timing.of("0 %d %d * * *".formatted(minute % 60, minute / 60), zone).slots(begin);
			List<Instant> slots = all(daily, begin, end);
			assertThat(slots).hasSize(365);
			assertThat(slots.stream().map((slot) -> LocalDateTime.ofInstant(slot, zone).toLocalDate()))
				.doesNotHaveDuplicates();
		}
		Slots quarters = Timing.of("0 */15 * * * *", zone).slots(begin);
		assertThat(all(quarters, begin, end)).as("every quarter of an hour that passes").hasSize(365 * 24 * 4);
	}

	@Test
	void rateIsCountedFromTheStart() {
		Instant start = Instant.parse("2026-05-04T10:00:00.250Z");
		Slots slots = Timing.of(Duration.ofSeconds(40), Duration.ofSeconds(15)).slots(start);
		assertThat(slots.next(start.minusSeconds(3600))).isEqualTo(start.plusSeconds(15));
		assertThat(slots.next(start.plusSeconds(15))).isEqualTo(start.plusSeconds(55));
		assertThat(slots.next(start.plusSeconds(94))).isEqualTo(start.plusSeconds(95));
		assertThatIllegalArgumentException().isThrownBy(() -> Timing.of(Duration.ofMillis(99), Duration.ZERO))
			.withMessageContaining("at least 100 ms");
	}

	@Test
	void expressionThatIsNeverDueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Timing.of("0 0 0 31 2 *", ZoneId.of("UTC")))
			.withMessageContaining("never due");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Timing.of(Duration.ofMinutes(1), Duration.ofMillis(Long.MAX_VALUE)))
			.withMessageContaining("3650 days at most");
		assertThatIllegalArgumentException().isThrownBy(() -> Timing.zone("Mars/Olympus"))
			.withMessageContaining("Mars/Olympus");
	}

	@ParameterizedTest
	@CsvSource({
			// to come, or a little late: fired under each policy
			"FIRE_ONCE, 12:00:00, 12:00:30, 12:01:00", "SKIP, 12:00:00, 12:01:09, 12:01:00",
			"FIRE_ALL, 12:00:00, 12:01:09, 12:01:00", "SKIP, 12:00:00, 12:01:10, 12:01:00",
			"FIRE_ALL, 12:00:00, 12:01:10.0005, 12:01:00", "SKIP, 12:00:00, 12:01:10.0005, 12:01:00",
			// one was missed
			"FIRE_ONCE, 12:00:00, 12:01:11, 12:01:00", "SKIP, 12:00:00, 12:01:11, 12:02:00",
			// many were missed
			"FIRE_ONCE, 09:00:00, 12:01:30, 12:01:00", "SKIP, 09:00:00, 12:01:30, 12:02:00",
			"FIRE_ALL, 09:00:00, 12:01:30, 11:59:00", "FIRE_ALL, 11:59:00, 12:01:30, 12:00:00",
			"FIRE_ALL, 12:01:00, 12:01:30, 12:02:00",
			// the one that is just late makes up for those before
			"FIRE_ONCE, 09:00:00, 12:01:05, 12:01:00", "SKIP, 09:00:00, 12:01:05, 12:01:00",
			"FIRE_ALL, 09:00:00, 12:01:05, 11:58:00" })
	void policySaysWhatIsMadeUpFor(MisfirePolicy policy, String done, String now, String expected) {
		Slots minutes = Timing.of("0 * * * * *", ZoneId.of("UTC")).slots(Instant.EPOCH);
		Slots.Misfires misfires = new Slots.Misfires(policy, 3, LATE);
		assertThat(minutes.toFire(at(done), at(now), misfires)).isEqualTo(at(expected));
	}

	/**
	 * As nodes do it: each slot that is to be fired is done with then, and the clock goes
	 * on; with one node that comes back from an absence of half a day.
	 */
	@ParameterizedTest
	@CsvSource({ "Europe/Berlin, 2026-10-24T12:00:00Z, 25", "America/New_York, 2026-10-31T12:00:00Z, 25",
			"Australia/Lord_Howe, 2026-04-04T06:00:00Z, 25", "Europe/Berlin, 2026-03-28T12:00:00Z, 24",
			"America/New_York, 2026-03-07T12:00:00Z, 24", "Australia/Lord_Howe, 2026-10-03T06:00:00Z, 24" })
	void hourlyScheduleIsFiredOnceAnHourThoughTheClockIsSet(ZoneId zone, Instant begin, int hours) {
		Slots hourly = Timing.of("0 30 * * * *", zone).slots(begin);
		Slots.Misfires all = new Slots.Misfires(MisfirePolicy.FIRE_ALL, 100, LATE);
		List<Instant> fired = new ArrayList<>();
		Instant end = begin.plus(Duration.ofHours(hours));
		Instant done = begin;
		for (Instant now = begin.plus(Duration.ofHours(12)); now.isBefore(end); now = now.plusSeconds(60)) {
			Instant slot = hourly.toFire(done, now, all);
			while (slot != null && !slot.isAfter(now)) {
				fired.add(slot);
				done = slot;
				slot = hourly.toFire(done, now, all);
			}
		}
		assertThat(fired).doesNotHaveDuplicates().isSorted().isEqualTo(all(hourly, begin, end.minusSeconds(60)));
	}

	@Test
	void longAbsenceIsNotWalkedThrough() {
		Counted seconds = new Counted(Timing.of("* * * * * *", ZoneId.of("UTC")).slots(Instant.EPOCH));
		Instant now = Instant.parse("2026-05-04T12:00:30Z");
		Instant yearsAgo = now.minus(Duration.ofDays(1000));
		assertThat(seconds.toFire(yearsAgo, now, new Slots.Misfires(MisfirePolicy.FIRE_ALL, 100, LATE)))
			.isEqualTo(now.minusSeconds(110));
		assertThat(seconds.asked).isLessThan(1000);
	}

	private static Instant at(String time) {
		return Instant.parse("2026-05-04T" + time + "Z");
	}

	private static List<Instant> all(Slots slots, Instant after, Instant until) {
		return Stream.iterate(slots.next(after), (slot) -> slot != null && !slot.isAfter(until), slots::next).toList();
	}

	private static String slots(ZoneId zone, String cron, OffsetDateTime from, String expected) {
		Slots slots = Timing.of(cron, zone).slots(Instant.EPOCH);
		List<String> found = new ArrayList<>();
		Instant slot = from.toInstant();
		for (int k = 0; k < expected.split(" ").length && slot != null; k++) {
			slot = slots.next(slot);
			found.add((slot != null) ? slot.atZone(zone).toOffsetDateTime().toString() : "none");
		}
		return String.join(" ", found);
	}

	/**
	 * Counts how often it is asked.
	 */
	private static final class Counted implements Slots {

		private final Slots slots;

		private int asked;

		Counted(Slots slots) {
			this.slots = slots;
		}

		@Override
		public @Nullable Instant next(Instant after) {
			this.asked++;
			return this.slots.next(after);
		}

	}

}
