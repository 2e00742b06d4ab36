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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Tells whether background jobs are worked on. DOWN is only what this process itself
 * cannot do: reach Redis, claim jobs. What is wrong with the deployment as a whole has
 * statuses of its own, which leave the application's health alone.
 */
public final class BackgroundJobsHealthIndicator extends AbstractHealthIndicator {

	/**
	 * No live worker of the namespace works on a queue in which jobs wait, or none at
	 * all.
	 */
	public static final Status NO_WORKERS = new Status("NO_WORKERS");

	/**
	 * Redis may throw jobs away.
	 */
	public static final Status UNSAFE = new Status("UNSAFE");

	/**
	 * More jobs wait in a queue than the threshold allows, or for longer.
	 */
	public static final Status BACKLOG = new Status("BACKLOG");

	/**
	 * More attempts of this process fail than the threshold allows.
	 */
	public static final Status FAILING = new Status("FAILING");

	/** From the worst on. */
	static final List<Status> BY_URGENCY = List.of(Status.DOWN, Status.OUT_OF_SERVICE, NO_WORKERS, UNSAFE, BACKLOG,
			FAILING, Status.UP);

	private static final Logger logger = LoggerFactory.getLogger(BackgroundJobsHealthIndicator.class);

	/** What is over sooner is not worth an alarm. */
	private static final Duration PASSES = Duration.ofSeconds(10);

	private final RecentDeployment deployment;

	private final JobQueries queries;

	private final ProcessHealth process;

	private final FailureRate failureRate;

	private final HealthOptions options;

	private final PastEvictions evictions;

	private final LongSupplier nanoTime;

	private volatile @Nullable Long unreadableSince;

	/**
	 * Create an indicator.
	 * @param reader the store as a whole
	 * @param queries the store
	 * @param containers the containers of this process, or {@code null} if it only
	 * enqueues
	 * @param failureRate the attempts of this process
	 * @param options from where on something is worth a status
	 */
	public BackgroundJobsHealthIndicator(DeploymentReader reader, JobQueries queries,
			@Nullable JobListenerContainerRegistry containers, FailureRate failureRate, HealthOptions options) {
		this(reader, queries, containers, failureRate, options, System::nanoTime);
	}

	BackgroundJobsHealthIndicator(DeploymentReader reader, JobQueries queries,
			@Nullable JobListenerContainerRegistry containers, FailureRate failureRate, HealthOptions options,
			LongSupplier nanoTime) {
		super("Background jobs cannot be looked at");
		this.nanoTime = nanoTime;
		this.evictions = new PastEvictions(nanoTime);
		this.deployment = new RecentDeployment(reader, nanoTime);
		this.queries = queries;
		this.process = new ProcessHealth(containers);
		this.failureRate = failureRate;
		this.options = options;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Status deployment;
		try {
			deployment = describeDeployment(builder);
			this.unreadableSince = null;
		}
		catch (DataAccessException ex) {
			deployment = unreadable(builder, ex);
		}
		Status process = this.process.describe(builder, PASSES);
		builder.status((BY_URGENCY.indexOf(process) < BY_URGENCY.indexOf(deployment)) ? process : deployment);
	}

	private Status describeDeployment(Health.Builder builder) {
		DeploymentHealth health = new DeploymentHealth(this.options, this.queries::namespaces, this.evictions);
		health.describe(builder, this.deployment.get(), this.process, this.failureRate.sample());
		if (health.findings().isEmpty()) {
			return Status.UP;
		}
		Map<String, String> findings = new LinkedHashMap<>();
		health.findings().forEach((status, text) -> findings.put(status.getCode(), text));
		builder.withDetail("findings", findings);
		return this.options.inApplicationStatus() ? Status.DOWN : health.findings().keySet().iterator().next();
	}

	/**
	 * Redis does not answer questions: it is away, or, if that passes by itself, has been
	 * busy for too long.
	 */
	private Status unreadable(Health.Builder builder, DataAccessException failure) {
		logger.debug("Background jobs cannot be looked at", failure);
		Long since = this.unreadableSince;
		long now = this.nanoTime.getAsLong();
		if (since == null) {
			since = now;
			this.unreadableSince = now;
		}
		builder.withDetail("redis", String.valueOf(failure.getMessage()));
		if (!(failure instanceof TransientDataAccessResourceException)) {
			return Status.DOWN;
		}
		return (now - since >= PASSES.toNanos()) ? Status.OUT_OF_SERVICE : Status.UP;
	}

}
