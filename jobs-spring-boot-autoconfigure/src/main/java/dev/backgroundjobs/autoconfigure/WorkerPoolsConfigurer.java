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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.backgroundjobs.listener.JobListenerContainerOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies properties to the pools of queues.
 */
final class WorkerPoolsConfigurer {

	private static final Logger logger = LoggerFactory.getLogger(WorkerPoolsConfigurer.class);

	private static final String POOLS = "background-jobs.worker.pools.";

	private final JobsProperties properties;

	WorkerPoolsConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	/**
	 * The pools.
	 * @param known the queues of which this application knows
	 */
	List<JobListenerContainerOptions> configure(Set<String> known) {
		List<JobListenerContainerOptions> pools = new ArrayList<>();
		Map<String, String> poolOf = new LinkedHashMap<>();
		this.properties.getWorker().getPools().forEach((name, pool) -> {
			Map<String, Integer> weights = weights(name, pool, known);
			weights.keySet().forEach((queue) -> {
				String other = poolOf.put(queue, name);
				check(POOLS + name + ".queues", queue, other == null,
						"Pool '" + other + "' has the queue, too, and a queue can be in one pool only.");
			});
			pools.add(new JobListenerContainerOptions(name, weights, pool.getOrder(), concurrency(name, pool)));
		});
		warnOfOwnConcurrency(poolOf);
		return pools;
	}

	private Map<String, Integer> weights(String name, WorkerPoolProperties pool, Set<String> known) {
		String property = POOLS + name + ".queues";
		check(property, pool.getQueues(), !pool.getQueues().isEmpty(), "A pool must have a queue.");
		Map<String, Integer> weights = new LinkedHashMap<>();
		for (String entry : pool.getQueues()) {
			String[] parts = entry.trim().split(":", 2);
			String queue = parts[0].trim();
			check(property, entry, known.contains(queue),
					"There is no queue '" + queue + "'; known are " + new TreeSet<>(known)
							+ ": a queue is known when a job method, background-jobs.queues.<name> or "
							+ "background-jobs.worker.queues names it.");
			check(property, entry, !weights.containsKey(queue), "The queue is there twice.");
			weights.put(queue, (parts.length > 1) ? weight(property, entry, parts[1].trim()) : 1);
		}
		return weights;
	}

	private static int weight(String property, String entry, String text) {
		boolean number = text.matches("\\d{1,6}");
		check(property, entry, number && Integer.parseInt(text) >= 1,
				"It must read 'queue' or 'queue:weight', with a weight of at least 1.");
		return Integer.parseInt(text);
	}

	private int concurrency(String name, WorkerPoolProperties pool) {
		Integer own = pool.getConcurrency();
		int concurrency = (own != null) ? own : this.properties.getWorker().getConcurrency();
		check((own != null) ? POOLS + name + ".concurrency" : "background-jobs.worker.concurrency", concurrency,
				concurrency >= 1, "It must be at least 1.");
		return concurrency;
	}

	private void warnOfOwnConcurrency(Map<String, String> poolOf) {
		poolOf.forEach((queue, pool) -> {
			JobsProperties.Queue settings = this.properties.getQueues().get(queue);
			if (settings != null && settings.getWorkerConcurrency() != null) {
				logger.warn("background-jobs.queues.{}.worker-concurrency has no effect here: the queue shares the "
						+ "slots of pool '{}'", queue, pool);
			}
		});
	}

	private static void check(String property, Object value, boolean valid, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

}
