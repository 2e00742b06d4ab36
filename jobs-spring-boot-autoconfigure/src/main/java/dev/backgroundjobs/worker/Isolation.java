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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.Settlement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts jobs whose workers died again and again while nothing else of this process runs,
 * so that the guilty one is found and the others finish. While a suspect waits for that,
 * and for a while after its start, the gate is closed: nothing else starts. Jobs pass the
 * gate on their own threads; everything else happens on the poll thread.
 */
final class Isolation {

	private static final Logger logger = LoggerFactory.getLogger(Isolation.class);

	/** The window grows with each loss, 64 times at most. */
	private static final int LONGEST = 6;

	private final JobClaims claims;

	private final Duration lease;

	private final int suspectFrom;

	private final ScheduledExecutorService pollThread;

	private final List<Runnable> openings = new CopyOnWriteArrayList<>();

	private final Deque<Suspect> waiting = new ArrayDeque<>();

	/** Jobs that run in this process. */
	private final AtomicInteger inside = new AtomicInteger();

	private volatile boolean closed;

	/** The suspect that runs alone. Whoever ends must not take the next one for it. */
	private final AtomicReference<@Nullable JobRun> admitted = new AtomicReference<>();

	/** The store is asked whether the job is still ours. */
	private @Nullable Suspect asking;

	private long windowEnds;

	private long closedAt;

	/** After the gate was closed it stays open for as long. */
	private @Nullable Long openUntil;

	private boolean stopped;

	Isolation(JobClaims claims, Duration lease, int maxLeaseLosses, ScheduledExecutorService pollThread) {
		this.claims = claims;
		this.lease = lease;
		this.suspectFrom = Math.min(2, maxLeaseLosses - 1);
		this.pollThread = pollThread;
	}

	/**
	 * Tell somebody when the gate opens.
	 */
	void whenOpened(Runnable listener) {
		this.openings.add(listener);
	}

	/**
	 * Whether a job has to run alone.
	 */
	boolean isSuspect(ClaimedJob claimed) {
		int losses = claimed.attempts().leaseLosses();
		return losses > 0 && losses >= this.suspectFrom;
	}

	/**
	 * Whether only a suspect may start.
	 */
	boolean isClosed() {
		return this.closed;
	}

	/**
	 * A job is about to run.
	 * @return whether it may
	 */
	boolean enter(JobRun run) {
		this.inside.incrementAndGet();
		// whoever closes the gate looks the other way round: at the gate, then inside
		if (!this.closed || run == this.admitted.get()) {
			return true;
		}
		decrement();
		return false;
	}

	/**
	 * A job that was let in does not run any more, or is not waited for.
	 */
	void leave(JobRun run) {
		ended(run);
		decrement();
	}

	private void decrement() {
		if (this.inside.decrementAndGet() == 0 && this.closed) {
			onPollThread(this::step);
		}
	}

	/**
	 * All is over with a run, whether it was let in or not.
	 */
	void ended(JobRun run) {
		if (this.admitted.compareAndSet(run, null)) {
			onPollThread(this::step);
		}
	}

	/**
	 * Start a suspect as soon as it can be alone.
	 * @param start starts it, and says whether that could be done
	 * @param giveBack gives it back without having started it
	 */
	void add(JobRun run, Start start, GiveBack giveBack) {
		long now = System.nanoTime();
		Duration patience = this.lease.dividedBy(2);
		Suspect suspect = new Suspect(run, start, giveBack, now + patience.toNanos());
		if (this.stopped || this.openUntil != null && this.openUntil - suspect.deadline > 0) {
			giveBack(suspect);
			return;
		}
		this.waiting.add(suspect);
		stepAfter(patience);
		step();
	}

	/**
	 * Start no suspects any more.
	 */
	void stop() {
		onPollThread(() -> {
			this.stopped = true;
			step();
		});
	}

