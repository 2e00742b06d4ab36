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

import java.util.Arrays;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.MethodMatchers;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Warns of job methods that are secured, where jobs have no user: the rules hold where a
 * job runs, so nobody is kept from calling it, and the job itself fails.
 */
public final class SecuredJobs implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(SecuredJobs.class);

	private static final List<String> ANNOTATIONS = List.of("org.springframework.security.access.prepost.PreAuthorize",
			"org.springframework.security.access.prepost.PostAuthorize",
			"org.springframework.security.access.annotation.Secured", "jakarta.annotation.security.RolesAllowed",
			"jakarta.annotation.security.DenyAll");

	private static final String ADVICE = "org.springframework.security.";

	private final JobMethodRegistry methods;

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a look-out for secured jobs.
	 * @param methods the job methods
	 * @param beanFactory the application's beans
	 */
	public SecuredJobs(JobMethodRegistry methods, ConfigurableListableBeanFactory beanFactory) {
		this.methods = methods;
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<PointcutAdvisor> rules = rules();
		List<String> secured = this.methods.all()
			.stream()
			.filter((job) -> isAnnotated(job) || rules.stream().anyMatch((rule) -> isAdvised(job, rule)))
			.map((job) -> JobDeclarations.describe(job.method()))
			.sorted()
			.toList();
		if (!secured.isEmpty()) {
			logger
				.warn("The job methods {} are secured, but such rules hold where a job runs, and there it has no user: "
						+ "anybody may enqueue these jobs, and they fail. Secure the methods that call them instead, or let "
						+ "jobs run as the user who called them with background-jobs.context.security=true", secured);
		}
	}

	/**
	 * Those that stand around beans by now: no bean is made for this.
	 */
	private List<PointcutAdvisor> rules() {
		return Arrays.stream(this.beanFactory.getBeanNamesForType(Advisor.class, true, false))
			.filter(this.beanFactory::containsSingleton)
			.map((name) -> this.beanFactory.getBean(name, Advisor.class))
			.filter((advisor) -> advisor.getAdvice().getClass().getName().startsWith(ADVICE))
			.filter(PointcutAdvisor.class::isInstance)
			.map(PointcutAdvisor.class::cast)
			.toList();
	}

	private static boolean isAnnotated(JobMethod job) {
		return ANNOTATIONS.stream()
			.anyMatch((annotation) -> MergedAnnotations.from(job.method(), SearchStrategy.TYPE_HIERARCHY)
				.isPresent(annotation)
					|| MergedAnnotations.from(job.type(), SearchStrategy.TYPE_HIERARCHY).isPresent(annotation));
	}

	private static boolean isAdvised(JobMethod job, PointcutAdvisor rule) {
		return rule.getPointcut().getClassFilter().matches(job.type())
				&& MethodMatchers.matches(rule.getPointcut().getMethodMatcher(), job.method(), job.type(), false);
	}

}
