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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Claims as many jobs as it has free slots, whenever a slot becomes free, a wake-up or a
 * due time comes, or the poll interval is over. All decisions are made on the one poll
 * thread of the process, so the state needs no locks; claims are asynchronous, so no
 * container waits for another.
 */
final class DefaultJobListenerContainer implements JobListenerContainer {

	private static final Logger logger = LoggerFactory.getLogger(DefaultJobListenerContainer.class);

	/** Longer than a claim can take with its timeout and back-off. */
	private static final Duration STALLED_AFTER = Duration.ofSeconds(10);

	private final QueuePartition partition;

	private final int concurrency;

	private final WorkerOptions options;

	private final Claimant claimant;

	private final LeaseKeeper leases;

	private final JobExecutor jobs;

	private final ContainerThreads threads;

	private final StuckRuns stuck;

	private final ScheduledExecutorService pollThread;

	private final Isolation isolation;

	private final StoreWatch store;

	private final ExponentialBackOff backOff = new ExponentialBackOff(100, 2);

	private BackOffExecution delays;

	private volatile int busy;

	private volatile @Nullable Long lastPoll;

	private volatile long startedAt;

	private volatile boolean running = true;

	private volatile boolean claiming;

	private boolean woken;

	/** Nothing is left in Redis that a free slot could take; a wake-up will tell. */
	private boolean drained;

	private boolean backingOff;

	private @Nullable Future<?> nextPoll;

	DefaultJobListenerContainer(String queue, int concurrency, WorkerOptions options, WorkerParts parts) {
		this.partition = QueuePartition.of(queue);
		this.concurrency = concurrency;
		this.options = options;
		this.leases = parts.leases();
		this.jobs = parts.jobs();
		this.threads = parts.threads().forContainer(queue, concurrency);
		this.pollThread = parts.pollThread();
		this.isolation = parts.isolation();
		this.isolation.whenOpened(this::gateOpened);
		this.stuck = new StuckRuns(options, concurrency, parts, this.threads, this::slotFreed);
		this.store = parts.store();
		this.backOff.setMaxInterval(5000);
		this.backOff.setJitter(50);
		this.delays = this.backOff.start();
		this.claimant = claimant(parts.claims());
	}

	private Claimant claimant(JobClaims claims) {
		return claims.claimant(this.partition, RandomId.next(),
				new ClaimOptions(this.options.lease(), this.options.maxLeaseLosses(), () -> onPollThread(this::wake)));
	}

	void start() {
		this.startedAt = System.nanoTime();
		onPollThread(this::poll);
	}

	/**
	 * Claim nothing more.
	 */
	void stopClaiming() {
		this.running = false;
		this.claimant.close();
	}

	/**
	 * Whether a claim is on its way, whose jobs must be given back.
	 */
	boolean isClaiming() {
		return this.claiming;
	}

	private void onPollThread(Runnable task) {
		if (!this.pollThread.isShutdown()) {
			this.pollThread.execute(task);
		}
	}

	private void wake() {
		this.woken = true;
		this.drained = false;
		poll();
	}

	private void gateOpened() {
		this.drained = false;
		poll();
	}

	private void slotFreed() {
		this.busy--;
		if (!this.drained) {
			poll();
		}
	}

	private void poll() {
		int slots = Math.min(this.concurrency - this.busy, Claimant.MAX_SLOTS);
		if (this.claiming || this.backingOff || this.isolation.isClosed() || (slots == 0 && !this.woken)) {
			return;
		}
		cancelNextPoll();
		// a stop looks the other way round: it waits for this claim, or prevents it
		this.claiming = true;
		if (!this.running) {
			this.claiming = false;
			return;
		}
		this.woken = false;
		long sentAt = System.nanoTime();
		// without a free slot this hands the wake-up on to another container
		this.claimant.claim(slots).whenComplete((claim, failure) -> onPollThread(() -> {
			if (failure != null) {
				failed(failure);
			}
			else {
				claimed(claim, slots, sentAt);
			}
		}));
	}

	private void claimed(Claim claim, int slots, long sentAt) {
		this.store.answered(this.partition.queue());
		this.lastPoll = System.nanoTime();
		this.delays = this.backOff.start();
		boolean accepted = run(claim.jobs(), sentAt);
		this.claiming = false;
		if (!accepted) {
			backOff(null);
		}
		else if (this.woken || claim.jobs().size() == slots) {
			this.drained = false;
			poll();
		}
		else if (slots > 0) {
			this.drained = true;
			pollAfter(untilNextPoll(claim.nextDue()));
		}
	}

