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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.backgroundjobs.core.JobReport;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.worker.WorkerOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Applies properties to the worker.
 */
final class WorkerOptionsConfigurer {

	private static final Logger logger = LoggerFactory.getLogger(WorkerOptionsConfigurer.class);

	private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);

	private static final DataSize LARGEST_LOG = DataSize.ofKilobytes(64);

	private final JobsProperties properties;

	private final boolean virtualThreads;

	WorkerOptionsConfigurer(JobsProperties properties, boolean virtualThreads) {
		this.properties = properties;
		this.virtualThreads = virtualThreads;
	}

	WorkerOptions configure(Collection<JobMethod> methods) {
		WorkerProperties worker = this.properties.getWorker();
		check("background-jobs.worker.lease", worker.getLease(), worker.getLease().compareTo(SHORTEST_LEASE) >= 0,
				"It must be at least 2s, so that it can be renewed in time.");
		check("background-jobs.worker.poll-interval", worker.getPollInterval(),
				worker.getPollInterval().toMillis() >= 10, "It must be at least 10ms.");
		check("background-jobs.worker.shutdown-timeout", worker.getShutdownTimeout(),
				!worker.getShutdownTimeout().isNegative(), "It must not be negative.");
		check("background-jobs.worker.max-lease-losses", worker.getMaxLeaseLosses(), worker.getMaxLeaseLosses() >= 1,
				"It must be at least 1.");
		checkStuck(worker);
		Duration maxParked = this.properties.getJob().getMaxParked();
		check("background-jobs.job.max-parked", maxParked, !maxParked.isNegative(), "It must not be negative.");
		Duration longRunning = this.properties.getJob().getLongRunning();
		check("background-jobs.job.long-running", longRunning, !longRunning.isNegative() && !longRunning.isZero(),
				"It must be longer than zero.");
		check("background-jobs.worker.refusal-interval", worker.getRefusalInterval(),
				worker.getRefusalInterval().toMillis() >= 10, "It must be at least 10ms.");
		return new WorkerOptions(containers(queues(methods), methods), worker.getLease(), worker.getPollInterval(),
				worker.getShutdownTimeout(), worker.getMaxLeaseLosses(), worker.getInterruptGrace(),
				worker.getMaxStuckThreads(), this.properties.getJob().getMaxParked(), longRunning, this.virtualThreads,
				logs());
	}

	/**
	 * The pools, and a container for each of the queues that are in none.
	 */
	private List<JobListenerContainerOptions> containers(Set<String> queues, Collection<JobMethod> methods) {
		Set<String> known = new LinkedHashSet<>(queues);
		known.addAll(this.properties.getQueues().keySet());
		methods.forEach((method) -> known.add(method.definition().queue()));
		List<JobListenerContainerOptions> pools = new WorkerPoolsConfigurer(this.properties).configure(known);
		Set<String> others = new LinkedHashSet<>(queues);
		pools.forEach((pool) -> others.removeAll(pool.queues().keySet()));
		pools.forEach((pool) -> check("background-jobs.worker.pools", pool.id(), !others.contains(pool.id()),
				"There is a queue of that name which has slots of its own: call the pool something else, or take the "
						+ "queue into it."));
		return Stream
			.concat(others.stream().map((queue) -> JobListenerContainerOptions.of(queue, concurrency(queue))),
					pools.stream())
			.toList();
	}

	private JobReport.Limits logs() {
		JobDefaultsProperties job = this.properties.getJob();
		check("background-jobs.job.max-log-lines", job.getMaxLogLines(), job.getMaxLogLines() >= 0,
				"It must not be negative.");
		check("background-jobs.job.max-log", job.getMaxLog(),
				!job.getMaxLog().isNegative() && job.getMaxLog().compareTo(LARGEST_LOG) <= 0,
				"It must be between 0B and " + LARGEST_LOG + ".");
		return new JobReport.Limits(job.getMaxLogLines(), (int) job.getMaxLog().toBytes());
	}

	private static void checkStuck(WorkerProperties worker) {
		check("background-jobs.worker.interrupt-grace", worker.getInterruptGrace(),
				!worker.getInterruptGrace().isNegative(), "It must not be negative.");
		Integer max = worker.getMaxStuckThreads();
		if (max != null) {
			check("background-jobs.worker.max-stuck-threads", max, max >= 0, "It must not be negative.");
		}
	}

	private Set<String> queues(Collection<JobMethod> methods) {
		List<String> wanted = this.properties.getWorker().getQueues();
		Set<String> queues = new LinkedHashSet<>(wanted);
		boolean all = queues.remove("*");
		queues.forEach((queue) -> checkName("background-jobs.worker.queues", queue));
		this.properties.getQueues().keySet().forEach((queue) -> checkName("background-jobs.queues", queue));
		Set<String> unknown = new TreeSet<>(queues);
		methods.forEach((method) -> unknown.remove(method.definition().queue()));
		unknown.removeAll(this.properties.getQueues().keySet());
		if (!unknown.isEmpty()) {
			logger.warn(
					"background-jobs.worker.queues names {}, which no job method of this application uses; those "
							+ "that are used: {}",
					unknown,
					methods.stream().map((method) -> method.definition().queue()).sorted().distinct().toList());
		}
		if (all) {
			methods.forEach((method) -> queues.add(method.definition().queue()));
			queues.addAll(this.properties.getQueues().keySet());
		}
		return queues;
	}

	private static void checkName(String property, String queue) {
		try {
			QueuePartition.of(queue);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(property, queue, ex.getMessage());
		}
	}

	private int concurrency(String queue) {
		JobsProperties.Queue settings = this.properties.getQueues().get(queue);
		Integer own = (settings != null) ? settings.getWorkerConcurrency() : null;
		int concurrency = (own != null) ? own : this.properties.getWorker().getConcurrency();
		check((own != null) ? "background-jobs.queues." + queue + ".worker-concurrency"
				: "background-jobs.worker.concurrency", concurrency, concurrency >= 1, "It must be at least 1.");
		return concurrency;
	}

	private static void check(String property, Object value, boolean valid, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

}
