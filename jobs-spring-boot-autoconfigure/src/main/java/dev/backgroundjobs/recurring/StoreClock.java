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
import java.util.function.LongSupplier;

/**
 * The clock of the store, told by its answers: jumps of this machine's clock do not
 * matter. Thread-safe.
 */
final class StoreClock {

	private final LongSupplier nanos;

	private volatile Reading last;

	StoreClock(LongSupplier nanos, Instant now) {
		this.nanos = nanos;
		this.last = new Reading(now, nanos.getAsLong());
	}

	/**
	 * The store has answered.
	 * @param now the time of its answer
	 */
	void set(Instant now) {
		this.last = new Reading(now, this.nanos.getAsLong());
	}

	Instant now() {
		Reading reading = this.last;
		return reading.time().plus(Duration.ofNanos(this.nanos.getAsLong() - reading.nanos()));
	}

	private record Reading(Instant time, long nanos) {

	}

}
