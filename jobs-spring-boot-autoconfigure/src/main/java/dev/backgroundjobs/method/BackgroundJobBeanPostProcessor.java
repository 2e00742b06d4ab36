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

import java.util.function.Supplier;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobCalls;

import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;

/**
 * Gives beans with job methods the advice that turns calls into jobs, in front of all
 * other advice.
 */
@SuppressWarnings("serial")
public final class BackgroundJobBeanPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	private final transient JobDeclarations declarations;

	/**
	 * Create a post-processor.
	 * @param declarations finds job methods
	 * @param registry the registry, asked for when the first job method is called
	 * @param calls who takes the calls, likewise
	 */
	public BackgroundJobBeanPostProcessor(JobDeclarations declarations, Supplier<JobMethodRegistry> registry,
			Supplier<JobCalls> calls) {
		this.declarations = declarations;
		setBeforeExistingAdvisors(true);
		this.advisor = new DefaultPointcutAdvisor(
				new ComposablePointcut(new AnnotationMatchingPointcut(null, BackgroundJob.class, true))
					.union((Pointcut) new AnnotationMatchingPointcut(null, RecurringJob.class, true)),
				new BackgroundJobInterceptor(registry, calls));
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		// refuses what cannot work before the proxy is made, so that the message is ours
		this.declarations.of(AopUtils.getTargetClass(bean));
		return super.postProcessAfterInitialization(bean, beanName);
	}

}
