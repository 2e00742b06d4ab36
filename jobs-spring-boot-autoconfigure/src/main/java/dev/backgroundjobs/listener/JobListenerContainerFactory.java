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

/**
 * Makes containers. Those of {@code background-jobs.worker} are made at the start;
 * further ones may be made while the registry runs. Thread-safe.
 */
public interface JobListenerContainerFactory {

	/**
	 * Make a container. The {@link JobListenerContainerRegistry} holds it under its id
	 * until the registry stops, and then stops it, too. It claims nothing until it is
	 * started.
	 * @param options what it works on
	 * @return the container
	 * @throws IllegalStateException if the registry does not run, or this process has a
	 * container of that id or works on one of the queues already
	 */
	JobListenerContainer createContainer(JobListenerContainerOptions options);

}
