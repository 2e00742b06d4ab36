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

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.UniqueJob;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Finds the job methods of a class, on itself, its superclasses and its interfaces, and
 * refuses those that cannot work. Results are cached.
 */
public final class JobDeclarations {

	private static final List<Class<? extends Annotation>> CANDIDATES = List.of(BackgroundJob.class, RecurringJob.class,
			RecurringJob.List.class, JobRetry.class, UniqueJob.class);

	private static final Map<String, String> CONTRADICTIONS = Map.of(
			"org.springframework.scheduling.annotation.Scheduled",
			"@Scheduled would enqueue it once on every node: use @RecurringJob instead",
			"org.springframework.scheduling.annotation.Async",
			"a background job already runs on a thread of its own: remove @Async");

	private final Map<Class<?>, List<Method>> methods = new ConcurrentHashMap<>();

	/**
	 * The job methods of a class.
	 * @param type the class, no proxy
	 * @return its job methods, as they are declared
	 * @throws InvalidJobMethodException if one of them cannot be a job
	 */
	public List<Method> of(Class<?> type) {
		if (ClassUtils.isJavaLanguageInterface(type)
				|| CANDIDATES.stream().noneMatch((annotation) -> AnnotationUtils.isCandidateClass(type, annotation))) {
			return List.of();
		}
		return this.methods.computeIfAbsent(type, JobDeclarations::read);
	}

	/**
	 * Whether a call of a method is the call of a job.
	 * @param method the method, as it was called
	 * @param type the class of the target
	 */
	boolean isJobOf(Method method, Class<?> type) {
		Class<?> user = ClassUtils.getUserClass(type);
		return of(user).contains(AopUtils.getMostSpecificMethod(method, user));
	}

