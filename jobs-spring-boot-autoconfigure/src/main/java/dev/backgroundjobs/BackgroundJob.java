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

package dev.backgroundjobs;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Marks a method of a Spring bean as a background job: a call through the bean's proxy
 * enqueues the call to Redis and returns at once; a worker, in this process or in
 * another, runs the method later, at least once. Inside a database transaction the call
 * waits for the commit.
 * <p>
 * The method returns {@code void}, or {@link JobHandle} when its callers want to follow
 * it; such a method ends with {@code return JobHandle.completed(result)}. Its arguments
 * travel as JSON and must be readable again from the declared parameter types. Every
 * String attribute accepts <code>${...}</code> placeholders.
 * <p>
 * {@code @Transactional}, {@code @Retryable} and other advice on the same method wrap the
 * execution in the worker, never the enqueueing.
 *
 * @see JobRetry
 * @see JobClient
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface BackgroundJob {

	/**
	 * Alias of {@link #queue()}.
	 * @return the queue's name
	 */
	@AliasFor("queue")
	String value() default "";

	/**
	 * Name of the queue the calls go to: letters, digits, {@code -} and {@code _}, at
	 * most 64. Built-in default: {@code default}.
	 * @return the queue's name
	 */
	@AliasFor("value")
	String queue() default "";

	/**
	 * Name under which queued calls find this method again; unique in the application.
	 * Built-in default: {@code <ClassSimpleName>.<method>}. Set it to keep queued jobs
	 * running when the class or the method is renamed.
	 * @return the job's name
	 */
	String name() default "";

	/**
	 * Names under which the method was known before: jobs that were queued under them
	 * still run. None of them may be the name or an alias of another job.
	 * @return the former names
	 */
	String[] aliases() default {};

	/**
	 * How urgent the calls are among those of their queue. Built-in default:
	 * {@link JobPriority#NORMAL}.
	 * @return the priority
	 */
	JobPriority priority() default JobPriority.DEFAULT;

	/**
	 * How long one attempt may run before its thread is interrupted and the attempt
	 * fails, for example {@code 30s} or {@code PT30S}. Built-in default: no limit.
	 * @return the timeout
	 */
	String timeout() default "";

	/**
	 * How long after its due time a job may still be started, for example {@code 10m}.
	 * One that no worker has started by then is not run any more and ends as
	 * {@link JobState#EXPIRED}; one that was started is retried as ever. Built-in
	 * default: no limit.
	 * @return the time, by the clock of Redis
	 */
	String expiresAfter() default "";

}
