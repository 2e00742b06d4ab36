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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The threads of a worker. They are daemons; what keeps a worker process alive is the
 * registry.
 */
final class WorkerThreads {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThreads.class);

	/** What may wait for the thread that tells listeners. */
	static final int WAITING = 10_000;

	/**
	 * When a worker has stopped, nothing is decided any more. Whoever is just about to
	 * hand something over must not fail for it: it may have other things to end.
	 */
	private static final RejectedExecutionHandler DISCARD = new ThreadPoolExecutor.DiscardPolicy();

	private final boolean virtual;

	private final List<ThreadPoolTaskExecutor> pools = new ArrayList<>();

	WorkerThreads(boolean virtual) {
		this.virtual = virtual;
	}

	/**
	 * Threads for the jobs of a container, made on demand and ended when idle.
	 */
	ContainerThreads forContainer(String id, int concurrency) {
		String prefix = "jobs-" + id + "-";
		if (this.virtual) {
			return new ContainerThreads(new VirtualThreadTaskExecutor(prefix));
		}
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setThreadNamePrefix(prefix);
		pool.setCorePoolSize(concurrency);
		pool.setMaxPoolSize(concurrency);
		pool.setAllowCoreThreadTimeOut(true);
		pool.setDaemon(true);
		pool.setWaitForTasksToCompleteOnShutdown(true);
		pool.afterPropertiesSet();
		this.pools.add(pool);
		return new ContainerThreads(pool);
	}

	static ScheduledThreadPoolExecutor single(String name) {
		ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, factory(name), DISCARD);
		thread.setRemoveOnCancelPolicy(true);
		thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return thread;
	}

	/**
	 * A thread that is told something for every job: without times there is nothing to
	 * sort. It refuses what it is too slow for.
	 */
	static ExecutorService inOrder(String name) {
		return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), factory(name));
	}

	/**
	 * Runs rare tasks that may take long, each on a thread of its own.
	 */
	static Executor aside(String name) {
		ThreadFactory factory = factory(name);
		return (task) -> factory.newThread(task).start();
	}

	private static ThreadFactory factory(String name) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("background-jobs-" + name + "-");
		factory.setDaemon(true);
		return factory;
	}

	/**
	 * A task that throws is not repeated any more, and nobody is told: this one is.
	 */
	static Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A task of the worker has failed; the worker goes on", ex);
			}
		};
	}

	/**
	 * Run something on a thread later. Where there is no memory to plan it, that is tried
	 * until there is: nobody else would do it.
	 * @return the plan, or {@code null} if it is made later
	 */
	static @Nullable Future<?> later(ScheduledExecutorService thread, Runnable task, Duration delay) {
		try {
			return thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (OutOfMemoryError ex) {
			thread.execute(() -> later(thread, task, delay));
			logger.warn("A worker has no memory to wait and tries again", ex);
			return null;
		}
	}

	void shutdown() {
		this.pools.forEach(ThreadPoolTaskExecutor::shutdown);
	}

}
