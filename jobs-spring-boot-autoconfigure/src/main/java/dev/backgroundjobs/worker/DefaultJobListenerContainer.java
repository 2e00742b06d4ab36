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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.LongRunningJob;
import dev.backgroundjobs.listener.Setback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Claims as many jobs as it has free slots, and some more for its buffer, whenever a slot
 * becomes free, the buffer is low, a wake-up or a due time comes, or the poll interval is
 * over. All decisions are made on the one poll thread of the process, so the state needs
 * no locks; claims are asynchronous, so no container waits for another.
 */
final class DefaultJobListenerContainer implements JobListenerContainer {

	private static final Logger logger = LoggerFactory.getLogger(DefaultJobListenerContainer.class);

	/** Longer than a claim can take with its timeout and back-off. */
	private static final Duration STALLED_AFTER = Duration.ofSeconds(10);

	/** Jobs held here whose end Redis has not confirmed; more would only fill memory. */
	private static final int MAX_UNCONFIRMED = 2000;

	private static final Duration BEHIND_FOR = Duration.ofMillis(10);

	private final QueuePartition partition;

	private final WorkerOptions options;

	private final Claimant claimant;

	private final LeaseKeeper leases;

	private final JobSlots slots;

	private final WorkerParts parts;

	private final ExponentialBackOff backOff = new ExponentialBackOff(100, 2);

	private BackOffExecution delays;

	private volatile @Nullable Long lastPoll;

	private volatile long startedAt;

	private volatile boolean running;

	private boolean closed;

	private volatile boolean claiming;

	private boolean woken;

	/** Nothing is left in Redis that a free slot could take; a wake-up will tell. */
	private boolean drained;

	private boolean backingOff;

	/** A claim whose answer was lost is repeated once while the worker stops. */
	private boolean lastClaimRepeated;

	private @Nullable Future<?> nextPoll;

	DefaultJobListenerContainer(String queue, int concurrency, WorkerOptions options, WorkerParts parts) {
		this.partition = QueuePartition.of(queue);
		this.options = options;
		this.parts = parts;
		this.leases = parts.leases();
		this.slots = new JobSlots(queue, concurrency, options, parts, this::refill, () -> backOff(null),
				() -> this.claiming);
		parts.isolation().whenOpened(this::gateOpened);
		this.backOff.setMaxInterval(5000);
		this.backOff.setJitter(50);
		this.delays = this.backOff.start();
		this.claimant = claimant(parts.claims());
	}

	private Claimant claimant(JobClaims claims) {
		return claims.claimant(this.partition, RandomId.next(), new ClaimOptions(this.options.lease(),
				this.options.maxLeaseLosses(), () -> this.parts.onPollThread(this::wake), this.leases::askAbout));
	}

	@Override
	public synchronized void start() {
		Assert.state(!this.closed,
				() -> "The container of queue '" + getQueue() + "' belongs to a worker that has stopped");
		if (!this.running) {
			this.startedAt = System.nanoTime();
			this.slots.open();
			this.running = true;
			this.parts.onPollThread(this::started);
		}
	}

	private void started() {
		this.lastClaimRepeated = false;
		poll();
	}

	/**
	 * Claim and start nothing more, and give back what has not started: together with the
	 * jobs of a claim on its way, which stood behind it.
	 */
	@Override
	public synchronized void stop() {
		this.running = false;
		this.slots.close();
		this.parts.onPollThread(this::giveBack);
	}

	/**
	 * Stop for good.
	 */
	synchronized void close() {
		this.closed = true;
		stop();
		this.claimant.close();
	}

	private void giveBack() {
		if (!this.running && !this.claiming) {
			this.slots.giveBack();
		}
	}

