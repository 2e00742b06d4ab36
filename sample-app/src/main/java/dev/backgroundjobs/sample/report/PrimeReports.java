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

package dev.backgroundjobs.sample.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;

import org.springframework.stereotype.Component;

/**
 * Counts prime numbers, the slow way, and says how far it has come.
 */
@Component
class PrimeReports {

	private static final int SIZE = 50_000;

	@BackgroundJob("reports")
	JobHandle<PrimeReport> count(int numberOfRanges) {
		JobContext job = JobContext.current();
		List<PrimeReport.Range> ranges = new ArrayList<>();
		for (int k = 0; k < numberOfRanges; k++) {
			int from = k * SIZE;
			job.progress(k, numberOfRanges, "from " + from);
			ranges.add(new PrimeReport.Range(from, from + SIZE, primes(from, from + SIZE)));
		}
		job.progress(numberOfRanges, numberOfRanges, "done");
		job.log(numberOfRanges + " ranges of " + SIZE + " numbers counted");
		return JobHandle.completed(new PrimeReport(ranges));
	}

	private static int primes(int from, int below) {
		return (int) IntStream.range(Math.max(2, from), below)
			.filter((number) -> IntStream.rangeClosed(2, (int) Math.sqrt(number))
				.noneMatch((divisor) -> number % divisor == 0))
			.count();
	}

}
