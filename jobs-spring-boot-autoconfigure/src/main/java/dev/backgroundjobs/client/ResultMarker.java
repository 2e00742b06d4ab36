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

package dev.backgroundjobs.client;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import dev.backgroundjobs.core.JobDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.objenesis.ObjenesisException;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.objenesis.instantiator.sun.UnsafeFactoryInstantiator;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Stands for the result of a job while a call is recorded that will be given it: an
 * object of its type that nobody else has, made without a constructor.
 *
 * @param value the object
 */
record ResultMarker(Object value) {

	private static final SpringObjenesis OBJENESIS = new SpringObjenesis();

	/** Of these a value is drawn, so that it is known again where it is unboxed. */
	private static final Map<Class<?>, Supplier<Object>> NUMBERS = Map.of(Integer.class,
			() -> ThreadLocalRandom.current().nextInt(1 << 30, Integer.MAX_VALUE), Long.class,
			() -> ThreadLocalRandom.current().nextLong(1L << 60, Long.MAX_VALUE), Double.class,
			() -> ThreadLocalRandom.current().nextDouble(1e6, 1e9), Float.class,
			() -> ThreadLocalRandom.current().nextFloat(1e6f, 1e9f));

	/**
	 * A marker for the result of a job.
	 * @throws IllegalArgumentException if it has none
	 */
	static ResultMarker of(JobDefinition job) {
		Type type = job.resultType();
		Class<?> raw = (type != null) ? ResolvableType.forType(type).resolve() : null;
		Assert.isTrue(type != null && raw != Void.class,
				() -> "Job '" + job.name() + "' has no result for the next step: let its method return "
						+ "JobHandle<...>, or begin the next lambda with '() ->'");
		Assert.isTrue(raw != null, () -> "The result type of job '" + job.name() + "' is no class: " + type);
		try {
			return new ResultMarker(instance(raw));
		}
		catch (RuntimeException | LinkageError ex) {
			throw new IllegalArgumentException("Of " + raw.getName() + ", the result of job '" + job.name()
					+ "', nothing can be made that stands for it: let the job return another type", ex);
		}
	}

	/**
	 * A marker for the results of several jobs.
	 */
	static ResultMarker ofList() {
		return new ResultMarker(proxy(List.class));
	}

	private static Object instance(Class<?> type) {
		Supplier<Object> number = NUMBERS.get(type);
		if (number != null) {
			return number.get();
		}
		if (type.isArray()) {
			return Array.newInstance(type.getComponentType(), 0);
		}
		if (type.isSealed() && Modifier.isAbstract(type.getModifiers())) {
			return instance(type.getPermittedSubclasses()[0]);
		}
		if (type.isInterface()) {
			return proxy(type);
		}
		try {
			return OBJENESIS.newInstance(type, false);
		}
		catch (ObjenesisException ex) {
			// a native image allocates what is registered for it, and nothing else
			return new UnsafeFactoryInstantiator<>(type).newInstance();
		}
	}

	private static Object proxy(Class<?> type) {
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
			if (method.getName().equals("toString") && method.getParameterCount() == 0) {
				return "the result of the step before";
			}
			throw new IllegalStateException("The result of the step before does not exist yet: pass it on as it is, "
					+ "and take it apart inside the job");
		});
	}

	/**
	 * Whether an argument is this very object.
	 * @param parameter the type of the parameter
	 */
	boolean is(@Nullable Object argument, Type parameter) {
		boolean unboxed = parameter instanceof Class<?> type && type.isPrimitive()
				&& ClassUtils.resolvePrimitiveIfNecessary(type) == this.value.getClass()
				&& NUMBERS.containsKey(this.value.getClass());
		return argument == this.value || unboxed && this.value.equals(argument);
	}

}
