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

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

import com.sun.management.OperatingSystemMXBean;

/**
 * The time from the start of the first job to the start of the last, and how many jobs
 * have run twice.
 */
final class ThroughputTally implements Tally {

	private final int expected;

	private final Results results;

	private final AtomicInteger count = new AtomicInteger();

	private final AtomicInteger duplicates = new AtomicInteger();

	private final AtomicIntegerArray seen;

	private final double[] quarters = new double[4];

	private volatile long start;

	private volatile long cpuAtStart;

	ThroughputTally(int expected, Results results) {
		this.expected = expected;
		this.results = results;
		this.seen = new AtomicIntegerArray(expected);
	}

	@Override
	public void ran(long number) {
		int now = this.count.incrementAndGet();
		if (now == 1) {
			this.cpuAtStart = cpu();
			this.start = System.nanoTime();
		}
		if (this.seen.getAndIncrement((int) number) != 0) {
			this.duplicates.incrementAndGet();
		}
		if (now <= this.expected && now % (this.expected / 4) == 0) {
			this.quarters[now / (this.expected / 4) - 1] = seconds();
		}
		if (now == this.expected) {
			this.results.write("{\"n\": %d, \"sec\": %f, \"dups\": %d, \"cpu\": %f, \"q\": %s}", this.expected,
					seconds(), this.duplicates.get(), (cpu() - this.cpuAtStart) / 1e9, Arrays.toString(this.quarters));
		}
	}

	private double seconds() {
		return (System.nanoTime() - this.start) / 1e9;
	}

	private static long cpu() {
		return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}

}
