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
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Tells a native image what job methods need: that workers call them by reflection, and
 * that their arguments and results travel as JSON. A method that cannot be a job fails
 * the build, as it would fail the start.
 */
final class JobMethodAotProcessor implements BeanRegistrationAotProcessor {

	private final JobDeclarations declarations = new JobDeclarations();

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
		List<Method> methods = this.declarations.of(type);
		if (methods.isEmpty()) {
			return null;
		}
		return (generation, code) -> {
			// stands for the results of a fan-out while its join is recorded
			generation.getRuntimeHints().proxies().registerJdkProxy(List.class);
			methods.forEach((method) -> register(generation.getRuntimeHints(), type, method));
		};
	}

	private void register(RuntimeHints all, Class<?> type, Method method) {
		ReflectionHints hints = all.reflection();
		hints.registerMethod(method, ExecutableMode.INVOKE);
		// where the annotation may sit, and what an interface-based proxy is called with
		ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.flatMap((implemented) -> Arrays.stream(implemented.getMethods()))
			.filter((declared) -> declared.getName().equals(method.getName())
					&& declared.getParameterCount() == method.getParameterCount())
			.forEach((declared) -> hints.registerMethod(declared, ExecutableMode.INVOKE));
		Set<Class<?>> seen = new HashSet<>();
		JobDeclarations.parameterTypes(type, method).forEach((parameter) -> register(hints, seen, parameter));
		if (GenericTypeResolver.resolveType(method.getGenericReturnType(), type) instanceof ParameterizedType handle) {
			register(hints, seen, handle.getActualTypeArguments()[0]);
			registerMarker(all, ResolvableType.forType(handle.getActualTypeArguments()[0]).resolve(Object.class));
		}
	}

	/**
	 * While a chain is recorded, something stands for the result that is handed over.
	 */
	private static void registerMarker(RuntimeHints hints, Class<?> result) {
		if (result.isInterface() && !result.isSealed()) {
			hints.proxies().registerJdkProxy(result);
		}
		else if (!result.isInterface()) {
			hints.reflection().registerType(result, MemberCategory.UNSAFE_ALLOCATED);
		}
	}

	/**
	 * A type with all it is made of. Spring finds properties and type arguments, but
	 * neither elements of arrays nor the classes that Jackson may make of an interface.
	 */
	private void register(ReflectionHints hints, Set<Class<?>> seen, Type type) {
		this.binding.registerReflectionHints(hints, type);
		ReflectionHints found = new ReflectionHints();
		this.binding.registerReflectionHints(found, type);
		found.typeHints()
			.map((hint) -> ClassUtils.resolveClassName(hint.getType().getName(), null))
			.filter(seen::add)
			.forEach((part) -> furtherTypes(part).forEach((further) -> register(hints, seen, further)));
	}

	private static Stream<Class<?>> furtherTypes(Class<?> type) {
		JsonSubTypes subtypes = AnnotationUtils.findAnnotation(type, JsonSubTypes.class);
		return Stream.concat(Stream.ofNullable(type.getComponentType()),
				(subtypes != null) ? Arrays.stream(subtypes.value()).map(JsonSubTypes.Type::value) : Stream.empty());
	}

}