	private static List<Method> read(Class<?> type) {
		Map<Method, Boolean> found = MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<@Nullable Boolean>) (method) -> isJob(type, method) ? Boolean.TRUE
						: null);
		found.keySet().forEach((method) -> check(type, method));
		checkBelongsToJob(type, found.keySet(), JobRetry.class,
				"Add @BackgroundJob, or use Spring's @Retryable for a method that is not to run in the background");
		checkBelongsToJob(type, found.keySet(), UniqueJob.class, "Add @BackgroundJob");
		return List.copyOf(found.keySet());
	}

	private static void checkBelongsToJob(Class<?> type, Set<Method> jobs, Class<? extends Annotation> annotation,
			String action) {
		MethodIntrospector.selectMethods(type, (Method method) -> find(type, method, annotation) != null)
			.stream()
			.filter((method) -> !jobs.contains(method))
			.findFirst()
			.ifPresent((method) -> {
				throw new InvalidJobMethodException("Method " + describe(method) + " has @" + annotation.getSimpleName()
						+ ", but is no background job", action);
			});
	}

	private static boolean isJob(Class<?> type, Method method) {
		return find(type, method, BackgroundJob.class) != null || !schedules(type, method).isEmpty();
	}

	/**
	 * An annotation of a method: on itself, on what it overrides, or on the method of an
	 * interface that a class implements with a method it inherits.
	 * @param type the class, no proxy
	 * @param method the method
	 * @param annotation the type of the annotation
	 * @return the annotation with its aliases applied, or {@code null}
	 */
	static <A extends Annotation> @Nullable A find(Class<?> type, Method method, Class<A> annotation) {
		return declared(type, method)
			.map((declared) -> AnnotatedElementUtils.findMergedAnnotation(declared, annotation))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * The schedules of a method, found like its other annotations.
	 * @param type the class, no proxy
	 * @param method the method
	 * @return the schedules; none if it is called only
	 */
	static Set<RecurringJob> schedules(Class<?> type, Method method) {
		return declared(type, method)
			.map((declared) -> AnnotatedElementUtils.findMergedRepeatableAnnotations(declared, RecurringJob.class,
					RecurringJob.List.class))
			.filter((found) -> !found.isEmpty())
			.findFirst()
			.orElse(Set.of());
	}

	/**
	 * A method, and then those of interfaces that may declare it.
	 */
	private static Stream<Method> declared(Class<?> type, Method method) {
		return Modifier.isStatic(method.getModifiers()) ? Stream.of(method)
				: Stream.concat(Stream.of(method),
						ClassUtils.getAllInterfacesForClassAsSet(type)
							.stream()
							.map((implemented) -> ClassUtils.getMethodIfAvailable(implemented, method.getName(),
									method.getParameterTypes()))
							.filter(Objects::nonNull));
	}

	private static void check(Class<?> type, Method method) {
		checkProxyable(type, method);
		Class<?> returnType = method.getReturnType();
		if (returnType != void.class && returnType != JobHandle.class) {
			throw invalid(method, "returns " + returnType.getSimpleName(),
					"A job's method returns void, or JobHandle<" + returnType.getSimpleName()
							+ "> with 'return JobHandle.completed(...)' when its callers want to follow the job");
		}
		if (method.getParameterCount() > 0 && !schedules(type, method).isEmpty()) {
			throw invalid(method, "has @RecurringJob and parameters",
					"A schedule has no arguments to give: remove the parameters, call another job from this one, "
							+ "or schedule it with its arguments by JobClient.recurring(id)");
		}
		CONTRADICTIONS.forEach((annotation, action) -> {
			// on the class they mean all of its methods
			if (MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(annotation)
					|| MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(annotation)) {
				throw invalid(method, "is also annotated with @" + ClassUtils.getShortName(annotation), action);
			}
		});
		parameterTypes(type, method).stream()
			.filter((parameter) -> !JobArgumentTypes.canBeArgument(parameter))
			.findFirst()
			.ifPresent((parameter) -> {
				throw invalid(method, "has a parameter of type " + parameter.getTypeName(),
						"Arguments travel as JSON and are read again in another process: hand over an id, a record or "
								+ "another plain value (an interface needs @JsonTypeInfo with names, not classes)");
			});
		Type result = resultType(type, method);
		if (result != null && result != Object.class && !JobArgumentTypes.canBeArgument(result)) {
			throw invalid(method, "has a result of type " + result.getTypeName(),
					"Results travel as JSON and are read again in another process: return an id, a record or another "
							+ "plain value (an interface needs @JsonTypeInfo with names, not classes)");
		}
	}

	/**
	 * The types of a method's parameters, in which the type variables of a superclass or
	 * interface are what the class says they are.
	 */
	static List<Type> parameterTypes(Class<?> type, Method method) {
		return Arrays.stream(method.getGenericParameterTypes())
			.map((parameter) -> GenericTypeResolver.resolveType(parameter, type))
			.toList();
	}

	/**
	 * The type of a job's result: {@link Object} if its handle does not say.
	 * @return the type, or {@code null} if the method returns no handle
	 */
	static @Nullable Type resultType(Class<?> type, Method method) {
		if (method.getReturnType() != JobHandle.class) {
			return null;
		}
		ResolvableType result = ResolvableType.forMethodReturnType(method, type).getGeneric(0);
		return (result.resolve() != null) ? GenericTypeResolver.resolveType(result.getType(), type) : Object.class;
	}

	private static void checkProxyable(Class<?> type, Method method) {
		String kotlin = KotlinDetector.isKotlinType(type)
				? " (in Kotlin apply the plugin kotlin-spring, or declare class and function 'open')" : "";
		if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
			throw invalid(method, "is " + Modifier.toString(method.getModifiers()),
					"Calls of private and static methods do not pass the bean's proxy: make it a public method");
		}
		if (Modifier.isFinal(method.getModifiers())) {
			throw invalid(method, "is final", "A proxy cannot override it: remove 'final'" + kotlin);
		}
		if (Modifier.isFinal(type.getModifiers()) && method.getDeclaringClass() == type
				&& ClassUtils.getAllInterfacesForClass(type).length == 0) {
			throw invalid(method, "belongs to a final class",
					"A proxy cannot extend the class: remove 'final'" + kotlin);
		}
	}

	/**
	 * The method with which an interface-based proxy is called, found from the
	 * interface's side, whose parameters may be type variables.
	 * @param method the method, as the class declares it
	 * @param proxy the class of the proxy
	 * @param type the class behind it
	 * @return the method, or {@code null} if it is on no interface of the proxy
	 */
	static @Nullable Method onInterface(Method method, Class<?> proxy, Class<?> type) {
		return Arrays.stream(proxy.getInterfaces())
			.flatMap((implemented) -> Arrays.stream(implemented.getMethods()))
			.filter((candidate) -> candidate.getName().equals(method.getName())
					&& AopUtils.getMostSpecificMethod(candidate, type).equals(method))
			.findFirst()
			.orElse(null);
	}

	static InvalidJobMethodException invalid(Method method, String problem, String action) {
		return new InvalidJobMethodException("The job method " + describe(method) + " " + problem, action);
	}

	static String describe(Method method) {
		return ClassUtils.getShortName(method.getDeclaringClass()) + "." + method.getName() + "("
				+ String.join(", ", Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList()) + ")";
	}

}
