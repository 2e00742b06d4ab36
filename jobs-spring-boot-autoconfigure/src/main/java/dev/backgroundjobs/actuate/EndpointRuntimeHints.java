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

package dev.backgroundjobs.actuate;

import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.core.JobTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * What a native image needs to know of the endpoint: operations return {@code Object}, so
 * the types of the answers are not to be seen from their signatures. They are the records
 * of this package, and what lists of them are made of.
 */
final class EndpointRuntimeHints implements RuntimeHintsRegistrar {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		ClassPathScanningCandidateComponentProvider records = new ClassPathScanningCandidateComponentProvider(false);
		records.addIncludeFilter(new AssignableTypeFilter(Record.class));
		records.findCandidateComponents(getClass().getPackageName())
			.forEach((type) -> register(hints,
					ClassUtils.resolveClassName(String.valueOf(type.getBeanClassName()), classLoader)));
		register(hints, JobTypes.JobType.class);
		register(hints, JobScheduleInfo.class);
	}

	private void register(RuntimeHints hints, Class<?> answer) {
		this.binding.registerReflectionHints(hints.reflection(), answer);
	}

}