	/**
	 * Whether a claim is on its way, whose jobs must be given back.
	 */
	boolean isClaiming() {
		return this.claiming;
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

	private void refill() {
		if (!this.drained) {
			poll();
		}
	}

	/**
	 * How many jobs to claim now: none while Redis is slower to confirm outcomes than
	 * jobs are to end.
	 */
	private int wanted() {
		int most = Math.max(MAX_UNCONFIRMED, 2 * this.slots.number()) - this.leases.open(this.partition);
		if (most <= 0) {
			pollAfter(BEHIND_FOR);
			return 0;
		}
		return Math.min(Math.min(this.slots.wanted(), most), Claimant.MAX_SLOTS);
	}

	private void poll() {
		if (this.claiming || this.backingOff) {
			return;
		}
		int wanted = this.parts.isolation().isClosed() ? 0 : wanted();
		if (wanted == 0 && !this.woken) {
			// no poll may be left: the next free slot has to ask
			this.drained = false;
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
		// without a free slot this hands the wake-up on to another container
		claim(wanted);
	}

	private void claim(int wanted) {
		long sentAt = System.nanoTime();
		send(wanted).whenComplete((claim, failure) -> this.parts.onPollThread(() -> {
			if (failure != null) {
				failed(failure);
				return;
			}
			try {
				claimed(claim, wanted, sentAt);
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
		}));
	}

	private CompletionStage<Claim> send(int wanted) {
		try {
			return this.claimant.claim(wanted);
		}
		catch (RuntimeException | Error ex) {
			// memory may be short for a moment: no container stops for ever because of it
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void claimed(Claim claim, int wanted, long sentAt) {
		this.parts.store().answered(this.partition.queue());
		this.lastPoll = System.nanoTime();
		this.delays = this.backOff.start();
		boolean accepted = run(claim.jobs(), sentAt);
		this.parts.jobs().met(this.partition.queue(), claim);
		this.claiming = false;
		giveBack();
		if (!accepted) {
			backOff(null);
		}
		else if (this.woken || claim.jobs().size() == wanted) {
			this.drained = false;
			poll();
		}
		else if (wanted > 0) {
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
		if (!this.running && !this.lastClaimRepeated) {
			this.lastClaimRepeated = true;
			claim(0);
			return;
		}
		this.claiming = false;
		giveBack();
		backOff(this.parts.store().failed(this.partition.queue(), failure));
	}

	private void backOff(@Nullable Duration delay) {
		this.backingOff = true;
		pollAfter((delay != null) ? delay : Duration.ofMillis(this.delays.nextBackOff()));
	}

	private void pollAfter(Duration delay) {
		cancelNextPoll();
		if (!this.parts.pollThread().isShutdown()) {
			this.nextPoll = this.parts.pollThread().schedule(() -> {
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
	 * Start jobs, keep some for the next free slot, or give them back.
	 * @return whether there was a thread for each slot
	 */
	private boolean run(List<ClaimedJob> claimed, long sentAt) {
		if (claimed.isEmpty()) {
			return true;
		}
		Lease lease = this.leases.lease(this.partition, claimed.get(0).token(), sentAt);
		List<JobRun> runs = new ArrayList<>(claimed.size());
		for (ClaimedJob job : claimed) {
			JobRun run = new JobRun(job, lease, this.options.lease(), this.parts.isolation(),
					this.slots.stuck()::interrupted);
			lease.add(run);
			runs.add(run);
		}
		this.leases.keep(lease);
		return this.slots.accept(runs);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public String getId() {
		return getQueue();
	}

	@Override
	public String getQueue() {
		return this.partition.queue();
	}

	@Override
	public int getConcurrency() {
		return this.slots.number();
	}

	@Override
	public int getBusy() {
		return this.slots.busy();
	}

	@Override
	public int getStuck() {
		return this.slots.stuck().count();
	}

	@Override
	public List<LongRunningJob> getLongRunning() {
		List<JobRun> own = this.leases.open()
			.stream()
			.filter((run) -> run.lease().partition().equals(this.partition))
			.toList();
		return LongRuns.among(own, this.options.longRunning())
			.stream()
			.map((run) -> new LongRunningJob(run.id(), run.claimed().job().name(), run.elapsed()))
			.toList();
	}

	@Override
	public @Nullable Duration getTimeSinceLastPoll() {
		Long last = this.lastPoll;
		return (last != null) ? Duration.ofNanos(System.nanoTime() - last) : null;
	}

	@Override
	public @Nullable Setback getSetback() {
		return this.running ? this.parts.store().setback(this.partition.queue()) : null;
	}

	@Override
	public boolean isStalled() {
		if (this.running && this.slots.stuck().holdingSlots() >= this.slots.number()) {
			return true;
		}
		Long last = this.lastPoll;
		Duration since = Duration.ofNanos(System.nanoTime() - ((last != null) ? last : this.startedAt));
		return this.running && !this.parts.isolation().isClosed() && this.slots.busy() < this.slots.number()
				&& since.compareTo(this.options.pollInterval().multipliedBy(2).plus(STALLED_AFTER)) > 0;
	}

}
