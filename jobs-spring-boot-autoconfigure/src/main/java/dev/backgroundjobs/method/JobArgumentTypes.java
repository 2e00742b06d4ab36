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

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Set;

import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Tells the types that can never travel as an argument.
 */
final class JobArgumentTypes {

	private static final Set<String> NEVER = Set.of("java.io.InputStream", "java.io.OutputStream", "java.io.Reader",
			"java.io.Writer", "java.util.stream.BaseStream", "java.lang.Thread", "java.lang.Class",
			"java.lang.ClassLoader", "java.sql.Connection", "java.util.concurrent.Future",
			"jakarta.servlet.ServletRequest", "jakarta.servlet.ServletResponse", "jakarta.servlet.http.HttpSession",
			"org.springframework.web.multipart.MultipartFile", "org.springframework.context.ApplicationContext",
			"org.reactivestreams.Publisher");

	private static final String TYPE_INFO = "com.fasterxml.jackson.annotation.JsonTypeInfo";

	/** Kinds of type ids with which a payload could choose a class. */
	private static final Set<String> CLASS_NAMES = Set.of("CLASS", "MINIMAL_CLASS");

	private JobArgumentTypes() {
	}

	static boolean canBeArgument(Type parameter) {
		ResolvableType type = ResolvableType.forType(parameter);
		if (type.isArray()) {
			return canBeArgument(type.getComponentType().getType());
		}
		Class<?> raw = type.resolve(Object.class);
		if (raw == Object.class || raw.isAnnotationPresent(FunctionalInterface.class) || isNever(raw)) {
			return false;
		}
		if (CLASS_NAMES.contains(typeIds(raw))) {
			return false;
		}
		if (raw.isInterface() && !raw.getName().startsWith("java.")
				&& !MergedAnnotations.from(raw).isPresent(TYPE_INFO)) {
			return false;
		}
		return Arrays.stream(type.getGenerics())
			.filter((generic) -> generic.resolve() != null)
			.allMatch((generic) -> generic.resolve() == Object.class || canBeArgument(generic.getType()));
	}

	private static String typeIds(Class<?> type) {
		return MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY)
			.get(TYPE_INFO)
			.getValue("use")
			.map(Object::toString)
			.orElse("");
	}

	private static boolean isNever(Class<?> type) {
		if (NEVER.contains(type.getName())) {
			return true;
		}
		Class<?> parent = type.getSuperclass();
		return parent != null && isNever(parent)
				|| Arrays.stream(type.getInterfaces()).anyMatch(JobArgumentTypes::isNever);
	}

}
