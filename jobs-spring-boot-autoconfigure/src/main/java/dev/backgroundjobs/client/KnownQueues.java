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

package dev.backgroundjobs.client;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.backgroundjobs.UnknownQueueException;

/**
 * The queues that may be chosen for a call.
 */
public final class KnownQueues {

	private final Supplier<Set<String>> names;

	/**
	 * Create them.
	 * @param names finds the names of the queues; asked when a call chooses one
	 */
	public KnownQueues(Supplier<Set<String>> names) {
		this.names = names;
	}

	/**
	 * Check that a queue is known.
	 * @throws UnknownQueueException if it is not
	 */
	void check(String queue) {
		Set<String> known = this.names.get();
		if (!known.contains(queue)) {
			throw new UnknownQueueException("There is no queue '" + queue + "'; nothing was enqueued. Known are "
					+ new TreeSet<>(known) + ": a queue is known when a job method, background-jobs.queues.<name> or "
					+ "background-jobs.worker.queues names it");
		}
	}

}
