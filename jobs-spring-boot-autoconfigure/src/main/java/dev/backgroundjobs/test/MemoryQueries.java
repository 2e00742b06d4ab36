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

package dev.backgroundjobs.test;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.WaitingNames;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.core.WorkerNamespaces;

/**
 * What is the same for all jobs in memory: there are no other processes, and whatever is
 * enqueued here is known here.
 */
interface MemoryQueries extends JobQueries {

	@Override
	default WaitingNames waitingNames(String queue) {
		return new WaitingNames(0, Map.of());
	}

	@Override
	default List<WorkerDescription> workers() {
		return List.of();
	}

	@Override
	default WorkerNamespaces namespaces() {
		return new WorkerNamespaces("memory", Set.of());
	}

}
