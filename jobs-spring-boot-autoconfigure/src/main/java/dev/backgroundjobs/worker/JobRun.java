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

import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.core.ClaimedJob;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: a claimed job, the thread it runs on, and why it was interrupted if it
 * was. Thread-safe.
 */
final class JobRun implements JobContext {

	/**
	 * Why a run is to end.
	 */
	enum Interruption {

		TIMEOUT, SHUTDOWN, LEASE_LOST

	}

	private final ClaimedJob claimed;

	private final Lease lease;

	private final Duration leaseTime;

	private @Nullable Thread thread;

	private boolean ended;

	private @Nullable Interruption interruption;

	JobRun(ClaimedJob claimed, Lease lease, Duration leaseTime) {
		this.claimed = claimed;
		this.lease = lease;
		this.leaseTime = leaseTime;
	}

	ClaimedJob claimed() {
		return this.claimed;
	}

	Lease lease() {
		return this.lease;
	}

	/**
	 * The run begins on this thread.
	 * @return {@code false} if it is to end before it has begun
	 */
	synchronized boolean begin() {
		if (this.interruption != null) {
			return false;
		}
		this.thread = Thread.currentThread();
		return true;
	}

	/**
	 * The run has ended; its thread may be used for something else and is not interrupted
	 * any more.
	 */
	synchronized void end() {
		this.thread = null;
		this.ended = true;
		Thread.interrupted();
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
		}
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	synchronized @Nullable Interruption interruption() {
		return this.interruption;
	}

	synchronized boolean isRunning() {
		return this.thread != null;
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
		return this.lease.isLost() || this.lease.isUncertain(this.leaseTime);
	}

}
