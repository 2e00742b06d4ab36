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

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A process that works on queues.
 *
 * @param id its id, drawn at every start
 * @param host its host
 * @param pid its process id
 * @param startedAt when it started
 * @param queues the queues it works on, with the number of jobs it runs of each at a time
 * @param busy how many jobs it runs now
 * @param running the ids of those jobs, at most {@link #MOST_NAMED} of them
 */
public record WorkerDescription(String id, String host, long pid, Instant startedAt, Map<String, Integer> queues,
		int busy, List<String> running) {

	/**
	 * How many running jobs a worker names.
	 */
	public static final int MOST_NAMED = 20;

}
