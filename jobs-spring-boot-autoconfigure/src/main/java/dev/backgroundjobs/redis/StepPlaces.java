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

import java.util.List;
import java.util.regex.Pattern;

import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;

/**
 * Where a step of a chain may be that waits: the steps behind one that has not succeeded
 * are in the partition of that one, not in the one they will run in.
 */
final class StepPlaces {

	private static final Pattern STEP = Pattern.compile("[A-Za-z0-9_-]{22}\\.(\\d{1,2}|c\\d{1,3})");

	private final KnownPartitions known;

	StepPlaces(KnownPartitions known) {
		this.known = known;
	}

	/**
	 * All partitions of the namespace but the job's own, if it may wait in one of them.
	 */
	List<QueuePartition> besides(JobId id) {
		if (!STEP.matcher(id.local()).matches()) {
			return List.of();
		}
		return Answers.await(this.known.all())
			.values()
			.stream()
			.flatMap(List::stream)
			.filter((partition) -> !partition.equals(id.partition()))
			.toList();
	}

}
