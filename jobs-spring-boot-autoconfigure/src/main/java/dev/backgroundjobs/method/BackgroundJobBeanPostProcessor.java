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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Supplier;

import dev.backgroundjobs.client.JobEnqueuer;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

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
	 * @param enqueuer who takes the calls, likewise
	 */
	public BackgroundJobBeanPostProcessor(JobDeclarations declarations, Supplier<JobMethodRegistry> registry,
			Supplier<JobEnqueuer> enqueuer) {
		this.declarations = declarations;
		setBeforeExistingAdvisors(true);
		this.advisor = new DefaultPointcutAdvisor(new StaticMethodMatcherPointcut() {

			@Override
			public boolean matches(Method method, Class<?> targetClass) {
				return declarations.isJobOf(method, targetClass);
			}

		}, new BackgroundJobInterceptor(registry, enqueuer));
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (JobCallMarkBeanPostProcessor.isOursIn(bean)) {
			// another bean's proxy: a second advice would take the job for a new call
			return bean;
		}
		Class<?> type = AopUtils.getTargetClass(bean);
		// refuses what cannot work before the proxy is made, so that the message is ours
		List<Method> methods = this.declarations.of(type);
		Object proxy = super.postProcessAfterInitialization(bean, beanName);
		if (AopUtils.isJdkDynamicProxy(proxy)) {
			methods.forEach((method) -> checkOnInterface(method, proxy, type));
		}
		return proxy;
	}

	@Override
	protected void customizeProxyFactory(ProxyFactory proxyFactory) {
		Class<?> type = proxyFactory.getTargetClass();
		if (type != null && proxyFactory.isProxyTargetClass() && Modifier.isFinal(type.getModifiers())) {
			this.declarations.of(type)
				.stream()
				.findFirst()
				.ifPresent(
						(method) -> refuse(method, "belongs to a final class, which a class-based proxy cannot extend",
								"Remove 'final' (a record cannot do without), or have interface-based proxies with "
										+ "spring.aop.proxy-target-class=false"));
		}
	}

	private static void checkOnInterface(Method method, Object proxy, Class<?> type) {
		if (JobDeclarations.onInterface(method, proxy.getClass(), type) == null) {
			refuse(method, "is on none of its class's interfaces, and calls pass an interface-based proxy",
					"Declare it on an interface, or have class-based proxies with spring.aop.proxy-target-class=true, "
							+ "which is the default");
		}
	}

	private static void refuse(Method method, String problem, String action) {
		throw JobDeclarations.invalid(method, problem, action);
	}

}
