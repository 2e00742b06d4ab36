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
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of background jobs.
 */
@ConfigurationProperties("background-jobs")
public class JobsProperties {

	/**
	 * Whether background jobs are enabled. When disabled, calling a job's method fails.
	 */
	private boolean enabled = true;

	/**
	 * Where calls of job methods go. Anything but Redis is for tests.
	 */
	private Mode mode = Mode.REDIS;

	/**
	 * Namespace under which jobs are kept in Redis. Processes that share jobs need the
	 * same one. By default, the value of 'spring.application.name'.
	 */
	private @Nullable String namespace;

	/**
	 * Whether the application does not start without Redis. By default, it starts, calls
	 * fail and workers pause until Redis is there.
	 */
	private boolean failFast;

	/**
	 * Settings of single jobs, by name or by a pattern with '*'. They win over the job's
	 * annotations; where several match, the most specific one wins.
	 */
	private final Map<String, JobSettingsProperties> jobs = new LinkedHashMap<>();

	/**
	 * Settings of single queues, by name.
	 */
	private final Map<String, Queue> queues = new LinkedHashMap<>();

	/**
	 * Settings of the schedules of single methods, by id.
	 */
	private final Map<String, RecurringProperties> recurring = new LinkedHashMap<>();

	@NestedConfigurationProperty
	private final RecurringDefaultsProperties recurringDefaults = new RecurringDefaultsProperties();

	@NestedConfigurationProperty
	private final QueueDefaultsProperties queueDefaults = new QueueDefaultsProperties();

	@NestedConfigurationProperty
	private final WorkerProperties worker = new WorkerProperties();

	private final Enqueue enqueue = new Enqueue();

	@NestedConfigurationProperty
	private final TransactionProperties transaction = new TransactionProperties();

	@NestedConfigurationProperty
	private final JobDefaultsProperties job = new JobDefaultsProperties();

	@NestedConfigurationProperty
	private final AwaitProperties await = new AwaitProperties();

	@NestedConfigurationProperty
	private final FanOutProperties fanOut = new FanOutProperties();

	@NestedConfigurationProperty
	private final RetryProperties retry = new RetryProperties();

	@NestedConfigurationProperty
	private final RetentionProperties retention = new RetentionProperties();

	private final Events events = new Events();

	@NestedConfigurationProperty
	private final ContextProperties context = new ContextProperties();

	@NestedConfigurationProperty
	private final MetricsProperties metrics = new MetricsProperties();

	@NestedConfigurationProperty
	private final HealthProperties health = new HealthProperties();

	@NestedConfigurationProperty
	private final PreflightProperties preflight = new PreflightProperties();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Mode getMode() {
		return this.mode;
	}

	public void setMode(Mode mode) {
		this.mode = mode;
	}

	public @Nullable String getNamespace() {
		return this.namespace;
	}

	public void setNamespace(@Nullable String namespace) {
		this.namespace = namespace;
	}

	public boolean isFailFast() {
		return this.failFast;
	}

	public void setFailFast(boolean failFast) {
		this.failFast = failFast;
	}

	public Map<String, JobSettingsProperties> getJobs() {
		return this.jobs;
	}

	public Map<String, Queue> getQueues() {
		return this.queues;
	}

	public Map<String, RecurringProperties> getRecurring() {
		return this.recurring;
	}

	public RecurringDefaultsProperties getRecurringDefaults() {
		return this.recurringDefaults;
	}

	public QueueDefaultsProperties getQueueDefaults() {
		return this.queueDefaults;
	}

	public WorkerProperties getWorker() {
		return this.worker;
	}

	public Enqueue getEnqueue() {
		return this.enqueue;
	}

	public TransactionProperties getTransaction() {
		return this.transaction;
	}

	public AwaitProperties getAwait() {
		return this.await;
	}

	public JobDefaultsProperties getJob() {
		return this.job;
	}

	public FanOutProperties getFanOut() {
		return this.fanOut;
	}

	public RetryProperties getRetry() {
		return this.retry;
	}

	public MetricsProperties getMetrics() {
		return this.metrics;
	}

	public RetentionProperties getRetention() {
		return this.retention;
	}

	public ContextProperties getContext() {
		return this.context;
	}

	public Events getEvents() {
		return this.events;
	}

	public HealthProperties getHealth() {
		return this.health;
	}

	public PreflightProperties getPreflight() {
		return this.preflight;
	}

	/**
	 * Where calls of job methods go.
	 */
	public enum Mode {

		/**
		 * To Redis, where workers find them.
		 */
		REDIS,

		/**
		 * Nowhere: each runs at once on its caller's thread, which gets its failure.
		 */
		INLINE,

		/**
		 * They are kept in memory until a test runs them with JobTestClient.
		 */
		MANUAL

	}

	/**
	 * A single queue.
	 */
	public static class Queue extends QueueProperties {

		/**
		 * How many jobs of this queue a process runs at a time. By default, the value of
		 * 'background-jobs.worker.concurrency'.
		 */
		private @Nullable Integer workerConcurrency;

		/**
		 * How long an attempt of this queue's jobs may run, unless the job itself says
		 * otherwise.
		 */
		private @Nullable Duration timeout;

		@NestedConfigurationProperty
		private final RetrySettingsProperties retry = new RetrySettingsProperties();

		public @Nullable Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(@Nullable Duration timeout) {
			this.timeout = timeout;
		}

		public RetrySettingsProperties getRetry() {
			return this.retry;
		}

		public @Nullable Integer getWorkerConcurrency() {
			return this.workerConcurrency;
		}

		public void setWorkerConcurrency(@Nullable Integer workerConcurrency) {
			this.workerConcurrency = workerConcurrency;
		}

	}

	/**
	 * Enqueueing.
	 */
	public static class Enqueue {

		/**
		 * How long a call waits for Redis to confirm the job.
		 */
		private Duration timeout = Duration.ofSeconds(10);

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

	}

	/**
	 * Application events.
	 */
	public static class Events {

		/**
		 * How many events about jobs may wait for listeners that are slower than the
		 * jobs. Further ones are left out.
		 */
		private int capacity = 10000;

		public int getCapacity() {
			return this.capacity;
		}

		public void setCapacity(int capacity) {
			this.capacity = capacity;
		}

	}

}
