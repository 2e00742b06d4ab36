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
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Where processes say that they live.
 */
public interface WorkerRegistry {

	/**
	 * Say that a process lives.
	 * @param worker the worker, or {@code null} for a process that only enqueues
	 * @param knownQueues the queues this process knows
	 * @param timeToLive for how long this holds
	 * @return over how many partitions each of those queues is spread, or ever was: what
	 * has to be worked on
	 */
	CompletionStage<Map<String, Integer>> heartbeat(@Nullable WorkerDescription worker, Collection<String> knownQueues,
			Duration timeToLive);

	/**
	 * Where the workers meet that share jobs.
	 * @return namespace and server, for the log
	 */
	String location();

	/**
	 * Say that a worker stops.
	 * @param id the worker's id
	 * @return the store's answer
	 */
	CompletionStage<?> leave(String id);

}
