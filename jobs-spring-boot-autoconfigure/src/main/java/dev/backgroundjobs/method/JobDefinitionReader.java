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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Turns the annotations of a method into a definition, once.
 */
final class JobDefinitionReader {

	private static final String DEFAULT_QUEUE = "default";

	private final JobDefaults defaults;

	private final UnaryOperator<String> placeholders;

	JobDefinitionReader(JobDefaults defaults, UnaryOperator<String> placeholders) {
		this.defaults = defaults;
		this.placeholders = placeholders;
	}

	/**
	 * Read a method's annotations.
	 * @param type the class of the bean
	 * @param method the method
	 * @param defaultName its name, unless one is declared
	 */
	JobDefinition read(Class<?> type, Method method, String defaultName) {
		BackgroundJob job = AnnotatedElementUtils.findMergedAnnotation(method, BackgroundJob.class);
		JobRetry retry = AnnotatedElementUtils.findMergedAnnotation(method, JobRetry.class);
		try {
			String queue = text((job != null) ? job.queue() : "", DEFAULT_QUEUE);
			return new JobDefinition(text((job != null) ? job.name() : "", defaultName), aliases(job),
					new QueuePartition(queue, 0).queue(), priority(job), JobDeclarations.parameterTypes(type, method),
					method.getReturnType() == JobHandle.class, timeout(job), expiresAfter(job), retryPolicy(retry));
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidJobMethodException(
					"The annotations of job method " + JobDeclarations.describe(method) + " cannot be used: "
							+ ex.getMessage(),
					"Correct the attribute. Queues are named by letters, digits, '_' and '-'; durations read '30s' or 'PT30S'",
					ex);
		}
	}

	private List<String> aliases(@Nullable BackgroundJob job) {
		return (job != null)
				? Arrays.stream(job.aliases()).map((alias) -> text(alias, "")).filter(StringUtils::hasText).toList()
				: List.of();
	}

	private static JobPriority priority(@Nullable BackgroundJob job) {
		return (job != null && job.priority() != JobPriority.DEFAULT) ? job.priority() : JobPriority.NORMAL;
	}

	private @Nullable Duration expiresAfter(@Nullable BackgroundJob job) {
		String text = text((job != null) ? job.expiresAfter() : "", "");
		if (!StringUtils.hasText(text)) {
			return null;
		}
		Duration expiresAfter = DurationFormatterUtils.detectAndParse(text);
		Assert.isTrue(expiresAfter.toMillis() > 0, () -> "'expiresAfter' must be longer than zero: " + text);
		return expiresAfter;
	}

	private @Nullable Duration timeout(@Nullable BackgroundJob job) {
		String timeout = text((job != null) ? job.timeout() : "", "");
		return StringUtils.hasText(timeout) ? DurationFormatterUtils.detectAndParse(timeout) : this.defaults.timeout();
	}

	private RetryPolicy retryPolicy(@Nullable JobRetry retry) {
		RetryPolicy.Builder policy = RetryPolicy.builder()
			.maxRetries((retry != null && retry.maxRetries() >= 0) ? retry.maxRetries() : this.defaults.maxRetries())
			.delay(duration((retry != null) ? retry.delay() : "", this.defaults.delay()))
			.multiplier((retry != null && retry.multiplier() >= 0) ? retry.multiplier() : this.defaults.multiplier())
			.jitter(duration((retry != null) ? retry.jitter() : "", this.defaults.jitter()))
			.maxDelay(duration((retry != null) ? retry.maxDelay() : "", this.defaults.maxDelay()));
		if (retry != null) {
			policy.includes(List.of(retry.includes())).excludes(List.of(retry.excludes()));
		}
		return policy.build();
	}

	private Duration duration(String attribute, Duration fallback) {
		String text = text(attribute, "");
		return StringUtils.hasText(text) ? DurationFormatterUtils.detectAndParse(text) : fallback;
	}

	private String text(String attribute, String fallback) {
		String resolved = this.placeholders.apply(attribute);
		return StringUtils.hasText(resolved) ? resolved : fallback;
	}

}
