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

import java.util.List;

/**
 * All processes that share a namespace, and the server they share, at about one moment.
 *
 * @param queues the figures of every queue that any process knows, by name
 * @param workers the processes that have said lately that they work
 * @param eviction what the server does when its memory is full
 */
public record Deployment(List<QueueFigures> queues, List<WorkerDescription> workers, Eviction eviction) {

	/**
	 * What the server does when its memory is full.
	 *
	 * @param policy the policy's name, of several servers with different ones all names,
	 * or {@code unknown} if this process may not ask
	 * @param mayTakeJobs whether jobs may be thrown away
	 * @param evictedKeys how many keys have been thrown away since the server started,
	 * whoever wrote them
	 */
	public record Eviction(String policy, boolean mayTakeJobs, long evictedKeys) {

	}

}
