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

package dev.backgroundjobs.core;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a claim.
 *
 * @param jobs the claimed jobs; they share one lease
 * @param nextDue after which time another job becomes due, or {@code null} if none is
 * known to
 * @param expired how many jobs were not given because they were past their time
 * @param recovered the jobs that this claim found to have lost their worker
 * @param cancelled those of them that had been cancelled before, and so have ended
 * @param trimmed how many kept jobs were forgotten before their time, for lack of room
 * @param dropped how many dead letters were removed because they were too old or too many
 */
public record Claim(List<ClaimedJob> jobs, @Nullable Duration nextDue, int expired, List<RecoveredJob> recovered,
		List<CancelledJob> cancelled, int trimmed, int dropped) {

	/**
	 * A claim that found no cancelled jobs, and removed nothing.
	 */
	public Claim(List<ClaimedJob> jobs, @Nullable Duration nextDue, int expired, List<RecoveredJob> recovered) {
		this(jobs, nextDue, expired, recovered, List.of(), 0, 0);
	}

}
