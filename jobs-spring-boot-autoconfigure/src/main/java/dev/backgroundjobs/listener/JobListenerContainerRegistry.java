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

package dev.backgroundjobs.listener;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Holds the containers of this process. It is a bean: started with the application, and
 * stopped beside the web server's graceful shutdown, when running jobs may go on for
 * {@code background-jobs.worker.shutdown-timeout}. Thread-safe.
 */
public interface JobListenerContainerRegistry extends SmartLifecycle {

	/**
	 * The containers of this process.
	 * @return the containers, one per queue or pool; none while the registry is stopped
	 */
	Collection<JobListenerContainer> getContainers();

	/**
	 * Find a container.
	 * @param id its id, which is the name of its queue or pool
	 * @return the container, or {@code null} if this process has none of that id
	 */
	default @Nullable JobListenerContainer getContainer(String id) {
		return getContainers().stream().filter((container) -> container.getId().equals(id)).findFirst().orElse(null);
	}

}
