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

package dev.backgroundjobs.benchmarks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The time from the call that enqueued a job to the job's first statement. The job is
 * given the time of its call, or -1 if it is not to be counted.
 */
final class LatencyTally implements Tally {

	private final long[] latencies;

	private final Results results;

	private final AtomicInteger count = new AtomicInteger();

	LatencyTally(int expected, Results results) {
		this.latencies = new long[expected];
		this.results = results;
	}

	@Override
	public void ran(long calledAt) {
		long now = micros();
		int index = (calledAt >= 0) ? this.count.getAndIncrement() : this.latencies.length;
		if (index < this.latencies.length) {
			this.latencies[index] = now - calledAt;
		}
		if (index == this.latencies.length - 1) {
			this.results.write("{\"lat\": %s}", Arrays.toString(this.latencies));
		}
	}

	/**
	 * The wall clock, which processes on one machine share.
	 */
	static long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

}
