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
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
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

	private final JobQueries queries;

	private final List<MultiGauge> sizes = new ArrayList<>();

	private final List<MultiGauge> ages = new ArrayList<>();

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
		this.sizes.add(MultiGauge.builder("background.jobs.queue.size")
			.description("Number of jobs in each state, of the whole deployment")
			.register(registry));
		this.ages.add(MultiGauge.builder("background.jobs.queue.oldest.age")
			.description("For how long the oldest waiting job has been due, of the whole deployment")
			.baseUnit("seconds")
			.register(registry));
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
			List<Row<?>> sizeRows = new ArrayList<>();
			List<Row<?>> ageRows = new ArrayList<>();
			for (String queue : this.queries.queues()) {
				QueueFigures figures = this.queries.figures(queue);
				addRows(sizeRows, figures);
				Duration age = figures.oldestAge();
				ageRows.add(Row.of(Tags.of("queue", queue), (age != null) ? age.toMillis() / 1000.0 : 0));
			}
			publish(sizeRows, ageRows);
		}
		catch (RuntimeException ex) {
			// the last figures stand until Redis answers again
			logger.debug("Queue sizes could not be refreshed", ex);
		}
	}

	private synchronized void publish(List<Row<?>> sizeRows, List<Row<?>> ageRows) {
		this.sizes.forEach((gauge) -> gauge.register(sizeRows, true));
		this.ages.forEach((gauge) -> gauge.register(ageRows, true));
	}

	private static void addRows(List<Row<?>> rows, QueueFigures figures) {
		Map.of("queued", figures.queued(), "scheduled", figures.scheduled(), "retrying", figures.retrying(), "running",
				figures.running(), "dead", figures.dead())
			.forEach((state, size) -> rows.add(Row.of(Tags.of("queue", figures.queue(), "state", state), size)));
	}

	@Override
	public synchronized void destroy() {
		if (this.scheduler != null) {
			this.scheduler.shutdown();
		}
	}

}
