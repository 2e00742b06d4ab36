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

package dev.backgroundjobs.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Gauges of how many jobs are in each state of each queue, and for how long the oldest
 * one has waited. They describe the whole deployment, whichever process is asked, and are
 * refreshed every few seconds on a thread of their own, so that a scrape never waits for
 * Redis.
 */
public final class QueueSizeMeters implements MeterBinder, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(QueueSizeMeters.class);

	private static final Duration REFRESH = Duration.ofSeconds(5);

	private static final Map<String, ToLongFunction<QueueFigures>> SIZES = Map.of("queued", QueueFigures::queued,
			"scheduled", QueueFigures::scheduled, "retrying", QueueFigures::retrying, "running", QueueFigures::running,
			"waiting", QueueFigures::waiting, "dead", QueueFigures::dead);

	private final JobQueries queries;

	private final List<MeterRegistry> registries = new ArrayList<>();

	/** The latest figures of each queue: its gauges read them here. */
	private final Map<String, LatestFigures> latest = new HashMap<>();

	private @Nullable ThreadPoolTaskScheduler scheduler;

	/**
	 * Create meters.
	 * @param queries the store
	 */
	public QueueSizeMeters(JobQueries queries) {
		this.queries = queries;
	}

	@Override
	public synchronized void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.latest.forEach((queue, figures) -> bind(registry, queue, figures));
		if (this.scheduler == null) {
			ThreadPoolTaskScheduler started = new ThreadPoolTaskScheduler();
			started.setThreadNamePrefix("background-jobs-meters-");
			started.setDaemon(true);
			started.afterPropertiesSet();
			started.scheduleWithFixedDelay(this::refresh, REFRESH);
			this.scheduler = started;
		}
	}

	/**
	 * Ask Redis now.
	 */
	void refresh() {
		try {
			publish(this.queries.queues().stream().map(this.queries::figures).toList());
		}
		catch (RuntimeException ex) {
			// the last figures stand until Redis answers again
			logger.debug("Queue sizes could not be refreshed", ex);
		}
	}

	private synchronized void publish(List<QueueFigures> read) {
		for (QueueFigures figures : read) {
			LatestFigures known = this.latest.get(figures.queue());
			if (known != null) {
				known.figures = figures;
			}
			else {
				// registered once and never again, so that no scrape falls in between
				LatestFigures first = new LatestFigures(figures);
				this.latest.put(figures.queue(), first);
				this.registries.forEach((registry) -> bind(registry, figures.queue(), first));
			}
		}
	}

	private static void bind(MeterRegistry registry, String queue, LatestFigures figures) {
		SIZES.forEach((state, size) -> Gauge
			.builder("background.jobs.queue.size", figures, (latest) -> size.applyAsLong(latest.figures))
			.description("Number of jobs in each state, of the whole deployment")
			.tags("queue", queue, "state", state)
			.strongReference(true)
			.register(registry));
		Gauge.builder("background.jobs.queue.oldest.age", figures, (latest) -> seconds(latest.figures.oldestAge()))
			.description("For how long the oldest waiting job has been due, of the whole deployment")
			.baseUnit("seconds")
			.tags("queue", queue)
			.strongReference(true)
			.register(registry);
	}

	private static double seconds(@Nullable Duration age) {
		return (age != null) ? age.toMillis() / 1000.0 : 0;
	}

	@Override
	public synchronized void destroy() {
		if (this.scheduler != null) {
			this.scheduler.shutdown();
		}
	}

	/**
	 * What the gauges of a queue show.
	 */
	private static final class LatestFigures {

		private volatile QueueFigures figures;

		LatestFigures(QueueFigures figures) {
			this.figures = figures;
		}

	}

}
