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
 * An attempt to run a job, as a {@link JobInterceptor} sees it.
 */
public interface JobExecution {

	/**
	 * The job's id, the same in all its attempts.
	 * @return the id
	 */
	String id();

	/**
	 * The job's name.
	 * @return the name
	 */
	String name();

	/**
	 * The queue it was claimed from.
	 * @return the queue
	 */
	String queue();

	/**
	 * The number of this start, from 1; see {@link JobContext#attempt()}.
	 * @return the attempt
	 */
	int attempt();

	/**
	 * The arguments the method is called with, read from what is stored.
	 * @return the arguments, unmodifiable
	 */
	List<@Nullable Object> arguments();

	/**
	 * What {@link JobCall#header(String, String)} was given at the call. A job of a
	 * schedule has none.
	 * @return names and values, unmodifiable
	 */
	Map<String, String> headers();

}
