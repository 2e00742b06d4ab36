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
import java.util.Map;
import java.util.function.Consumer;

import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.core.AttemptObservation;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobReport;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: a claimed job, the thread it runs on, why it was interrupted if it was,
 * and whether it was abandoned because it did not heed that. Thread-safe.
 */
final class JobRun implements JobContext {

	/**
	 * Why a run is to end.
	 */
	enum Interruption {

		TIMEOUT, SHUTDOWN, LEASE_LOST, CANCELLED

	}

	private final ClaimedJob claimed;

	private final Lease lease;

	private final Duration leaseTime;

	private @Nullable Thread thread;

	private final Isolation isolation;

	private final Consumer<JobRun> interrupted;

	private long beganAt;

	private boolean ended;

	private volatile boolean abandoned;

	private volatile boolean cancelled;

	private @Nullable Interruption interruption;

	private volatile AttemptObservation observation = AttemptObservation.NONE;

	private volatile Map<String, String> logged = Map.of();

	private volatile @Nullable RunReport report;

	private volatile JobOutcome.@Nullable Snoozed snoozed;

	/**
	 * An attempt.
	 * @param interrupted told once when it runs and is to end, other than by shutdown
	 */
	JobRun(ClaimedJob claimed, Lease lease, Duration leaseTime, Isolation isolation, Consumer<JobRun> interrupted) {
		this.claimed = claimed;
		this.lease = lease;
		this.leaseTime = leaseTime;
		this.isolation = isolation;
		this.interrupted = interrupted;
	}

	ClaimedJob claimed() {
		return this.claimed;
	}

	Lease lease() {
		return this.lease;
	}

	void observedBy(AttemptObservation observation) {
		this.observation = observation;
	}

	AttemptObservation observation() {
		return this.observation;
	}

	/**
	 * The entries of the log's context where it failed.
	 */
	void logged(Map<String, String> entries) {
		this.logged = entries;
	}

	Map<String, String> logged() {
		return this.logged;
	}

	/**
	 * The run begins on this thread.
	 * @return {@code false} if it is to end before it has begun, or may not start beside
	 * what runs
	 */
	synchronized boolean begin() {
		if (this.interruption != null || !this.isolation.enter(this)) {
			return false;
		}
		this.thread = Thread.currentThread();
		this.beganAt = System.nanoTime();
		return true;
	}

	/**
	 * The run has ended; its thread may be used for something else and is not interrupted
	 * any more.
	 * @return {@code false} if it was abandoned before, and is settled
	 */
	synchronized boolean end() {
		this.thread = null;
		this.ended = true;
		Thread.interrupted();
		if (!this.abandoned) {
			this.isolation.leave(this);
		}
		return !this.abandoned;
	}

	/**
	 * Wait no longer for its end.
	 * @return where its thread is now, or {@code null} if it has ended
	 */
	synchronized @Nullable Stuck abandon() {
		if (this.thread == null) {
			return null;
		}
		this.abandoned = true;
		this.isolation.leave(this);
		return new Stuck(this.thread, "does not heed its interrupt");
	}

	/**
	 * Where its thread is now, or {@code null} if it has ended.
	 */
	synchronized @Nullable Stuck position() {
		return (this.thread != null) ? new Stuck(this.thread, "is here") : null;
	}

	synchronized boolean hasEnded() {
		return this.ended;
	}

	boolean isAbandoned() {
		return this.abandoned;
	}

	/**
	 * The store has answered for it, whether it ran or not.
	 */
	void settled() {
		this.isolation.ended(this);
	}

	/**
	 * For how long it has been running.
	 */
	synchronized Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.beganAt);
	}

	/**
	 * Interrupt the run, unless it has ended. The first reason counts.
	 */
	synchronized void interrupt(Interruption reason) {
		if (this.ended) {
			return;
		}
		if (this.interruption == null) {
			this.interruption = reason;
			if (this.thread != null && reason != Interruption.SHUTDOWN) {
				this.interrupted.accept(this);
			}
		}
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	/**
	 * Somebody has cancelled the job: interrupt the run, once.
	 * @return whether this is the first time it is said
	 */
	synchronized boolean cancel() {
		if (this.cancelled || this.ended) {
			return false;
		}
		this.cancelled = true;
		interrupt(Interruption.CANCELLED);
		return true;
	}

	@Override
	public boolean cancelled() {
		return this.cancelled;
	}

	/**
	 * From now on, what it says of itself is passed on.
	 */
	void reportTo(RunReport report) {
		this.report = report;
	}

	/**
	 * Whether it has ever said anything of itself.
	 */
	boolean hasSpoken() {
		RunReport said = this.report;
		return said != null && said.isSpoken();
	}

	/**
	 * What it has said of itself since the last time.
	 */
	@Nullable JobReport takeReport() {
		RunReport said = this.report;
		return (said != null) ? said.take() : null;
	}

	@Override
	public void progress(long current, long total, @Nullable String message) {
		RunReport told = this.report;
		if (told != null && !this.abandoned) {
			told.progress(current, total, message);
		}
	}

	@Override
	public void log(String text) {
		RunReport told = this.report;
		if (told != null && !this.abandoned) {
			told.log(text);
		}
	}

	@Override
	public void snooze(Duration delay) {
		this.snoozed = new JobOutcome.Snoozed(delay);
	}

	/**
	 * What it has asked for, which counts if its method returns.
	 */
	JobOutcome.@Nullable Snoozed snoozed() {
		return this.snoozed;
	}

	synchronized @Nullable Interruption interruption() {
		return this.interruption;
	}

	synchronized boolean isRunning() {
		return this.thread != null && !this.abandoned;
	}

	@Override
	public String id() {
		return this.claimed.job().id().toString();
	}

	@Override
	public int attempt() {
		return this.claimed.attempts().attempt();
	}

	@Override
	public boolean leaseLost() {
		return this.abandoned || this.lease.isLost() || this.lease.isUncertain(this.leaseTime);
	}

	/**
	 * Where the thread of a run was.
	 */
	static final class Stuck extends Exception {

		Stuck(Thread thread, String what) {
			super("Thread " + thread.getName() + " " + what, null, false, true);
			setStackTrace(thread.getStackTrace());
		}

	}

}
