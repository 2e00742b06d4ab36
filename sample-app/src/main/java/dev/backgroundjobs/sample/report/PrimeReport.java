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

import java.util.List;

/**
 * How many prime numbers there are, range by range.
 *
 * @param ranges the ranges, in order
 */
record PrimeReport(List<Range> ranges) {

	String toCsv() {
		StringBuilder csv = new StringBuilder("from,below,primes\n");
		this.ranges.forEach((range) -> csv.append(range.from())
			.append(',')
			.append(range.below())
			.append(',')
			.append(range.primes())
			.append('\n'));
		return csv.toString();
	}

	/**
	 * A range of numbers.
	 *
	 * @param from the first one
	 * @param below the first one after it
	 * @param primes how many of them are prime
	 */
	record Range(int from, int below, int primes) {

	}

}
