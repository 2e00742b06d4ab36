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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.client.JobEnqueuer;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.util.function.SingletonSupplier;

/**
 * Turns a call of a job method into a job, unless the call is the job.
 */
final class BackgroundJobInterceptor implements MethodInterceptor {

	private final Supplier<JobMethodRegistry> registry;

	private final Supplier<JobEnqueuer> enqueuer;

	private final Map<MethodClassKey, Method> methods = new ConcurrentHashMap<>();

	BackgroundJobInterceptor(Supplier<JobMethodRegistry> registry, Supplier<JobEnqueuer> enqueuer) {
		this.registry = SingletonSupplier.of(registry);
		this.enqueuer = SingletonSupplier.of(enqueuer);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Class<?> type = targetClass(invocation);
		Method method = method(invocation.getMethod(), type);
		JobInvocationScope scope = JobInvocationScope.lets(method);
		if (scope == null) {
			JobCallMark.refuseCallFromAnotherThread(invocation, method);
			JobHandle<?> handle = this.enqueuer.get()
				.call(this.registry.get().called(method, type, invocation.getThis()), invocation.getArguments());
			return (method.getReturnType() == void.class) ? null : handle;
		}
		scope.pass();
		try {
			return invocation.proceed();
		}
		finally {
			scope.reopen();
		}
	}

	private Method method(Method called, Class<?> type) {
		return this.methods.computeIfAbsent(new MethodClassKey(called, type),
				(key) -> AopUtils.getMostSpecificMethod(called, type));
	}

	static Class<?> targetClass(MethodInvocation invocation) {
		Object target = invocation.getThis();
		return (target != null) ? AopUtils.getTargetClass(target) : invocation.getMethod().getDeclaringClass();
	}

}
