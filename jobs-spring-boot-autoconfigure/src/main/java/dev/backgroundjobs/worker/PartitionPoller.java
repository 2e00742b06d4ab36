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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Asks one partition of a queue for the jobs its container wants, one claim at a time,
 * and knows when to ask again: whenever a slot is free, until nothing is left there, and
 * then after a wake-up, when something becomes due, or when the poll interval is over.
 * Belongs to the poll thread.
 */
final class PartitionPoller {

	/** How long slots are kept free for a claim that is not answered. */
	static final Duration KEPT_FREE = Duration.ofSeconds(2);

	private final QueuePartition partition;

	private final String name;

	private final DefaultJobListenerContainer container;

	private final WorkerOptions options;

	private final WorkerParts parts;

	private final Claimant claimant;

	private final ExponentialBackOff backOff = new ExponentialBackOff(100, 2);

	private BackOffExecution delays;

	private volatile @Nullable Long lastAnswer;

	private volatile boolean claiming;

	private long turn;

	private int asked;

	private long askedAt;

	private boolean woken;

	/** Nothing is left in Redis that a free slot could take; a wake-up will tell. */
	private boolean drained;

	private boolean backingOff;

	/** The last claim failed. */
	private boolean missed;

	/** A claim whose answer was lost is repeated once while the worker stops. */
	private boolean lastClaimRepeated;

	private @Nullable Future<?> nextPoll;

	PartitionPoller(QueuePartition partition, DefaultJobListenerContainer container, WorkerOptions options,
			WorkerParts parts) {
		this.partition = partition;
		this.name = (partition.number() > 0) ? partition.queue() + "/" + partition.number() : partition.queue();
		this.container = container;
		this.options = options;
		this.parts = parts;
		this.backOff.setMaxInterval(5000);
		this.backOff.setJitter(50);
		this.delays = this.backOff.start();
		this.claimant = parts.claims()
			.claimant(partition, RandomId.next(), new ClaimOptions(options.lease(), options.maxLeaseLosses(),
					() -> parts.onPollThread(this::wake), parts.leases()::askAbout));
	}

	QueuePartition partition() {
		return this.partition;
	}

	/**
	 * What the partition is called where its troubles are told.
	 */
	String name() {
		return this.name;
	}

	/**
	 * Whether a claim is on its way, whose jobs must be given back. On any thread.
	 */
	boolean isClaiming() {
		return this.claiming;
	}

	/**
	 * When Redis last answered, or {@code null}. On any thread.
	 */
	@Nullable Long lastAnswer() {
		return this.lastAnswer;
	}

	/**
	 * Whether a claim can be sent that may give jobs.
	 */
	boolean isReady() {
		return !this.claiming && !this.backingOff && !this.drained;
	}

	/**
	 * How many slots are kept free for the jobs of the claim on its way.
	 */
	int kept() {
		return isAsked() ? this.asked : 0;
	}

	/**
	 * Whether a claim is on its way that is expected to be answered soon: nobody waits
	 * for a partition that has not been there the last time.
	 */
	boolean isAsked() {
		return this.claiming && !this.missed && System.nanoTime() - this.askedAt < KEPT_FREE.toNanos();
	}

	boolean isWoken() {
		return this.woken;
	}

	/**
	 * Grows with every claim: those who have waited longest are asked first.
	 */
	long turn() {
		return this.turn;
	}

	/**
	 * There may be something left in Redis.
	 */
	void begin() {
		this.drained = false;
	}

	private void wake() {
		this.woken = true;
		this.drained = false;
		this.container.poll();
	}

	/**
	 * Claim jobs for so many slots. Without one, a wake-up is handed on to another
	 * container.
	 */
	void ask(int slots, long turn) {
		this.turn = turn;
		cancelNextPoll();
		// a stop looks the other way round: it waits for this claim, or prevents it
		this.claiming = true;
		if (!this.container.isRunning()) {
			this.claiming = false;
			return;
		}
		this.woken = false;
		this.lastClaimRepeated = false;
		claim(slots);
	}

	private void claim(int slots) {
		long sentAt = System.nanoTime();
		this.asked = slots;
		this.askedAt = sentAt;
		send(slots).whenComplete((claim, failure) -> this.parts.onPollThread(() -> {
			if (failure != null) {
				failed(failure);
				return;
			}
			try {
				claimed(claim, slots, sentAt);
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
		}));
	}

	private CompletionStage<Claim> send(int slots) {
		try {
			return this.claimant.claim(slots);
		}
		catch (RuntimeException | Error ex) {
			// memory may be short for a moment: no container stops for ever because of it
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void claimed(Claim claim, int slots, long sentAt) {
		this.parts.store().answered(this.name);
		this.lastAnswer = System.nanoTime();
		this.delays = this.backOff.start();
		this.missed = false;
		boolean accepted = this.container.accept(this.partition, claim.jobs(), sentAt);
		this.parts.jobs().met(this.partition.queue(), claim);
		this.claiming = false;
		if (accepted && !this.woken && claim.jobs().size() < slots) {
			this.drained = true;
			pollAfter(untilNextPoll(claim.nextDue()));
		}
		this.container.answered(accepted);
	}

	private Duration untilNextPoll(@Nullable Duration nextDue) {
		long interval = this.parts.pollRate().interval().toMillis();
		long jittered = (long) (interval * (0.7 + 0.6 * ThreadLocalRandom.current().nextDouble()));
		return Duration.ofMillis((nextDue != null) ? Math.min(jittered, nextDue.toMillis()) : jittered);
	}

	private void failed(Throwable failure) {
		// whatever this claim took is ours under its number: the next claim repeats it
		if (!this.container.isRunning() && !this.lastClaimRepeated) {
			this.lastClaimRepeated = true;
			claim(0);
			return;
		}
		this.claiming = false;
		this.missed = true;
		Duration delay = this.parts.store().failed(this.name, failure);
		this.backingOff = true;
		pollAfter((delay != null) ? delay : Duration.ofMillis(this.delays.nextBackOff()));
		this.container.answered(true);
	}

	private void pollAfter(Duration delay) {
		cancelNextPoll();
		if (!this.parts.pollThread().isShutdown()) {
			this.nextPoll = this.parts.later(() -> {
				this.backingOff = false;
				this.drained = false;
				this.container.poll();
			}, Duration.ofMillis(Math.max(1, delay.toMillis())));
		}
	}

	private void cancelNextPoll() {
		if (this.nextPoll != null) {
			this.nextPoll.cancel(false);
		}
	}

	/**
	 * Claim nothing more. On any thread.
	 */
	void close() {
		this.claimant.close();
	}

}
