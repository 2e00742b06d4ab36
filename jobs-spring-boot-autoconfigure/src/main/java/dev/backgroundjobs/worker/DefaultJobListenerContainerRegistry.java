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

package dev.backgroundjobs.worker;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.WorkerRegistry;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerFactory;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Holds the containers of this process, starts them with the application and stops them
 * beside the web server's graceful shutdown.
 */
public final class DefaultJobListenerContainerRegistry
		implements JobListenerContainerRegistry, JobListenerContainerFactory {

	/** The phase in which web servers stop gracefully. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

	private static final Logger logger = LoggerFactory.getLogger(DefaultJobListenerContainerRegistry.class);

	private final Supplier<WorkerOptions> configured;

	private final JobMethodRegistry methods;

	private final JobMethodInvoker invoker;

	private final JobClaims claims;

	private final WorkerRegistry workers;

	private final List<JobListener> listeners;

	private final JobObservations observations;

	private @Nullable Worker worker;

	/**
	 * Create a registry.
	 * @param configured how to work, asked for at every start
	 * @param methods the job methods
	 * @param invoker calls them
	 * @param claims the store
	 * @param workers where this worker says that it lives
	 * @param listeners those who want to hear of attempts
	 * @param observations observe attempts while they last
	 */
	public DefaultJobListenerContainerRegistry(Supplier<WorkerOptions> configured, JobMethodRegistry methods,
			JobMethodInvoker invoker, JobClaims claims, WorkerRegistry workers, List<JobListener> listeners,
			JobObservations observations) {
		this.configured = configured;
		this.methods = methods;
		this.invoker = invoker;
		this.claims = claims;
		this.workers = workers;
		this.listeners = listeners;
		this.observations = observations;
	}

	@Override
	public synchronized void start() {
		if (this.worker == null) {
			WorkerOptions options = this.configured.get();
			this.worker = new Worker(options, this.methods, this.invoker, this.claims, this.workers, this.listeners,
					this.observations);
			this.worker.start();
			logger.info("Working in {} on queues {} (jobs at a time), lease {}", this.workers.location(),
					options.containers()
						.stream()
						.map(DefaultJobListenerContainerRegistry::describe)
						.collect(Collectors.joining(", ", "{", "}")),
					options.lease());
		}
	}

	private static String describe(JobListenerContainerOptions container) {
		String queues = String.join("+", container.queues().keySet());
		return (queues.equals(container.id()) ? queues : container.id() + " (" + queues + ")") + "="
				+ container.concurrency();
	}

	@Override
	public synchronized JobListenerContainer createContainer(JobListenerContainerOptions options) {
		Assert.state(this.worker != null,
				() -> "Container '" + options.id() + "' cannot be made while the registry of containers is stopped");
		return this.worker.create(options);
	}

	@Override
	public void stop() {
		Worker stopping = takeWorker();
		if (stopping != null) {
			stopping.stop();
		}
	}

	@Override
	public void stop(Runnable callback) {
		Worker stopping = takeWorker();
		if (stopping == null) {
			callback.run();
			return;
		}
		// the web server drains beside us, in the same phase
		new Thread(() -> {
			try {
				stopping.stop();
			}
			finally {
				callback.run();
			}
		}, "background-jobs-shutdown").start();
	}

	private synchronized @Nullable Worker takeWorker() {
		Worker stopping = this.worker;
		this.worker = null;
		return stopping;
	}

	@Override
	public synchronized boolean isRunning() {
		return this.worker != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public synchronized Collection<JobListenerContainer> getContainers() {
		return (this.worker != null) ? List.copyOf(this.worker.containers()) : List.of();
	}

}
