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

import java.util.Map;

import dev.backgroundjobs.JobPriority;

/**
 * A call of a job's method, as it is stored.
 *
 * @param id the job's id
 * @param name name of the job, under which a worker finds the method
 * @param arguments the arguments, encoded by a {@link JobPayloadCodec}
 * @param retained whether the caller wants to see the job's end: it is kept for a while
 * @param priority how urgent it is
 * @param headers what travels from the caller to the job beside the arguments, such as
 * the context of a trace
 */
public record Job(JobId id, String name, byte[] arguments, boolean retained, JobPriority priority,
		Map<String, String> headers) {

	public Job {
		headers = Map.copyOf(headers);
	}

	/**
	 * A job without headers.
	 */
	public Job(JobId id, String name, byte[] arguments, boolean retained, JobPriority priority) {
		this(id, name, arguments, retained, priority, Map.of());
	}

	public String queue() {
		return this.id.queue();
	}

}
