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

import dev.backgroundjobs.NonRetryableJobException;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;

/**
 * Stands in front of all other advice of a job method and marks the calls that are jobs,
 * so that a call that changes its thread on the way to us is not taken for a new one.
 */
final class JobCallMark implements MethodInterceptor {

	private static final String MARK = JobCallMark.class.getName();

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(),
				BackgroundJobInterceptor.targetClass(invocation));
		if (JobInvocationScope.lets(method) != null && invocation instanceof ProxyMethodInvocation proxied) {
			proxied.setUserAttribute(MARK, Boolean.TRUE);
		}
		return invocation.proceed();
	}

	static void refuseCallFromAnotherThread(MethodInvocation invocation, Method method) {
		if (invocation instanceof ProxyMethodInvocation proxied && proxied.getUserAttribute(MARK) != null) {
			throw notRun(method);
		}
	}

	/**
	 * Trying again would not help: the advice would be the same.
	 */
	static NonRetryableJobException notRun(Method method) {
		return new NonRetryableJobException("Job method " + JobDeclarations.describe(method)
				+ " was not run: an advice in front of it moved the call to another thread, or did not pass it on. "
				+ "Remove that advice from the method, or give it an order behind the one of background jobs");
	}

}
