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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import dev.backgroundjobs.core.JobTypes.JobSetting;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which level of settings each setting of a job comes from, in the order in
 * which they win: property of the job, annotation, property of the queue, property of all
 * jobs, built-in.
 */
final class SettingOrigins {

	private static final String RETRY = "retry.";

	private static final Map<String, Function<JobSettings, @Nullable Object>> SETTINGS = settings();

	private static final Map<String, String> UNSET = Map.of("queue", "default", "priority", "NORMAL", "enabled", "true",
			"timeout", "none", "expires-after", "none");

	private final ConfiguredSettings configured;

	private final Predicate<String> isSet;

	/**
	 * Create a finder.
	 * @param configured what is configured beside the annotations
	 * @param isSet whether somebody has set a property
	 */
	SettingOrigins(ConfiguredSettings configured, Predicate<String> isSet) {
		this.configured = configured;
		this.isSet = isSet;
	}

	private static Map<String, Function<JobSettings, @Nullable Object>> settings() {
		Map<String, Function<JobSettings, @Nullable Object>> settings = new LinkedHashMap<>();
		settings.put("queue", JobSettings::queue);
		settings.put("priority", JobSettings::priority);
		settings.put("enabled", JobSettings::enabled);
		settings.put("timeout", JobSettings::timeout);
		settings.put("expires-after", JobSettings::expiresAfter);
		settings.put(RETRY + "max-retries", (level) -> level.retry().maxRetries());
		settings.put(RETRY + "delay", (level) -> level.retry().delay());
		settings.put(RETRY + "multiplier", (level) -> level.retry().multiplier());
		settings.put(RETRY + "jitter", (level) -> level.retry().jitter());
		settings.put(RETRY + "max-delay", (level) -> level.retry().maxDelay());
		settings.put(RETRY + "includes", (level) -> names(level.retry().includes()));
		settings.put(RETRY + "excludes", (level) -> names(level.retry().excludes()));
		settings.put(RETRY + "policy", (level) -> level.retry().policy());
		return settings;
	}

	private static @Nullable Object names(@Nullable List<Class<? extends Throwable>> types) {
		return (types == null || types.isEmpty()) ? null : types.stream().map(Class::getName).toList();
	}

	/**
	 * The settings of a job in a queue.
	 */
	List<JobSetting> of(String name, JobSettings annotated, String queue) {
		List<Level> levels = levels(name, annotated, queue);
		List<JobSetting> found = new ArrayList<>();
		SETTINGS.forEach((setting, value) -> {
			JobSetting first = first(setting, value, relevant(setting, levels));
			if (first != null) {
				found.add(first);
			}
		});
		return found;
	}

	private List<Level> levels(String name, JobSettings annotated, String queue) {
		List<Level> levels = new ArrayList<>();
		this.configured.matching(name)
			.forEach((pattern, settings) -> levels
				.add(new Level(settings, (setting) -> "background-jobs.jobs.[" + pattern + "]." + setting)));
		levels.add(new Level(annotated, SettingOrigins::attribute));
		levels.add(new Level(this.configured.ofQueue(queue),
				(setting) -> "background-jobs.queues." + queue + "." + setting));
		levels.add(new Level(this.configured.all(), this::global));
		return levels;
	}

	/**
	 * A policy decides for itself which exceptions are retried and, unless a level above
	 * sets delays, when.
	 */
	private static List<Level> relevant(String setting, List<Level> levels) {
		int policy = 0;
		while (policy < levels.size() && levels.get(policy).settings().retry().policy() == null) {
			policy++;
		}
		boolean decided = setting.startsWith(RETRY) && policy < levels.size();
		boolean delaysAbove = levels.subList(0, Math.min(policy, levels.size()))
			.stream()
			.anyMatch((level) -> level.settings().retry().setsDelays());
		boolean exceptions = setting.endsWith("cludes");
		return (decided && (exceptions || !delaysAbove)) ? levels.subList(0, policy + 1) : levels;
	}

	private static @Nullable JobSetting first(String setting, Function<JobSettings, @Nullable Object> value,
			List<Level> levels) {
		for (Level level : levels) {
			Object found = value.apply(level.settings());
			if (found != null) {
				return new JobSetting(setting, found.toString(), level.origin().apply(setting));
			}
		}
		String unset = UNSET.get(setting);
		return (unset != null) ? new JobSetting(setting, unset, "built-in") : null;
	}

	private static String attribute(String setting) {
		String attribute = setting.substring(setting.indexOf('.') + 1);
		StringBuilder name = new StringBuilder();
		for (String word : attribute.split("-")) {
			name.append((name.length() == 0) ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
		}
		return (setting.startsWith(RETRY) ? "@JobRetry(" : "@BackgroundJob(") + name + ")";
	}

	private String global(String setting) {
		String property = "background-jobs." + (setting.startsWith(RETRY) ? setting : "job." + setting);
		return this.isSet.test(property) ? property : "built-in";
	}

	/**
	 * A level of settings.
	 *
	 * @param settings what it says
	 * @param origin how it is called for a setting
	 */
	private record Level(JobSettings settings, UnaryOperator<String> origin) {

	}

}
