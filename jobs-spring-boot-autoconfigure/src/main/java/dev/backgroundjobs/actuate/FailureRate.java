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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.Settlement;

/**
 * Counts how many of this process's attempts failed lately, in memory, in a window that
 * slides by slices of ten seconds. Thread-safe.
 */
public final class FailureRate implements JobListener {

	private static final Duration WINDOW = Duration.ofMinutes(5);

	private static final int SLICES = 30;

	private static final long SLICE_NANOS = WINDOW.toNanos() / SLICES;

	private final LongSupplier nanoTime;

	private final long[] slice = new long[SLICES];

	private final long[] executions = new long[SLICES];

	private final long[] failures = new long[SLICES];

	public FailureRate() {
		this(System::nanoTime);
	}

	FailureRate(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public void finished(FinishedAttempt attempt) {
		if (attempt.settlement() == Settlement.STALE) {
			return;
		}
		if (attempt.outcome() instanceof JobOutcome.Succeeded) {
			count(0);
		}
		else if (attempt.outcome() instanceof JobOutcome.Retry || attempt.outcome() instanceof JobOutcome.Dead) {
			count(1);
		}
	}

	private synchronized void count(int failed) {
		long now = Math.floorDiv(this.nanoTime.getAsLong(), SLICE_NANOS);
		int index = (int) Math.floorMod(now, (long) SLICES);
		if (this.slice[index] != now) {
			this.slice[index] = now;
			this.executions[index] = 0;
			this.failures[index] = 0;
		}
		this.executions[index]++;
		this.failures[index] += failed;
	}

	/**
	 * The attempts of the last five minutes.
	 */
	synchronized Sample sample() {
		long now = Math.floorDiv(this.nanoTime.getAsLong(), SLICE_NANOS);
		long executed = 0;
		long failed = 0;
		for (int index = 0; index < SLICES; index++) {
			if (now - this.slice[index] < SLICES) {
				executed += this.executions[index];
				failed += this.failures[index];
			}
		}
		return new Sample(executed, failed);
	}

	/**
	 * Attempts of a while.
	 *
	 * @param executions how many ended well or failed
	 * @param failures how many of them failed
	 */
	record Sample(long executions, long failures) {

		/** Fewer say nothing. */
		private static final int ENOUGH = 20;

		/**
		 * Whether more than this part failed, and there were enough to tell.
		 */
		boolean exceeds(double part) {
			return this.executions >= ENOUGH && this.failures > part * this.executions;
		}

		private double percent() {
			return (this.executions > 0) ? Math.round(1000.0 * this.failures / this.executions) / 10.0 : 0;
		}

		/**
		 * The figures for the details of health.
		 */
		Map<String, Object> details() {
			Map<String, Object> details = new LinkedHashMap<>();
			details.put("percent", percent());
			details.put("failures", this.failures);
			details.put("executions", this.executions);
			details.put("of", "this process in the last " + WINDOW.toMinutes() + " minutes");
			return details;
		}

		@Override
		public String toString() {
			return percent() + " % (" + this.failures + " of " + this.executions
					+ " attempts of this process in the last " + WINDOW.toMinutes() + " minutes)";
		}

	}

}
