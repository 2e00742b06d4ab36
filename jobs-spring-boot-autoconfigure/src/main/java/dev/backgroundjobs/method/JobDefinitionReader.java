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
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.UniqueRule;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Turns the annotations of a method and what is configured for it into a definition,
 * once.
 */
final class JobDefinitionReader {

	private static final String DEFAULT_QUEUE = "default";

	private final ConfiguredSettings configured;

	private final UnaryOperator<String> placeholders;

	private final BiFunction<String, Method, RetryPolicy> policies;

	private final UniqueRules uniqueRules;

	/**
	 * Create a reader.
	 * @param configured what is configured beside the annotations
	 * @param placeholders resolves placeholders
	 * @param policies gives the retry policy of a name, for a method
	 * @param uniqueRules reads of which calls only one job lives
	 */
	JobDefinitionReader(ConfiguredSettings configured, UnaryOperator<String> placeholders,
			BiFunction<String, Method, RetryPolicy> policies, UniqueRules uniqueRules) {
		this.uniqueRules = uniqueRules;
		this.configured = configured;
		this.placeholders = placeholders;
		this.policies = policies;
	}

	/**
	 * Read a method's annotations.
	 * @param type the class of the bean
	 * @param method the method
	 * @param beanName the bean
	 * @param defaultName the job's name, unless one is declared
	 */
	JobMethod read(Class<?> type, Method method, String beanName, String defaultName) {
		BackgroundJob job = JobDeclarations.find(type, method, BackgroundJob.class);
		JobRetry retry = JobDeclarations.find(type, method, JobRetry.class);
		try {
			String name = text((job != null) ? job.name() : "", defaultName);
			JobSettings ofJob = this.configured.ofJob(name).orElse(annotated(method, job, retry));
			String queue = QueuePartition.of((ofJob.queue() != null) ? ofJob.queue() : DEFAULT_QUEUE).queue();
			Function<String, JobDefinition> definitions = definitions(type, method, name, aliases(job), ofJob);
			return new JobMethod(definitions.apply(queue), definitions, beanName, type, method);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidJobMethodException(
					"The annotations of job method " + JobDeclarations.describe(method) + " cannot be used: "
							+ ex.getMessage(),
					"Correct the attribute. Queues are named by letters, digits, '_' and '-'; durations read '30s' or 'PT30S'",
					ex);
		}
	}

	private Function<String, JobDefinition> definitions(Class<?> type, Method method, String name, List<String> aliases,
			JobSettings ofJob) {
		List<Type> parameters = JobDeclarations.parameterTypes(type, method);
		JobPriority priority = (ofJob.priority() != null) ? ofJob.priority() : JobPriority.NORMAL;
		Type result = JobDeclarations.resultType(type, method);
		boolean enabled = !Boolean.FALSE.equals(ofJob.enabled());
		UniqueRule unique = this.uniqueRules.of(type, method, name);
		return (queue) -> {
			JobSettings all = ofJob.orElse(this.configured.ofQueue(queue)).orElse(this.configured.all());
			return new JobDefinition(name, aliases, queue, priority, parameters, result, enabled, all.timeout(),
					all.expiresAfter(), all.retry().toPolicy(), unique);
		};
	}

	private List<String> aliases(@Nullable BackgroundJob job) {
		return (job != null)
				? Arrays.stream(job.aliases()).map((alias) -> text(alias, "")).filter(StringUtils::hasText).toList()
				: List.of();
	}

	/**
	 * Whether a method's annotation names the job.
	 */
	boolean isNamed(Class<?> type, Method method) {
		BackgroundJob job = JobDeclarations.find(type, method, BackgroundJob.class);
		return job != null && StringUtils.hasText(job.name());
	}

	/**
	 * What a method's annotations say.
	 */
	JobSettings annotated(JobMethod method) {
		return annotated(method.method(), method.annotation(BackgroundJob.class), method.annotation(JobRetry.class));
	}

	private JobSettings annotated(Method method, @Nullable BackgroundJob job, @Nullable JobRetry retry) {
		RetrySettings retries = (retry != null) ? annotated(method, retry) : RetrySettings.NONE;
		if (job == null) {
			return new JobSettings(null, null, null, null, null, retries);
		}
		String queue = text(job.queue(), "");
		return new JobSettings(null, queue.isEmpty() ? null : queue,
				(job.priority() != JobPriority.DEFAULT) ? job.priority() : null,
				positive("timeout", duration(job.timeout())), positive("expiresAfter", duration(job.expiresAfter())),
				retries);
	}

	private static @Nullable Duration positive(String attribute, @Nullable Duration duration) {
		Assert.isTrue(duration == null || duration.toMillis() > 0,
				() -> "'" + attribute + "' must be longer than zero: " + duration);
		return duration;
	}

	private RetrySettings annotated(Method method, JobRetry retry) {
		RetrySettings settings = new RetrySettings((retry.maxRetries() >= 0) ? retry.maxRetries() : null,
				duration(retry.delay()), (retry.multiplier() >= 0) ? retry.multiplier() : null,
				duration(retry.jitter()), duration(retry.maxDelay()), types(retry.includes()), types(retry.excludes()),
				null, false);
		String policy = text(retry.policy(), "");
		if (policy.isEmpty()) {
			return settings;
		}
		Assert.isTrue(settings.equals(RetrySettings.NONE), () -> "@JobRetry names the policy '" + policy
				+ "', which says all that its other attributes could say");
		return RetrySettings.of(this.policies.apply(policy, method));
	}

	private static @Nullable List<Class<? extends Throwable>> types(Class<? extends Throwable>[] types) {
		return (types.length > 0) ? List.of(types) : null;
	}

	private @Nullable Duration duration(String attribute) {
		String text = text(attribute, "");
		return text.isEmpty() ? null : DurationFormatterUtils.detectAndParse(text);
	}

	private String text(String attribute, String fallback) {
		String resolved = this.placeholders.apply(attribute);
		return StringUtils.hasText(resolved) ? resolved : fallback;
	}

}
