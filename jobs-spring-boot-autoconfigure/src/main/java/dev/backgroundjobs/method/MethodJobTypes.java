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

package dev.backgroundjobs.method;

import java.util.List;
import java.util.function.Predicate;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.JobTypes;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of jobs that the job methods of the application make.
 */
public final class MethodJobTypes implements JobTypes {

	private static final String CALL = "call";

	private final JobMethodRegistry methods;

	private final SettingOrigins origins;

	/**
	 * Create them.
	 * @param methods the job methods
	 * @param configured what is configured beside the annotations
	 * @param isSet whether somebody has set a property
	 */
	public MethodJobTypes(JobMethodRegistry methods, ConfiguredSettings configured, Predicate<String> isSet) {
		this.methods = methods;
		this.origins = new SettingOrigins(configured, isSet);
	}

	@Override
	public List<String> names() {
		return this.methods.all().stream().map((method) -> method.definition().name()).toList();
	}

	@Override
	public boolean isKnown(String name) {
		return this.methods.find(name) != null;
	}

	@Override
	public @Nullable JobType find(String name) {
		JobMethod method = this.methods.find(name);
		return (method != null) ? new JobType(method.definition().name(), method.definition().aliases(),
				JobDeclarations.describe(method.method()), method.beanName(),
				settings(method, method.definition().queue())) : null;
	}

	private List<JobSetting> settings(JobMethod method, String queue) {
		return this.origins.of(method.definition().name(), this.methods.annotated(method), queue);
	}

	@Override
	public List<JobSetting> settings(String name, String queue, JobPriority priority) {
		JobMethod method = this.methods.find(name);
		if (method == null) {
			return List.of();
		}
		return settings(method, queue).stream().map((setting) -> switch (setting.name()) {
			case "queue" -> ofCall(setting, queue);
			case "priority" -> ofCall(setting, priority.name());
			default -> setting;
		}).toList();
	}

	/**
	 * Only a call's own options travel with the job.
	 */
	private static JobSetting ofCall(JobSetting setting, String value) {
		return setting.value().equals(value) ? setting : new JobSetting(setting.name(), value, CALL);
	}

}
