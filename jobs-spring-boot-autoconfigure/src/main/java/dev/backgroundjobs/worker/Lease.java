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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import dev.backgroundjobs.core.QueuePartition;

/**
 * The lease of one claim, on the local clock: it holds from the moment the claim or
 * renewal was <em>sent</em>. Thread-safe.
 */
final class Lease {

	private final QueuePartition partition;

	private final String token;

	private final Set<JobRun> runs = ConcurrentHashMap.newKeySet();

	private final LongSupplier clock;

	private volatile long renewedAt;

	private volatile boolean lost;

	private volatile boolean warned;

	Lease(QueuePartition partition, String token, long claimSentAt, LongSupplier clock) {
		this.partition = partition;
		this.token = token;
		this.clock = clock;
		this.renewedAt = claimSentAt;
	}

	QueuePartition partition() {
		return this.partition;
	}

	String token() {
		return this.token;
	}

	void add(JobRun run) {
		this.runs.add(run);
	}

	/**
	 * A job of the claim is settled.
	 * @return whether it was the last one
	 */
	boolean remove(JobRun run) {
		return this.runs.remove(run) && this.runs.isEmpty();
	}

	Set<JobRun> runs() {
		return this.runs;
	}

	void renewed(long sentAt) {
		this.renewedAt = sentAt;
		this.warned = false;
	}

	void lose() {
		this.lost = true;
	}

	boolean isLost() {
		return this.lost;
	}

	/**
	 * Whether the lease could not be renewed for so long that somebody else may have the
	 * jobs.
	 */
	boolean isUncertain(Duration lease) {
		return hasPassed(lease.minus(lease.dividedBy(6)));
	}

	/**
	 * Whether this time has passed since the claim, or the last renewal that was heard,
	 * was sent.
	 */
	boolean hasPassed(Duration time) {
		return this.clock.getAsLong() - this.renewedAt > time.toNanos();
	}

	/**
	 * Whether this is the first time to say that the lease is uncertain.
	 */
	boolean warnOnce() {
		boolean first = !this.warned;
		this.warned = true;
		return first;
	}

}
