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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the runs that go on for long, and tells the log once of each where it is.
 */
final class LongRuns {

	private static final Logger logger = LoggerFactory.getLogger(LongRuns.class);

	private static final Duration MOST_OFTEN = Duration.ofMillis(100);

	private static final Duration AT_LEAST = Duration.ofMinutes(1);

	private final LeaseKeeper leases;

	private final Duration limit;

	private final Set<JobRun> told = new HashSet<>();

	LongRuns(LeaseKeeper leases, Duration limit) {
		this.leases = leases;
		this.limit = limit;
	}

	/**
	 * How often to look.
	 */
	Duration interval() {
		Duration tenth = this.limit.dividedBy(10);
		if (tenth.compareTo(MOST_OFTEN) < 0) {
			return MOST_OFTEN;
		}
		return (tenth.compareTo(AT_LEAST) > 0) ? AT_LEAST : tenth;
	}

	/**
	 * The runs that go on for long.
	 */
	static List<JobRun> among(List<JobRun> runs, Duration limit) {
		return runs.stream().filter((run) -> run.isRunning() && run.elapsed().compareTo(limit) >= 0).toList();
	}

	/**
	 * Tell of those that were not told of yet. Called on one thread.
	 */
	void look() {
		List<JobRun> now = among(this.leases.open(), this.limit);
		this.told.retainAll(now);
		for (JobRun run : now) {
			if (this.told.add(run)) {
				logger.warn(
						"Job {} '{}' has been running for {} (background-jobs.job.long-running={}) and goes on. "
								+ "Other jobs of queue '{}' do without its slot. It is here:",
						run.claimed().job().name(), run.id(), Duration.ofSeconds(run.elapsed().toSeconds()), this.limit,
						run.claimed().job().queue(), run.position());
			}
		}
	}

}
