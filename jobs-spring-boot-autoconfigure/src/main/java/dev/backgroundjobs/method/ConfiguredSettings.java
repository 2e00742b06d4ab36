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

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.util.PatternMatchUtils;

/**
 * The settings an operator has made beside those in the code.
 *
 * @param jobs settings of jobs, by name or pattern
 * @param queues settings of queues, by name
 * @param all settings of all jobs, none left out but the timeout
 */
public record ConfiguredSettings(Map<String, JobSettings> jobs, Map<String, JobSettings> queues, JobSettings all) {

	/** Whoever says more of the name is more specific. */
	private static final Comparator<String> MOST_SPECIFIC_FIRST = Comparator
		.comparing((String pattern) -> pattern.contains("*"))
		.thenComparing((pattern) -> -pattern.replace("*", "").length())
		.thenComparing((pattern) -> pattern);

	/**
	 * The settings for a job: an exact name wins over patterns, a pattern with more
	 * characters beside {@code *} over one with fewer.
	 */
	JobSettings ofJob(String name) {
		return matching(name).values().stream().reduce(JobSettings.NONE, JobSettings::orElse);
	}

	/**
	 * The patterns that match a job, the most specific first, with their settings.
	 */
	Map<String, JobSettings> matching(String name) {
		Map<String, JobSettings> matching = new LinkedHashMap<>();
		this.jobs.keySet()
			.stream()
			.filter((pattern) -> PatternMatchUtils.simpleMatch(pattern, name))
			.sorted(MOST_SPECIFIC_FIRST)
			.forEach((pattern) -> matching.put(pattern, this.jobs.getOrDefault(pattern, JobSettings.NONE)));
		return matching;
	}

	/**
	 * The settings for the jobs of a queue.
	 */
	JobSettings ofQueue(String queue) {
		return this.queues.getOrDefault(queue, JobSettings.NONE);
	}

	/**
	 * Patterns that match none of some names.
	 */
	List<String> unmatched(Collection<String> names) {
		return this.jobs.keySet()
			.stream()
			.filter((pattern) -> names.stream().noneMatch((name) -> PatternMatchUtils.simpleMatch(pattern, name)))
			.toList();
	}

}