	private Duration untilNextPoll(@Nullable Duration nextDue) {
		long interval = this.options.pollInterval().toMillis();
		long jittered = (long) (interval * (0.7 + 0.6 * ThreadLocalRandom.current().nextDouble()));
		return Duration.ofMillis((nextDue != null) ? Math.min(jittered, nextDue.toMillis()) : jittered);
	}

	private void failed(Throwable failure) {
		// whatever this claim took is ours under its number: the next claim repeats it
		this.claiming = false;
		backOff(this.store.failed(this.partition.queue(), failure));
	}

	private void backOff(@Nullable Duration delay) {
		this.backingOff = true;
		pollAfter((delay != null) ? delay : Duration.ofMillis(this.delays.nextBackOff()));
	}

	private void pollAfter(Duration delay) {
		cancelNextPoll();
		if (!this.pollThread.isShutdown()) {
			this.nextPoll = this.pollThread.schedule(() -> {
				this.backingOff = false;
				poll();
			}, Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS);
		}
	}

	private void cancelNextPoll() {
		if (this.nextPoll != null) {
			this.nextPoll.cancel(false);
		}
	}

	/**
	 * Start jobs, or give them back.
	 * @return whether all were started
	 */
	private boolean run(List<ClaimedJob> claimed, long sentAt) {
		if (claimed.isEmpty()) {
			return true;
		}
		Lease lease = this.leases.lease(this.partition, claimed.get(0).token(), sentAt);
		List<JobRun> runs = new ArrayList<>(claimed.size());
		for (ClaimedJob job : claimed) {
			JobRun run = new JobRun(job, lease, this.options.lease(), this.isolation, this.stuck::interrupted);
			lease.add(run);
			runs.add(run);
		}
		this.leases.keep(lease);
		this.busy += runs.size();
		boolean accepted = true;
		for (JobRun run : runs) {
			accepted = accepted && this.running;
			if (accepted && this.isolation.isSuspect(run.claimed())) {
				this.isolation.add(run, this::start, this::giveBack);
				continue;
			}
			accepted = accepted && start(run);
			if (!accepted) {
				giveBack(run, new JobOutcome.Released(false));
			}
		}
		return accepted;
	}

	private void giveBack(JobRun run, JobOutcome outcome) {
		this.busy--;
		this.jobs.giveBack(run, outcome);
	}

	private boolean start(JobRun run) {
		try {
			this.threads.execute(() -> execute(run));
			return true;
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			// the system may have no thread to give
			logger.error("Job {} '{}' could not be started and goes back to its queue", run.claimed().job().name(),
					run.id(), ex);
			return false;
		}
	}

	private void execute(JobRun run) {
		try {
			this.jobs.execute(run);
		}
		catch (RuntimeException | Error ex) {
			// a bug of ours: the lease is not renewed any more and the job runs elsewhere
			logger.error("Job {} '{}' could not be settled", run.claimed().job().name(), run.id(), ex);
			this.leases.settled(run);
		}
		finally {
			onPollThread(() -> {
				if (this.stuck.freesSlot(run)) {
					slotFreed();
				}
			});
		}
	}

	@Override
	public String getQueue() {
		return this.partition.queue();
	}

	@Override
	public int getConcurrency() {
		return this.concurrency;
	}

	@Override
	public int getBusy() {
		return this.busy;
	}

	@Override
	public int getStuck() {
		return this.stuck.count();
	}

	@Override
	public @Nullable Duration getTimeSinceLastPoll() {
		Long last = this.lastPoll;
		return (last != null) ? Duration.ofNanos(System.nanoTime() - last) : null;
	}

	@Override
	public @Nullable Setback getSetback() {
		return this.running ? this.store.setback(this.partition.queue()) : null;
	}

	@Override
	public boolean isStalled() {
		if (this.running && this.stuck.holdingSlots() >= this.concurrency) {
			return true;
		}
		Long last = this.lastPoll;
		Duration since = Duration.ofNanos(System.nanoTime() - ((last != null) ? last : this.startedAt));
		return this.running && !this.isolation.isClosed() && this.busy < this.concurrency
				&& since.compareTo(this.options.pollInterval().multipliedBy(2).plus(STALLED_AFTER)) > 0;
	}

}
