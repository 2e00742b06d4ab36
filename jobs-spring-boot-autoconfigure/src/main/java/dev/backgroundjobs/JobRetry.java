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

/**
 * How a failed {@link BackgroundJob} is tried again. What is not set comes from
 * {@code background-jobs.retry.*}. Durations read {@code 10s} or {@code PT10S}; Strings
 * accept <code>${...}</code> placeholders.
 * <p>
 * With the built-in values a job that keeps failing is tried eleven times in about five
 * hours and is then a dead letter, kept with its arguments and its failures.
 *
 * @see NonRetryableJobException
 * @see RetryJobAfterException
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface JobRetry {

	/**
	 * How often a failed job is tried again; 0 makes the first failure final. Built-in
	 * default: 10.
	 * @return the number of retries
	 */
	int maxRetries() default -1;

	/**
	 * Delay before the first retry. Built-in default: {@code 10s}.
	 * @return the delay
	 */
	String delay() default "";

	/**
	 * Factor by which the delay grows from retry to retry. Built-in default: 3.
	 * @return the multiplier
	 */
	double multiplier() default -1;

	/**
	 * How far a delay may be moved at random, up and down, so that jobs that failed
	 * together do not come back together. Built-in default: {@code 2s}.
	 * @return the jitter
	 */
	String jitter() default "";

	/**
	 * Longest delay. Built-in default: {@code 1h}.
	 * @return the maximum delay
	 */
	String maxDelay() default "";

	/**
	 * Exceptions to retry, subclasses included; with none named, all are.
	 * @return the exception types
	 */
	Class<? extends Throwable>[] includes() default {};

	/**
	 * Exceptions not to retry, subclasses included; they win over {@link #includes()}.
	 * @return the exception types
	 */
	Class<? extends Throwable>[] excludes() default {};

	/**
	 * Name of a bean of type {@link org.springframework.core.retry.RetryPolicy} that says
	 * all of this instead: the other attributes must not be set beside it. No policy is
	 * taken by its type alone.
	 * <p>
	 * The policy decides which failures are retried, and its back-off after which delays
	 * and how often; a back-off is asked anew for each retry, for as many delays as there
	 * were retries. {@link NonRetryableJobException} and {@link RetryJobAfterException}
	 * are not shown to it.
	 * @return the bean's name
	 */
	String policy() default "";

}
