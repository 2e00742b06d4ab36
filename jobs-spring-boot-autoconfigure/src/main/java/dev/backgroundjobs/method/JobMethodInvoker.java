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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobInterceptors;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.JobResults;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes a stored job a call again: of the bean's proxy, so that transactions, retries and
 * other advice apply.
 */
public final class JobMethodInvoker {

	private final JobMethodRegistry registry;

	private final JobPayloadCodec codec;

	private final JobInterceptors interceptors;

	private final JobResults results;

	/** What reflection finds depends on classes alone, so the bean may have any scope. */
	private final Map<Receiver, Way> ways = new ConcurrentHashMap<>();

	/**
	 * Create an invoker.
	 * @param registry the job methods
	 * @param codec the codec for arguments
	 */
	public JobMethodInvoker(JobMethodRegistry registry, JobPayloadCodec codec) {
		this(registry, codec, JobInterceptors.NONE, new JobResults(codec, Long.MAX_VALUE));
	}

	/**
	 * Create an invoker.
	 * @param registry the job methods
	 * @param codec the codec for arguments
	 * @param interceptors stand around the calls
	 * @param results writes what the methods return
	 */
	public JobMethodInvoker(JobMethodRegistry registry, JobPayloadCodec codec, JobInterceptors interceptors,
			JobResults results) {
		this.registry = registry;
		this.codec = codec;
		this.interceptors = interceptors;
		this.results = results;
	}

	/**
	 * Read a job's arguments.
	 * @param method the job's method
	 * @param job the job
	 * @return the arguments
	 * @throws ArgumentsDoNotFitException if they cannot be read as its parameters
	 */
	public @Nullable Object[] arguments(JobMethod method, Job job) throws ArgumentsDoNotFitException {
		return this.codec.decode(method.definition().parameterTypes(), job.arguments());
	}

	/**
	 * Call the method on this thread, which is in the job's {@link JobContext}.
	 * @param method the job's method
	 * @param job the job
	 * @param arguments the arguments
	 * @param failed what to do where the method has thrown, before interceptors hear of
	 * it
	 * @return its result, or {@code null} if it has none
	 * @throws Throwable what the method throws
	 */
	public @Nullable JobResult invoke(JobMethod method, Job job, @Nullable Object[] arguments, Runnable failed)
			throws Throwable {
		return this.results.encode(method.definition(), job.id(), call(method, job, arguments, failed));
	}

	private @Nullable Object call(JobMethod method, Job job, @Nullable Object[] arguments, Runnable failed)
			throws Throwable {
		if (this.interceptors.isEmpty()) {
			return invoke(method, arguments);
		}
		AtomicReference<@Nullable Object> returned = new AtomicReference<>();
		this.interceptors.execute(new InterceptedAttempt(job, JobContext.current().attempt(), arguments),
				() -> returned.set(invoke(method, arguments, failed)));
		return returned.get();
	}

	private @Nullable Object invoke(JobMethod job, @Nullable Object[] arguments, Runnable failed) throws Throwable {
		try {
			return invoke(job, arguments);
		}
		catch (Throwable ex) {
			failed.run();
			throw ex;
		}
	}

	private @Nullable Object invoke(JobMethod job, @Nullable Object[] arguments) throws Throwable {
		Object bean = this.registry.bean(job);
		Way way = this.ways.computeIfAbsent(new Receiver(job.method(), bean.getClass(), AopUtils.getTargetClass(bean)),
				Receiver::way);
		try (JobInvocationScope scope = JobInvocationScope.open(way.passing())) {
			Object returned = way.invocable().invoke(bean, arguments);
			if (!scope.hasPassed() && JobCallMarkBeanPostProcessor.isOursIn(bean)) {
				throw JobCallMark.notRun(job.method());
			}
			return returned;
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Whose method is called.
	 *
	 * @param method the job's method
	 * @param bean class of the bean, or of its proxy
	 * @param target class behind the proxy
	 */
	private record Receiver(Method method, Class<?> bean, Class<?> target) {

		Way way() {
			Method invocable = invocable();
			ReflectionUtils.makeAccessible(invocable);
			return new Way(invocable, AopUtils.getMostSpecificMethod(this.method, this.target));
		}

		private Method invocable() {
			Method onInterface = (Proxy.isProxyClass(this.bean) && SpringProxy.class.isAssignableFrom(this.bean))
					? JobDeclarations.onInterface(this.method, this.bean, this.target) : null;
			return (onInterface != null) ? onInterface : AopUtils.selectInvocableMethod(this.method, this.bean);
		}

	}

	/**
	 * How it is called.
	 *
	 * @param invocable the method, as the bean or its proxy has it
	 * @param passing the method that the interceptor lets pass
	 */
	private record Way(Method invocable, Method passing) {

	}

}
