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
final class JobInvocationScope {

	private static final ThreadLocal<@Nullable Method> PASSING = new NamedThreadLocal<>("Passing job call");

	private JobInvocationScope() {
	}

	/**
	 * Let the next call of a method pass.
	 */
	static void open(Method method) {
		PASSING.set(method);
	}

	static void close() {
		PASSING.remove();
	}

	static boolean lets(Method method) {
		return method.equals(PASSING.get());
	}

}
