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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.core.JobDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.ClassUtils;

/**
 * All job methods of the application, found when its beans are known; immutable from then
 * on. Beans are not created for this, so lazy ones stay lazy. This one never is: Boot
 * leaves out every {@link SmartInitializingSingleton} when it makes all beans lazy.
 */
public final class JobMethodRegistry implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(JobMethodRegistry.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final JobDeclarations declarations;

	private final ConfiguredSettings configured;

	private final JobDefinitionReader reader;

	private final HiddenJobs hidden = new HiddenJobs();

	private final Map<String, JobMethod> byName = new LinkedHashMap<>();

	/** Jobs by their former names. */
	private final Map<String, JobMethod> byAlias = new LinkedHashMap<>();

	private final Map<MethodClassKey, List<JobMethod>> byMethod = new LinkedHashMap<>();

	private final List<JobMethod> ofInterfaces = new ArrayList<>();

	private volatile boolean complete;

	/**
	 * Create a registry.
	 * @param beanFactory the application's beans
	 * @param declarations finds job methods
	 * @param configured what is configured beside the annotations
	 */
	public JobMethodRegistry(ConfigurableListableBeanFactory beanFactory, JobDeclarations declarations,
			ConfiguredSettings configured) {
		this.beanFactory = beanFactory;
		this.declarations = declarations;
		this.configured = configured;
		UnaryOperator<String> placeholders = (text) -> Objects
			.requireNonNullElse(beanFactory.resolveEmbeddedValue(text), "");
		this.reader = new JobDefinitionReader(configured, placeholders, this::retryPolicy,
				new UniqueRules(placeholders, beanFactory));
	}

	@Override
	public void afterSingletonsInstantiated() {
		Map<Class<?>, List<String>> beansOfType = new LinkedHashMap<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = (ScopedProxyUtils.isScopedTarget(beanName) || isProxyOfAnother(beanName)) ? null
					: AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
			if (type != null && !this.declarations.of(ClassUtils.getUserClass(type)).isEmpty()) {
				beansOfType.computeIfAbsent(ClassUtils.getUserClass(type), (key) -> new ArrayList<>()).add(beanName);
			}
			else if (type != null && type.isInterface()) {
				this.hidden.warnOf(beanName, type);
			}
		}
		beansOfType.forEach(this::register);
		this.byName.values().forEach(this::registerAliases);
		this.complete = true;
		List<String> unmatched = this.configured.unmatched(this.byName.keySet());
		if (!unmatched.isEmpty()) {
			logger.warn("background-jobs.jobs has settings for {}, which no job of this application is named like: its "
					+ "jobs are {}. A name with dots is written in brackets: background-jobs.jobs.[Mails.*].timeout",
					unmatched, this.byName.keySet());
		}
	}

	/**
	 * Calls of a proxy that somebody has put around a bean with jobs come to that bean.
	 */
	private boolean isProxyOfAnother(String beanName) {
		Object bean = this.beanFactory.containsSingleton(beanName) ? this.beanFactory.getSingleton(beanName) : null;
		Object target = (bean != null) ? AopProxyUtils.getSingletonTarget(bean) : null;
		return target != null && JobCallMarkBeanPostProcessor.isOursIn(target);
	}

	private RetryPolicy retryPolicy(String beanName, Method method) {
		String[] candidates = this.beanFactory.getBeanNamesForType(RetryPolicy.class);
		if (!List.of(candidates).contains(beanName)) {
			throw new InvalidJobMethodException(
					"The job method " + JobDeclarations.describe(method) + " names the retry policy '" + beanName
							+ "', and there is no bean of that name and of type " + RetryPolicy.class.getName(),
					(candidates.length > 0) ? "Name one of " + Arrays.toString(candidates)
							: "Declare one, for example with RetryPolicy.builder()");
		}
		RetryPolicy policy = this.beanFactory.getBean(beanName, RetryPolicy.class);
		if (!policy.getTimeout().isZero()) {
			throw new InvalidJobMethodException(
					"The retry policy '" + beanName + "' of job method " + JobDeclarations.describe(method)
							+ " has a timeout, and retries of jobs are too far apart for one",
					"Remove the timeout; @BackgroundJob(timeout) limits a single attempt");
		}
		return policy;
	}

	private void register(Class<?> type, List<String> beanNames) {
		for (Method method : this.declarations.of(type)) {
			for (String beanName : beanNames) {
				checkNamed(type, method, beanName);
				String owner = (beanNames.size() == 1) ? type.getSimpleName() : beanName;
				JobMethod job = this.reader.read(type, method, beanName, owner + "." + method.getName());
				JobMethod other = this.byName.putIfAbsent(job.definition().name(), job);
				if (other != null) {
					throw duplicate(job, other);
				}
				if (type.isInterface()) {
					this.ofInterfaces.add(job);
				}
				this.byMethod.computeIfAbsent(new MethodClassKey(method, type), (key) -> new ArrayList<>()).add(job);
			}
		}
	}

	private void registerAliases(JobMethod job) {
		for (String alias : job.definition().aliases()) {
			JobMethod other = this.byName.containsKey(alias) ? this.byName.get(alias)
					: this.byAlias.putIfAbsent(alias, job);
			if (other != null && other != job) {
				throw duplicateAlias(alias, job, other);
			}
		}
	}

	private static InvalidJobMethodException duplicateAlias(String alias, JobMethod job, JobMethod other) {
		return new InvalidJobMethodException(
				"Job '" + job.definition().name() + "', " + describe(job) + ", has the alias '" + alias + "', which is "
						+ (other.definition().name().equals(alias) ? "the name" : "also an alias") + " of job '"
						+ other.definition().name() + "', " + describe(other),
				"Jobs that were queued as '" + alias
						+ "' can only run as one of them: remove the alias from the other");
	}

	private static String describe(JobMethod job) {
		return JobDeclarations.describe(job.method()) + " of bean '" + job.beanName() + "'";
	}

	private void checkNamed(Class<?> type, Method method, String beanName) {
		if (type.isInterface() && !this.reader.isNamed(type, method)) {
			throw new InvalidJobMethodException(
					"Of bean '" + beanName + "' only the interface " + ClassUtils.getShortName(type)
							+ " is known when the application starts, so that job method "
							+ JobDeclarations.describe(method) + " has no name",
					"Give it one, for example @BackgroundJob(name = \"" + type.getSimpleName() + "." + method.getName()
							+ "\"), or let the @Bean method return the class, or do not make the bean lazy");
		}
	}

	private static InvalidJobMethodException duplicate(JobMethod job, JobMethod other) {
		String name = job.definition().name();
		return new InvalidJobMethodException(
				"Two job methods are named '" + name + "': " + describe(other) + " and " + describe(job),
				"Give one of them a name of its own, for example @" + BackgroundJob.class.getSimpleName() + "(name = \""
						+ name + "2\")");
	}

	/**
	 * Find a job by its name or a former one.
	 * @param name the name under which it was queued
	 * @return the method, or {@code null} if this application has none of that name
	 */
	public @Nullable JobMethod find(String name) {
		JobMethod job = this.byName.get(name);
		return (job != null) ? job : this.byAlias.get(name);
	}

	/**
	 * How many retries a job has.
	 * @param name the name under which it was queued
	 * @param queue the queue it is in
	 * @return the number, or -1 if the job is unknown or its policy gives none
	 */
	public int maxRetries(String name, String queue) {
		JobMethod job = find(name);
		Long attempts = (job != null) ? job.definitionIn(queue).maxAttempts() : null;
		return (attempts != null) ? (int) Math.min(Integer.MAX_VALUE, attempts - 1) : -1;
	}

	/**
	 * All jobs.
	 * @return the methods
	 */
	public Collection<JobMethod> all() {
		return List.copyOf(this.byName.values());
	}

	/**
	 * What the annotations of a job's method say.
	 */
	JobSettings annotated(JobMethod job) {
		return this.reader.annotated(job);
	}

	/**
	 * The bean of a job method.
	 * @param job the method
	 * @return the bean, or its proxy
	 */
	Object bean(JobMethod job) {
		return this.beanFactory.getBean(job.beanName());
	}

	/**
	 * What was called.
	 * @param method the method, as its class declares it
	 * @param type the class of the target
	 * @param target the target
	 * @return its definition
	 */
	JobDefinition called(Method method, Class<?> type, @Nullable Object target) {
		List<JobMethod> ofClass = this.byMethod.get(new MethodClassKey(method, ClassUtils.getUserClass(type)));
		List<JobMethod> candidates = (ofClass != null) ? ofClass : knownByInterface(method, type);
		if (candidates.isEmpty()) {
			throw new IllegalStateException("Job method " + JobDeclarations.describe(method) + whyUnknown(type));
		}
		return candidates.stream()
			.filter((job) -> candidates.size() == 1 || isTarget(job, target))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Job method " + JobDeclarations.describe(method)
					+ " belongs to several beans, and none of them is the one that was called: make them singletons"))
			.definition();
	}

	/**
	 * Jobs of beans whose class was not known when the application started.
	 */
	private List<JobMethod> knownByInterface(Method method, Class<?> type) {
		return this.ofInterfaces.stream()
			.filter((job) -> job.method().getDeclaringClass().isAssignableFrom(type)
					&& AopUtils.getMostSpecificMethod(job.method(), type).equals(method))
			.toList();
	}

	private String whyUnknown(Class<?> type) {
		if (!this.complete) {
			return " was called before the application context is ready: call it from an ApplicationRunner "
					+ "or on ApplicationReadyEvent";
		}
		String[] beans = this.beanFactory.getBeanNamesForType(Object.class, true, false);
		return Arrays.stream(beans)
			.filter((bean) -> AutoProxyUtils.determineTargetClass(this.beanFactory, bean) == type)
			.findFirst()
			.map((bean) -> " belongs to bean '" + bean + "', of which only an interface without the annotation was "
					+ "known when the application started: let its @Bean method return " + ClassUtils.getShortName(type)
					+ ", or put the annotation on the interface, or do not make it lazy")
			.orElse(" belongs to an object that is not a bean of this application context");
	}

	private boolean isTarget(JobMethod job, @Nullable Object target) {
		return this.beanFactory.isSingleton(job.beanName()) && AopProxyUtils.getSingletonTarget(bean(job)) == target;
	}

}