	private void step() {
		long now = System.nanoTime();
		giveBackLateOnes(now);
		if (this.asking != null) {
			openIfAskedInVain(this.asking, now);
			return;
		}
		if (this.admitted.get() != null && this.windowEnds - now > 0) {
			return;
		}
		this.admitted.set(null);
		if (this.waiting.isEmpty()) {
			open(now);
		}
		else if (this.openUntil != null && this.openUntil - now > 0) {
			stepAfter(Duration.ofNanos(this.openUntil - now));
		}
		else {
			close(now);
			if (this.inside.get() == 0) {
				start(this.waiting.remove());
			}
		}
	}

	/**
	 * Other queues may well be reached: they do not wait for an answer in this one.
	 */
	private void openIfAskedInVain(Suspect suspect, long now) {
		if (suspect.deadline - now <= 0) {
			open(now);
		}
	}

	private void open(long now) {
		if (this.closed) {
			this.openUntil = now + (now - this.closedAt);
			this.closed = false;
			this.openings.forEach(Runnable::run);
		}
	}

	private void close(long now) {
		if (!this.closed) {
			this.closedAt = now;
			this.closed = true;
		}
	}

	private void start(Suspect suspect) {
		this.asking = suspect;
		ClaimedJob claimed = suspect.run.claimed();
		int longer = Math.min(LONGEST, claimed.attempts().leaseLosses() - this.suspectFrom);
		Duration window = this.lease.dividedBy(3).multipliedBy(1L << longer);
		ask(claimed, window).whenComplete((settlement, failure) -> onPollThread(() -> {
			this.asking = null;
			if (failure == null && settlement == Settlement.ACCEPTED && this.closed && !this.stopped) {
				logger.warn(
						"Job {} '{}' has lost its worker {} times and now runs alone: nothing else starts in this process "
								+ "until it has ended, for {} at most",
						claimed.job().name(), suspect.run.id(), claimed.attempts().leaseLosses(), window);
				this.windowEnds = System.nanoTime() + window.toNanos();
				this.admitted.set(suspect.run);
				stepAfter(window);
				if (!suspect.start.start(suspect.run)) {
					this.admitted.set(null);
					suspect.giveBack.giveBack(suspect.run, new JobOutcome.Released(false));
				}
			}
			else {
				giveBack(suspect);
			}
			step();
		}));
	}

	private CompletionStage<Settlement> ask(ClaimedJob claimed, Duration window) {
		try {
			return this.claims.startAlone(claimed, window, this.lease);
		}
		catch (RuntimeException | Error ex) {
			// memory may be short for a moment: the suspect goes back, and others follow
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void giveBackLateOnes(long now) {
		while (!this.waiting.isEmpty() && (this.stopped || this.waiting.element().deadline - now <= 0)) {
			giveBack(this.waiting.remove());
		}
	}

	private void giveBack(Suspect suspect) {
		suspect.giveBack.giveBack(suspect.run, this.stopped ? new JobOutcome.Released(false) : parked(suspect.run));
	}

	private JobOutcome parked(JobRun run) {
		long patience = this.lease.toMillis() / 2 << Math.min(5, run.claimed().attempts().parkings());
		return new JobOutcome.Parked(
				Duration.ofMillis((long) (patience * (0.5 + ThreadLocalRandom.current().nextDouble()))),
				"SUSPECT It lost its worker " + run.claimed().attempts().leaseLosses()
						+ " times and runs alone from now on, for which this worker was too busy");
	}

	private void stepAfter(Duration delay) {
		this.pollThread.schedule(this::step, delay.toMillis() + 1, TimeUnit.MILLISECONDS);
	}

	private void onPollThread(Runnable task) {
		this.pollThread.execute(task);
	}

	/**
	 * Starts a run.
	 */
	interface Start {

		boolean start(JobRun run);

	}

	/**
	 * Gives a run back that was not started.
	 */
	interface GiveBack {

		void giveBack(JobRun run, JobOutcome outcome);

	}

	private record Suspect(JobRun run, Start start, GiveBack giveBack, long deadline) {

	}

}
