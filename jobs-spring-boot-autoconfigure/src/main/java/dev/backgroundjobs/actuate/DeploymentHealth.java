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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.backgroundjobs.core.Deployment;
import dev.backgroundjobs.core.Deployment.Eviction;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.WorkerNamespaces;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Judges the deployment as a whole. Its findings have statuses of their own, the most
 * urgent first; all of them stand in the details.
 */
final class DeploymentHealth {

	private static final double WORTH_A_WARNING = 0.05;

	private final HealthOptions options;

	private final Supplier<WorkerNamespaces> namespaces;

	private final PastEvictions evictions;

	private final Map<Status, String> findings = new LinkedHashMap<>();

	/**
	 * Create a judge for one look.
	 * @param options from where on something is a finding
	 * @param namespaces asked for other namespaces if no worker lives
	 * @param evictions remembers earlier looks
	 */
	DeploymentHealth(HealthOptions options, Supplier<WorkerNamespaces> namespaces, PastEvictions evictions) {
		this.options = options;
		this.evictions = evictions;
		this.namespaces = namespaces;
	}

	/**
	 * Describe the deployment.
	 * @param builder takes details
	 * @param deployment what there is
	 * @param process knows when this process polled
	 * @param sample the attempts of this process
	 */
	void describe(Health.Builder builder, Deployment deployment, ProcessHealth process, FailureRate.Sample sample) {
		Map<String, QueueHealth> queues = new LinkedHashMap<>();
		deployment.queues()
			.forEach((figures) -> queues.put(figures.queue(), QueueHealth.of(figures,
					attending(deployment, figures.queue()), process.lastPoll(figures.queue()))));
		builder.withDetail("workers", deployment.workers().size());
		builder.withDetail("queues", queues);
		builder.withDetail("failureRate", sample.details());
		builder.withDetail("eviction", deployment.eviction());
		findMissingWorkers(builder, deployment);
		findEviction(deployment.eviction());
		findBacklog(deployment.queues());
		findFailures(builder, sample);
	}

	/**
	 * What was found, the most urgent first.
	 */
	Map<Status, String> findings() {
		return this.findings;
	}

	private static long attending(Deployment deployment, String queue) {
		return deployment.workers().stream().filter((worker) -> worker.queues().containsKey(queue)).count();
	}

	private void findMissingWorkers(Health.Builder builder, Deployment deployment) {
		List<String> unattended = deployment.queues()
			.stream()
			.filter((figures) -> figures.queued() + figures.scheduled() + figures.retrying() > 0)
			.map(QueueFigures::queue)
			.filter((queue) -> attending(deployment, queue) == 0)
			.toList();
		boolean none = deployment.workers().isEmpty();
		if (!unattended.isEmpty()) {
			this.findings.put(BackgroundJobsHealthIndicator.NO_WORKERS, "No worker works on " + unattended);
		}
		else if (none) {
			this.findings.put(BackgroundJobsHealthIndicator.NO_WORKERS, "No worker lives");
		}
		if (none && !unattended.isEmpty()) {
			builder.withDetail("namespaces", this.namespaces.get().diagnosis());
		}
	}

	private void findEviction(Eviction eviction) {
		long gone = this.evictions.look(eviction);
		if (eviction.mayTakeJobs()) {
			this.findings.put(BackgroundJobsHealthIndicator.UNSAFE,
					"Redis throws jobs away when its memory is full, by its maxmemory-policy (" + eviction.policy()
							+ "); it has evicted " + eviction.evictedKeys()
							+ " keys since it started. Jobs need 'noeviction': CONFIG SET maxmemory-policy noeviction");
		}
		else if (gone > 0) {
			this.findings.put(BackgroundJobsHealthIndicator.UNSAFE, "Redis has evicted " + gone
					+ " keys within the last hour, although its maxmemory-policy is '" + eviction.policy()
					+ "' now. Jobs may be missing: compare with what callers have enqueued, and set the policy in the "
					+ "configuration of Redis, so that no restart or failover brings the other one back");
		}
	}

	private void findBacklog(List<QueueFigures> queues) {
		List<String> backlog = new ArrayList<>();
		Duration age = this.options.backlogAge();
		for (QueueFigures figures : queues) {
			String queue = figures.queue() + (figures.paused() ? " (paused)" : "");
			if (figures.queued() > this.options.backlogDepth()) {
				backlog.add(queue + " holds " + figures.queued()
						+ " waiting jobs, more than background-jobs.health.backlog-depth ("
						+ this.options.backlogDepth() + ")");
			}
			else if (age != null && figures.oldestAge() != null && figures.oldestAge().compareTo(age) > 0) {
				backlog.add("The oldest job of " + queue + " has waited for " + figures.oldestAge()
						+ ", longer than background-jobs.health.backlog-age (" + age + ")");
			}
		}
		if (!backlog.isEmpty()) {
			this.findings.put(BackgroundJobsHealthIndicator.BACKLOG, String.join("; ", backlog));
		}
	}

	private void findFailures(Health.Builder builder, FailureRate.Sample sample) {
		Double limit = this.options.failureRate();
		if (limit != null && sample.exceeds(limit)) {
			this.findings.put(BackgroundJobsHealthIndicator.FAILING,
					"Failed: " + sample + ", more than background-jobs.health.failure-rate (" + limit + ")");
		}
		if (sample.exceeds(WORTH_A_WARNING)) {
			builder.withDetail("warning", "Many attempts fail: " + sample);
		}
	}

}
