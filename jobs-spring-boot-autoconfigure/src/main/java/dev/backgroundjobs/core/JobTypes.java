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

import dev.backgroundjobs.JobPriority;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of jobs that this build can run.
 */
public interface JobTypes {

	/**
	 * Their names.
	 * @return the names, without aliases
	 */
	List<String> names();

	/**
	 * Whether jobs of a name can be run.
	 * @param name a name or an alias
	 * @return whether it is known
	 */
	boolean isKnown(String name);

	/**
	 * Describe a kind of job.
	 * @param name its name or an alias
	 * @return the kind, or {@code null} if there is none
	 */
	@Nullable JobType find(String name);

	/**
	 * The settings that hold for a job.
	 * @param name its name
	 * @param queue the queue it is in
	 * @param priority its priority
	 * @return the settings; none if the name is not known
	 */
	List<JobSetting> settings(String name, String queue, JobPriority priority);

	/**
	 * A kind of job.
	 *
	 * @param name its name
	 * @param aliases its former names
	 * @param method the method that runs
	 * @param bean the bean the method belongs to
	 * @param settings what holds for its calls that say nothing else
	 */
	record JobType(String name, List<String> aliases, String method, String bean, List<JobSetting> settings) {

	}

	/**
	 * A setting and where it comes from.
	 *
	 * @param name the setting, as properties call it
	 * @param value its value
	 * @param origin the property, the attribute of the annotation, {@code call} or
	 * {@code built-in}
	 */
	record JobSetting(String name, String value, String origin) {

	}

}
