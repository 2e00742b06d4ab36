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

package dev.backgroundjobs.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.method.ConfiguredSettings;
import dev.backgroundjobs.method.JobSettings;
import dev.backgroundjobs.method.RetrySettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies properties to the settings of jobs.
 */
final class ConfiguredSettingsConfigurer {

	private final JobsProperties properties;

	ConfiguredSettingsConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	ConfiguredSettings configure() {
		Map<String, JobSettings> jobs = new LinkedHashMap<>();
		this.properties.getJobs().forEach((pattern, settings) -> jobs.put(pattern, ofJob(pattern, settings)));
		Map<String, JobSettings> queues = new LinkedHashMap<>();
		this.properties.getQueues().forEach((queue, settings) -> queues.put(queue, ofQueue(queue, settings)));
		return new ConfiguredSettings(jobs, queues,
				new JobSettings(null, null, null,
						positive("background-jobs.job.timeout", this.properties.getJob().getTimeout()), null,
						ofAll(this.properties.getRetry())));
	}

	private static JobSettings ofJob(String pattern, JobSettingsProperties settings) {
		String name = "background-jobs.jobs.[" + pattern + "]";
		if (settings.getQueue() != null) {
			checkQueue(name + ".queue", settings.getQueue());
		}
		JobPriority priority = (settings.getPriority() != JobPriority.DEFAULT) ? settings.getPriority() : null;
		return new JobSettings(settings.getEnabled(), settings.getQueue(), priority,
				positive(name + ".timeout", settings.getTimeout()),
				positive(name + ".expires-after", settings.getExpiresAfter()),
				retry(name + ".retry", settings.getRetry()));
	}

	private static JobSettings ofQueue(String queue, JobsProperties.Queue settings) {
		String name = "background-jobs.queues." + queue;
		return new JobSettings(null, null, null, positive(name + ".timeout", settings.getTimeout()), null,
				retry(name + ".retry", settings.getRetry()));
	}

	private static RetrySettings ofAll(RetryProperties retry) {
		RetrySettingsProperties all = new RetrySettingsProperties();
		all.setMaxRetries(retry.getMaxRetries());
		all.setDelay(retry.getDelay());
		all.setMultiplier(retry.getMultiplier());
		all.setJitter(retry.getJitter());
		all.setMaxDelay(retry.getMaxDelay());
		all.setExcludes(retry.getExcludes());
		return retry("background-jobs.retry", all);
	}

	private static RetrySettings retry(String name, RetrySettingsProperties retry) {
		check(name + ".max-retries", retry.getMaxRetries(), (number) -> number >= 0, "It must not be negative.");
		check(name + ".multiplier", retry.getMultiplier(), (factor) -> factor >= 1, "It must be at least 1.");
		check(name + ".delay", retry.getDelay(), (delay) -> !delay.isNegative(), "It must not be negative.");
		check(name + ".jitter", retry.getJitter(), (jitter) -> !jitter.isNegative(), "It must not be negative.");
		check(name + ".max-delay", retry.getMaxDelay(), (delay) -> delay.toMillis() > 0,
				"It must be longer than zero.");
		List<Class<? extends Throwable>> excludes = retry.getExcludes();
		check(name + ".excludes", excludes, (types) -> types.stream().allMatch(Throwable.class::isAssignableFrom),
				"Each must be the class of an exception.");
		return new RetrySettings(retry.getMaxRetries(), retry.getDelay(), retry.getMultiplier(), retry.getJitter(),
				retry.getMaxDelay(), null, excludes, null, false);
	}

	private static @Nullable Duration positive(String property, @Nullable Duration duration) {
		check(property, duration, (value) -> value.toMillis() > 0, "It must be longer than zero.");
		return duration;
	}

	private static void checkQueue(String property, String queue) {
		try {
			QueuePartition.of(queue);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(property, queue, ex.getMessage());
		}
	}

	private static <T> void check(String property, @Nullable T value, Predicate<T> valid, String reason) {
		if (value != null && !valid.test(value)) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

}
