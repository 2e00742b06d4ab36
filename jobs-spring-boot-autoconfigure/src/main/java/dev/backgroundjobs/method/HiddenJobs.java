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
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.RecurringJob;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Warns of jobs that an application is likely to have and that cannot be known when it
 * starts: those of a class behind the interface that a lazy {@code @Bean} method returns.
 * Nobody would miss them before their schedule is due.
 */
final class HiddenJobs {

	private static final Logger logger = LoggerFactory.getLogger(HiddenJobs.class);

	private static final String[] NOBODYS = { "java.", "javax.", "jakarta.", "org.springframework." };

	/**
	 * Look for classes with jobs that a bean may be of, near the interface; none of them
	 * is loaded.
	 */
	void warnOf(String beanName, Class<?> type) {
		String home = type.getPackageName() + ".";
		if (type.getPackageName().isEmpty() || Stream.of(NOBODYS).anyMatch(home::startsWith)) {
			return;
		}
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AssignableTypeFilter(type));
		List<String> classes = scanner.findCandidateComponents(type.getPackageName())
			.stream()
			.filter(HiddenJobs::hasJobs)
			.map((found) -> ClassUtils.getShortName(String.valueOf(found.getBeanClassName())))
			.toList();
		if (!classes.isEmpty()) {
			logger
				.warn("Of bean '{}' only the interface {} is known when the application starts. If it is one of {}, its "
						+ "@RecurringJob methods are never run, and calls of its @BackgroundJob methods are refused: "
						+ "let the @Bean method return the class, or put the annotations on the interface, or do "
						+ "not make the bean lazy", beanName, ClassUtils.getShortName(type), classes);
		}
	}

	private static boolean hasJobs(BeanDefinition candidate) {
		AnnotationMetadata metadata = ((AnnotatedBeanDefinition) candidate).getMetadata();
		return metadata.hasAnnotatedMethods(RecurringJob.class.getName())
				|| metadata.hasAnnotatedMethods(RecurringJob.List.class.getName())
				|| metadata.hasAnnotatedMethods(BackgroundJob.class.getName());
	}

}
