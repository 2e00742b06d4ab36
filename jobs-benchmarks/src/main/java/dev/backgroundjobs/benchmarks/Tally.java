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

import java.nio.file.Path;

/**
 * Counts the jobs that have run, within this process only.
 */
interface Tally {

	/**
	 * A job runs.
	 * @param number what it was given
	 */
	void ran(long number);

	static Tally of(String mode, int expected, Path out) {
		return switch (mode) {
			case "proc" -> new ThroughputTally(expected, new Results(out));
			case "lat" -> new LatencyTally(expected, new Results(out));
			default -> (number) -> {
			};
		};
	}

}
