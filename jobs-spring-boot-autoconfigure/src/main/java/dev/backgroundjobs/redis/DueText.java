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

package dev.backgroundjobs.redis;

import java.time.Duration;
import java.time.Instant;

import dev.backgroundjobs.core.Due;

/**
 * When a job is due, as scripts are told.
 */
final class DueText {

	/** A record has six bytes for a time in milliseconds, which end in the year 10889. */
	private static final Instant LAST = Instant.ofEpochMilli((1L << 48) - 1);

	private static final Duration LONGEST = Duration.ofMillis(1L << 47);

	private DueText() {
	}

	static String encode(Due due) {
		if (due instanceof Due.In in && !in.delay().isNegative()) {
			return "+" + millis(in.delay());
		}
		if (due instanceof Due.After after) {
			return "w" + after.predecessor().local();
		}
		if (due instanceof Due.At at && at.time().isAfter(Instant.EPOCH)) {
			return "@" + (at.time().isBefore(LAST) ? at.time() : LAST).toEpochMilli();
		}
		return "0";
	}

	static long millis(Duration duration) {
		return ((duration.compareTo(LONGEST) < 0) ? duration : LONGEST).toMillis();
	}

}
