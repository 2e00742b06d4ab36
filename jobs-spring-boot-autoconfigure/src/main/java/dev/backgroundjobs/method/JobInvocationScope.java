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

import org.jspecify.annotations.Nullable;

import org.springframework.core.NamedThreadLocal;

/**
 * The one call on this thread that is the job itself and therefore passes the
 * interceptor.
 */
final class JobInvocationScope implements AutoCloseable {

	private static final ThreadLocal<@Nullable JobInvocationScope> CURRENT = new NamedThreadLocal<>("Passing job call");

	private final Method method;

	private boolean passed;

	private JobInvocationScope(Method method) {
		this.method = method;
	}

	/**
	 * Let the calls of a method pass on this thread.
	 */
	static JobInvocationScope open(Method method) {
		JobInvocationScope scope = new JobInvocationScope(method);
		CURRENT.set(scope);
		return scope;
	}

	/**
	 * The scope that lets a method pass, or {@code null}.
	 */
	static @Nullable JobInvocationScope lets(Method method) {
		JobInvocationScope scope = CURRENT.get();
		return (scope != null && scope.method.equals(method)) ? scope : null;
	}

	/**
	 * The call has come through; until it ends, others of the method are calls like any
	 * other.
	 */
	void pass() {
		this.passed = true;
		CURRENT.remove();
	}

	/**
	 * The call has ended. An advice in front of us may call again, to retry in place.
	 */
	void reopen() {
		CURRENT.set(this);
	}

	boolean hasPassed() {
		return this.passed;
	}

	@Override
	public void close() {
		CURRENT.remove();
	}

}
