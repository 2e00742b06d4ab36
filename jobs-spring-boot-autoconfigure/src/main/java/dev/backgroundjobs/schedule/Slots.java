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
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

import dev.backgroundjobs.MisfirePolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The moments at which a schedule is due: the same ones, whoever asks.
 */
@FunctionalInterface
public interface Slots {

	/**
	 * The first slot after a moment.
	 * @param after the moment
	 * @return the slot, or {@code null} if there is none
	 */
	@Nullable Instant next(Instant after);

	/**
	 * The slot that is to be fired next: one that is to come, is just a little late, or
	 * was missed and is made up for.
	 * @param done up to here all slots are done with
	 * @param now the time
	 * @param misfires what becomes of slots that were missed
	 * @return the slot, or {@code null} if there is none
	 */
	default @Nullable Instant toFire(Instant done, Instant now, Misfires misfires) {
		Instant first = next(done);
		// slots are whole milliseconds, and what is in time and what was missed must not
		// leave one out
		Instant inTime = now.minus(misfires.threshold()).truncatedTo(ChronoUnit.MILLIS);
		if (first == null || !first.isBefore(inTime)) {
			return first;
		}
		Instant notMissed = next(inTime.minusMillis(1));
		return switch (misfires.policy()) {
			case SKIP -> notMissed;
			case FIRE_ALL -> earliestOfLatest(done, inTime.minusMillis(1), misfires.max());
			default -> (notMissed != null && !notMissed.isAfter(now)) ? notMissed
					: earliestOfLatest(done, inTime.minusMillis(1), 1);
		};
	}

	/**
	 * The earliest of the latest few slots of a time, of which there is one at least:
	 * looked for from its end, so that the time may be long.
	 */
	private @Nullable Instant earliestOfLatest(Instant after, Instant until, int max) {
		Duration window = Duration.ofSeconds(1);
		while (true) {
			Instant begin = until.minus(window);
			boolean all = !begin.isAfter(after);
			Deque<Instant> latest = new ArrayDeque<>();
			Instant slot = next(all ? after : begin);
			while (slot != null && !slot.isAfter(until)) {
				if (latest.size() == max) {
					latest.removeFirst();
				}
				latest.addLast(slot);
				slot = next(slot);
			}
			if (all || latest.size() == max) {
				return latest.peekFirst();
			}
			window = window.multipliedBy(2);
		}
	}

	/**
	 * What becomes of slots that were missed.
	 *
	 * @param policy the policy
	 * @param max with {@code FIRE_ALL} the most that are fired
	 * @param threshold a slot is missed when it is later than this
	 */
	record Misfires(MisfirePolicy policy, int max, Duration threshold) {

		/**
		 * The most missed slots that can be fired: each is looked for among all of them.
		 */
		public static final int MOST = 1000;

		/**
		 * Check how many missed slots are to be fired.
		 * @param max the number
		 * @return the number
		 * @throws IllegalArgumentException if it is out of range
		 */
		public static int checkMax(int max) {
			Assert.isTrue(max > 0 && max <= MOST, () -> "maxMisfires must be 1 to " + MOST + ": " + max);
			return max;
		}

	}

}
