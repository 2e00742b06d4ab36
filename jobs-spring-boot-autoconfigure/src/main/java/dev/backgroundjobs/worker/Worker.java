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

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.core.WorkerRegistry;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * The working part of this process from one start to the next stop: containers, leases,
 * heartbeat, and the order in which they end.
 */
final class Worker {

	private static final Logger logger = LoggerFactory.getLogger(Worker.class);

	private static final long AFTER_INTERRUPT_MS = 1000;

	private static final long FOR_SETTLING_MS = 3000;

	/** They hear of it all, unless one of them is slow. */
	private static final long FOR_LISTENERS_MS = 3000;

	private static final long HEARD_AGAIN_AFTER_MS = 1000;

	private final String id = RandomId.next();

	private final Instant startedAt = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());

	/** Looked up once: it may take long, and must not hold up renewals. */
	private final String host = host();

	private final WorkerOptions options;

	private final WorkerRegistry registry;

	private final ScheduledThreadPoolExecutor pollThread = WorkerThreads.single("poll");

	private final ScheduledThreadPoolExecutor leaseThread = WorkerThreads.single("lease");

	private final ExecutorService listenerThread = WorkerThreads.inOrder("listener");

	private final WorkerThreads threads;

	private final LeaseKeeper leases;

	private final LongRuns longRuns;

	private final Isolation isolation;

	private final JobExecutor jobs;

	private final JobLog log;

	private final WorkerParts parts;

	private final Supplier<Runnable> deadJoins;

	private @Nullable Runnable hearNoMore;

	private final List<DefaultJobListenerContainer> containers = new CopyOnWriteArrayList<>();

	/** Of the queues, as far as a heartbeat has told. */
	private volatile Map<String, Integer> partitions = Map.of();

	private @Nullable Future<?> heartbeat;

	/** When the last one was sent that has not failed. */
	private volatile @Nullable Long lastHeartbeat;

	private final CountDownLatch stopped = new CountDownLatch(1);

	Worker(WorkerOptions options, JobMethodRegistry methods, JobMethodInvoker invoker, JobClaims claims,
			WorkerRegistry registry, List<JobListener> listeners, JobObservations observations) {
		this.options = options;
		this.registry = registry;
		this.threads = new WorkerThreads(options.virtualThreads());
		this.leases = new LeaseKeeper(claims, options.lease(), System::nanoTime, this.leaseThread);
		this.longRuns = new LongRuns(this.leases, options.longRunning());
		List<JobListener> all = new ArrayList<>(listeners);
		this.log = new JobLog(methods, this::tellLater);
		all.add(this.log);
		this.isolation = new Isolation(claims, options.lease(), options.maxLeaseLosses(), this.pollThread);
		JobReports reports = new JobReports(claims, options.logs(), this.pollThread);
		JobListeners told = new JobListeners(all, this.listenerThread, WorkerThreads.aside("warning"));
		this.jobs = new JobExecutor(methods, new AttemptCaller(invoker, observations, reports), claims, this.leases,
				this.pollThread, told, options.maxParked());
		this.deadJoins = () -> claims.listenToDeadJoins(told::joinDied);
		this.parts = new WorkerParts(claims, this.leases, this.jobs, this.threads, this.pollThread, this.isolation,
				new StoreWatch(System::nanoTime), new PollRate(options.pollInterval()));
		options.containers().forEach(this::create);
	}

	/**
	 * Make a container.
	 * @throws IllegalStateException if there is one of that id, or one that works on the
	 * same queue
	 */
	synchronized DefaultJobListenerContainer create(JobListenerContainerOptions wanted) {
		for (DefaultJobListenerContainer container : this.containers) {
			Assert.state(!container.getId().equals(wanted.id()),
					() -> "This process has a container '" + wanted.id() + "' already");
			wanted.queues()
				.keySet()
				.forEach((queue) -> Assert.state(!container.getQueues().contains(queue),
						() -> "Container '" + container.getId() + "' works on queue '" + queue
								+ "' already, so that container '" + wanted.id() + "' cannot"));
		}
		DefaultJobListenerContainer created = new DefaultJobListenerContainer(wanted, this.options, this.parts);
		created.serve(this.partitions);
		this.containers.add(created);
		return created;
	}

	private void tellLater(Runnable task, Duration delay) {
		this.pollThread.schedule(() -> tell(task), delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void tell(Runnable task) {
		try {
			this.listenerThread.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// listeners are too slow just now
			tellLater(task, Duration.ofSeconds(1));
		}
	}

	void start() {
		Thread keepAlive = new Thread(this::awaitStop, "background-jobs-keep-alive");
		keepAlive.start();
		this.leases.start();
		this.hearNoMore = this.deadJoins.get();
		this.heartbeat = this.leaseThread.scheduleWithFixedDelay(WorkerThreads.guarded(this::heartbeatIfDue), 0,
				Math.min(HEARD_AGAIN_AFTER_MS, this.options.lease().toMillis() / 3), TimeUnit.MILLISECONDS);
		long lookEvery = this.longRuns.interval().toMillis();
		this.leaseThread.scheduleWithFixedDelay(WorkerThreads.guarded(this.longRuns::look), lookEvery, lookEvery,
				TimeUnit.MILLISECONDS);
		this.containers.forEach(DefaultJobListenerContainer::start);
	}

	private void awaitStop() {
		try {
			this.stopped.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void heartbeatIfDue() {
		long now = System.nanoTime();
		Long last = this.lastHeartbeat;
		if (last == null || now - last >= this.options.lease().toNanos() / 3) {
			this.lastHeartbeat = now;
			heartbeat();
		}
	}

	private void heartbeat() {
		Map<String, Integer> queues = new LinkedHashMap<>();
		this.containers.stream()
			.filter(DefaultJobListenerContainer::isRunning)
			.forEach((container) -> container.getQueues()
				.forEach((queue) -> queues.put(queue, container.getConcurrency())));
		Set<String> known = this.containers.stream()
			.flatMap((container) -> container.getQueues().stream())
			.collect(Collectors.toSet());
		int busy = this.containers.stream().mapToInt(DefaultJobListenerContainer::getBusy).sum();
		this.registry
			.heartbeat(new WorkerDescription(this.id, this.host, ProcessHandle.current().pid(), this.startedAt, queues,
					busy, running()), known, this.options.lease())
			.whenComplete((numbers, failure) -> {
				if (failure == null) {
					serve(numbers);
				}
				else {
					logger.debug("The heartbeat was not heard", failure);
					// until one is, nobody knows of this worker
					this.lastHeartbeat = null;
				}
			});
	}

	/**
	 * A queue may have got more partitions, here or where its jobs come from.
	 */
	private synchronized void serve(Map<String, Integer> numbers) {
		this.partitions = numbers;
		this.containers.forEach((container) -> container.serve(numbers));
	}

	/**
	 * Some of the jobs that run now.
	 */
	private List<String> running() {
		return this.leases.open()
			.stream()
			.filter(JobRun::isRunning)
			.limit(WorkerDescription.MOST_NAMED)
			.map(JobRun::id)
			.toList();
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown";
		}
	}

	List<DefaultJobListenerContainer> containers() {
		return this.containers;
	}

	/**
	 * Stop in order: no more claims; running jobs may go on for a while; then they are
	 * interrupted and go back to their queues. A job that ignores its interrupt keeps its
	 * lease, so that nobody else runs it beside us.
	 */
	void stop() {
		try {
			stopInOrder();
		}
		finally {
			// whatever fails: the process must be able to end
			this.stopped.countDown();
		}
	}

	private void stopInOrder() {
		this.containers.forEach(DefaultJobListenerContainer::close);
		this.isolation.stop();
		if (!await(this.options.shutdownTimeout().toMillis(), this::isIdle)) {
			List<JobRun> late = this.leases.open();
			logger.warn("{} job(s) still run after background-jobs.worker.shutdown-timeout ({}): they are interrupted "
					+ "and go back to their queues", late.size(), this.options.shutdownTimeout());
			late.forEach((run) -> run.interrupt(JobRun.Interruption.SHUTDOWN));
			await(AFTER_INTERRUPT_MS, () -> this.leases.open().stream().noneMatch(JobRun::isRunning));
		}
		if (!await(FOR_SETTLING_MS, () -> this.leases.open().stream().allMatch(JobRun::isRunning))) {
			logger.warn("Redis has not confirmed the outcome of {} job(s): they run again when their leases end",
					this.leases.open().stream().filter((run) -> !run.isRunning()).count());
		}
		if (this.hearNoMore != null) {
			this.hearNoMore.run();
		}
		leave();
		this.pollThread.shutdownNow();
		this.leaseThread.scheduleWithFixedDelay(this::endRenewals, 0, AFTER_INTERRUPT_MS, TimeUnit.MILLISECONDS);
		tell(this.log::end);
		this.listenerThread.shutdown();
		if (!await(FOR_LISTENERS_MS, this.listenerThread::isTerminated)) {
			logger.warn("Listeners still hear of jobs that have ended; the stop does not wait for them");
		}
		this.threads.shutdown();
		logger.info("Stopped working");
	}

	private boolean isIdle() {
		return this.containers.stream().noneMatch(DefaultJobListenerContainer::isClaiming)
				&& this.leases.open().isEmpty();
	}

	private void endRenewals() {
		if (this.leases.open().isEmpty()) {
			this.leaseThread.shutdown();
		}
	}

	private void leave() {
		if (this.heartbeat != null) {
			this.heartbeat.cancel(false);
		}
		try {
			this.registry.leave(this.id).toCompletableFuture().get(1, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			// its entry expires by itself
			logger.debug("The worker could not say that it leaves", ex);
		}
	}

	/**
	 * Wait until a condition holds.
	 * @return whether it holds
	 */
	private boolean await(long atMostMs, BooleanSupplier condition) {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMs);
		try {
			while (!condition.getAsBoolean()) {
				if (System.nanoTime() - deadline > 0 || this.stopped.await(10, TimeUnit.MILLISECONDS)) {
					return condition.getAsBoolean();
				}
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return condition.getAsBoolean();
		}
	}

}
