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

package dev.backgroundjobs;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A call of a job's method that is about to be enqueued, as a {@link JobInterceptor} sees
 * it. To be used while it is intercepted, on that thread.
 */
public interface JobCall {

	/**
	 * The id the job will have.
	 * @return the id
	 */
	String id();

	/**
	 * The job's name.
	 * @return the name
	 */
	String name();

	/**
	 * The queue it goes to.
	 * @return the queue
	 */
	String queue();

	/**
	 * Its priority in that queue.
	 * @return the priority, never {@link JobPriority#DEFAULT}
	 */
	JobPriority priority();

	/**
	 * The arguments, to look at: what travels was written before, so changing them
	 * changes nothing.
	 * @return the arguments, unmodifiable
	 */
	List<@Nullable Object> arguments();

	/**
	 * The headers so far.
	 * @return names and values, unmodifiable
	 */
	Map<String, String> headers();

	/**
	 * Let something travel with the job to its attempts, where it is in
	 * {@link JobExecution#headers()}. It is stored in Redis as it is, so what is secret
	 * does not belong here.
	 * @param name name of the header; one of that name is replaced
	 * @param value its value
	 * @throws PayloadTooLargeException if the headers would take more than
	 * {@code background-jobs.job.max-headers}
	 * @throws IllegalArgumentException if the name is empty or longer than 255 bytes
	 * @throws IllegalStateException if the call has been enqueued
	 */
	void header(String name, String value);

}
