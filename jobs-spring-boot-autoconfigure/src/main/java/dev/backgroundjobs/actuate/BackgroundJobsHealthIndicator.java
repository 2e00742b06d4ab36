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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.listener.Setback;
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

	private static final Logger logger = LoggerFactory.getLogger(BackgroundJobsHealthIndicator.class);

	/**
	 * No live worker of the namespace works on a queue in which jobs wait, or none at
	 * all.
	 */
	public static final Status NO_WORKERS = new Status("NO_WORKERS");

	/**
	 * More jobs wait in a queue than the threshold allows.
	 */
	public static final Status BACKLOG = new Status("BACKLOG");

	/** What is over sooner is not worth an alarm. */
	private static final Duration PASSES = Duration.ofSeconds(10);

	private final JobQueries queries;

	private final @Nullable JobListenerContainerRegistry containers;

	private final long backlogDepth;

	private final boolean inApplicationStatus;

	private volatile @Nullable Long unreadableSince;

	/**
	 * Create an indicator.
	 * @param queries the store
	 * @param containers the containers of this process, or {@code null} if it only
	 * enqueues
	 * @param backlogDepth how many jobs may wait in a queue
	 * @param inApplicationStatus whether findings about the deployment are DOWN
	 */
	public BackgroundJobsHealthIndicator(JobQueries queries, @Nullable JobListenerContainerRegistry containers,
			long backlogDepth, boolean inApplicationStatus) {
		super("Background jobs cannot be looked at");
		this.queries = queries;
		this.containers = containers;
		this.backlogDepth = backlogDepth;
		this.inApplicationStatus = inApplicationStatus;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		try {
			lookAt(builder);
			this.unreadableSince = null;
		}
		catch (DataAccessException ex) {
			unreadable(builder, ex);
		}
		describeSetbacks(builder);
	}

	private void lookAt(Health.Builder builder) {
		List<WorkerDescription> workers = this.queries.workers();
		Map<String, Object> queues = new LinkedHashMap<>();
		Set<String> unattended = new TreeSet<>();
		Set<String> overThreshold = new TreeSet<>();
		for (String queue : this.queries.queues()) {
			QueueFigures figures = this.queries.figures(queue);
			long attending = workers.stream().filter((worker) -> worker.queues().containsKey(queue)).count();
			queues.put(queue, new QueueHealth(figures, attending));
			if (attending == 0 && figures.queued() + figures.scheduled() + figures.retrying() > 0) {
				unattended.add(queue);
			}
			if (figures.queued() > this.backlogDepth) {
				overThreshold.add(queue);
			}
		}
		builder.up().withDetail("workers", workers.size()).withDetail("queues", queues);
		describeStuckJobs(builder);
		if (isStalled(builder)) {
			builder.down();
		}
		else if (workers.isEmpty() || !unattended.isEmpty()) {
			finding(builder, NO_WORKERS);
			describeMissingWorkers(builder, unattended, workers.isEmpty());
		}
		else if (!overThreshold.isEmpty()) {
			finding(builder, BACKLOG);
			builder.withDetail("backlog", overThreshold + " hold more than background-jobs.health.backlog-depth ("
					+ this.backlogDepth + ") waiting jobs");
		}
	}

	/**
	 * Redis does not answer questions: it is away, or, if that passes by itself, has been
	 * busy for too long.
	 */
	private void unreadable(Health.Builder builder, DataAccessException failure) {
		logger.debug("Background jobs cannot be looked at", failure);
		Long since = this.unreadableSince;
		long now = System.nanoTime();
		if (since == null) {
			since = now;
			this.unreadableSince = now;
		}
		builder.withDetail("redis", String.valueOf(failure.getMessage()));
		if (!(failure instanceof TransientDataAccessResourceException)) {
			builder.down();
		}
		else if (now - since >= PASSES.toNanos()) {
			builder.outOfService();
		}
		else {
			builder.up();
		}
	}

	/**
	 * What keeps queues from being worked on here, from whatever passes soon to what
	 * somebody has to correct.
	 */
	private void describeSetbacks(Health.Builder builder) {
		Map<String, String> described = new LinkedHashMap<>();
		boolean down = false;
		boolean lasting = false;
		for (JobListenerContainer container : containers()) {
			Setback setback = container.getSetback();
			if (setback != null) {
				described.put(container.getQueue(), setback.message());
				down |= setback.reason() == Reason.DENIED || setback.reason() == Reason.BROKEN;
				lasting |= setback.reason() == Reason.NOT_NOW && setback.lasting().compareTo(PASSES) >= 0;
			}
		}
		if (described.isEmpty()) {
			return;
		}
		builder.withDetail("setbacks", described);
		boolean isDown = builder.build().getStatus().equals(Status.DOWN);
		if (down) {
			builder.down();
		}
		else if (lasting && !isDown) {
			builder.outOfService();
		}
	}

	private Collection<JobListenerContainer> containers() {
		return (this.containers != null) ? this.containers.getContainers() : List.of();
	}

	private void finding(Health.Builder builder, Status status) {
		builder.status(this.inApplicationStatus ? Status.DOWN : status);
		if (this.inApplicationStatus) {
			builder.withDetail("finding", status.getCode());
		}
	}

	private void describeMissingWorkers(Health.Builder builder, Set<String> unattended, boolean none) {
		builder.withDetail("noWorkers", unattended.isEmpty() ? "No worker lives" : "No worker works on " + unattended);
		if (none && !unattended.isEmpty()) {
			builder.withDetail("namespaces", this.queries.namespaces().diagnosis());
		}
	}

	private void describeStuckJobs(Health.Builder builder) {
		Map<String, Integer> stuck = new TreeMap<>();
		if (this.containers != null) {
			this.containers.getContainers()
				.forEach((container) -> stuck.put(container.getQueue(), container.getStuck()));
		}
		stuck.values().removeIf((number) -> number == 0);
		if (!stuck.isEmpty()) {
			builder.withDetail("stuck", stuck);
		}
	}

	private static boolean isStalled(JobListenerContainer container) {
		Setback setback = container.getSetback();
		// those whom Redis answers, with a refusal, have a word of their own
		return container.isStalled() && (setback == null || setback.reason() == Reason.AWAY);
	}

	private boolean isStalled(Health.Builder builder) {
		List<String> stalled = containers().stream()
			.filter(BackgroundJobsHealthIndicator::isStalled)
			.map(JobListenerContainer::getQueue)
			.toList();
		if (!stalled.isEmpty()) {
			builder.withDetail("stalled", stalled
					+ ": this process has not been able to claim jobs lately, or its slots are held by jobs that do not heed their interrupt");
		}
		return !stalled.isEmpty();
	}

	/**
	 * A queue in the details.
	 *
	 * @param queued jobs that wait for a worker
	 * @param scheduled jobs whose delay is not over
	 * @param retrying jobs that wait for their next attempt
	 * @param running jobs that are claimed
	 * @param dead dead letters
	 * @param oldestAge for how long the oldest queued job has been due, or {@code none}
	 * @param workers how many workers work on it
	 */
	record QueueHealth(long queued, long scheduled, long retrying, long running, long dead, String oldestAge,
			long workers) {

		QueueHealth(QueueFigures figures, long workers) {
			this(figures.queued(), figures.scheduled(), figures.retrying(), figures.running(), figures.dead(),
					(figures.oldestAge() != null) ? figures.oldestAge().toString() : "none", workers);
		}

	}

}
