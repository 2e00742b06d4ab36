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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Renewal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews every lease of this process until the store has confirmed the end of its last
 * job. A lease the store calls lost ends its runs; one that merely could not be renewed
 * does not. If this process itself stood still for longer than a lease, others may have
 * its jobs by now: what was running then is interrupted, and what it did is thrown away.
 */
final class LeaseKeeper {

	private static final Logger logger = LoggerFactory.getLogger(LeaseKeeper.class);

	private static final int RENEWALS = 5;

	/** How many leases a call renews at most. */
	private static final int MAX_RENEWALS = 200;

	/** Few calls follow each other as if there were so many. */
	private static final int SPREAD = 20;

	private final JobClaims claims;

	private final Duration lease;

	private final LongSupplier clock;

	private final ScheduledExecutorService thread;

	/** In order, so that each lease has about the same place in every interval. */
	private final Map<String, Lease> leases = new ConcurrentSkipListMap<>();

	private volatile long lastTick;

	private long toldOf;

	LeaseKeeper(JobClaims claims, Duration lease, LongSupplier clock, ScheduledExecutorService thread) {
		this.claims = claims;
		this.lease = lease;
		this.clock = clock;
		this.thread = thread;
		this.lastTick = clock.getAsLong();
		this.toldOf = this.lastTick - 1;
	}

	/**
	 * Renew five times in the length of a lease.
	 */
	void start() {
		long period = this.lease.toMillis() / RENEWALS;
		this.lastTick = this.clock.getAsLong();
		// not at a fixed rate: a process that was frozen does not make up for its ticks
		this.thread.scheduleWithFixedDelay(WorkerThreads.guarded(this::tick), period, period, TimeUnit.MILLISECONDS);
	}

	/**
	 * Begin an interval: the first call is made now, the others in the course of it, so
	 * that many leases are no burst of work for the store.
	 */
	void tick() {
		noticeFreeze();
		this.lastTick = this.clock.getAsLong();
		List<Runnable> calls = renewals();
		long gap = this.lease.toMillis() / RENEWALS / Math.max(SPREAD, calls.size());
		for (int k = 0; k < calls.size(); k++) {
			Runnable call = WorkerThreads.guarded(calls.get(k));
			if (k == 0) {
				call.run();
			}
			else {
				this.thread.schedule(call, k * gap, TimeUnit.MILLISECONDS);
			}
		}
	}

	/**
	 * A lease for jobs that a claim gives.
	 * @param claimSentAt when the claim was sent
	 */
	Lease lease(QueuePartition partition, String token, long claimSentAt) {
		return new Lease(partition, token, claimSentAt, this.clock);
	}

	/**
	 * Keep a lease from now on. If it took longer to get it than it lasts, it is lost.
	 */
	void keep(Lease kept) {
		this.leases.put(kept.token(), kept);
		if (kept.hasPassed(this.lease)) {
			discard(kept);
		}
	}

	/**
	 * Whether this process stood still is asked by the thread that renews, and before and
	 * after each job: a job may end before that thread is awake. While Redis is away that
	 * thread goes on ticking, so this does not mistake an outage for a freeze.
	 */
	void noticeFreeze() {
		if (this.clock.getAsLong() - this.lastTick > this.lease.toNanos()) {
			discardExpired();
		}
	}

	private synchronized void discardExpired() {
		long before = this.lastTick;
		Duration frozen = Duration.ofNanos(this.clock.getAsLong() - before);
		if (frozen.compareTo(this.lease) <= 0) {
			return;
		}
		List<Lease> expired = this.leases.values()
			.stream()
			.filter((kept) -> !kept.isLost() && kept.hasPassed(this.lease))
			.toList();
		long running = expired.stream().flatMap((kept) -> kept.runs().stream()).filter(JobRun::isRunning).count();
		expired.forEach(LeaseKeeper::discard);
		if (this.toldOf != before) {
			this.toldOf = before;
			logger.warn(
					"This process stood still for {}, longer than its lease of {}: others may have its jobs by now. "
							+ "{} running job(s) are interrupted and what they did is thrown away",
					frozen.truncatedTo(ChronoUnit.MILLIS), this.lease, running);
		}
	}

	private static void discard(Lease lost) {
		lost.lose();
		lost.runs().forEach((run) -> run.interrupt(JobRun.Interruption.LEASE_LOST));
	}

	/**
	 * The store has answered for a run.
	 */
	void settled(JobRun run) {
		run.settled();
		if (run.lease().remove(run)) {
			this.leases.remove(run.lease().token());
		}
	}

	/**
	 * How many jobs of some queues this process holds, those included whose end the store
	 * has not confirmed.
	 */
	int open(Set<String> queues) {
		return this.leases.values()
			.stream()
			.filter((kept) -> queues.contains(kept.partition().queue()))
			.mapToInt((kept) -> kept.runs().size())
			.sum();
	}

	/**
	 * Runs whose end the store has not confirmed.
	 */
	List<JobRun> open() {
		return this.leases.values().stream().flatMap((kept) -> kept.runs().stream()).toList();
	}

	private List<Runnable> renewals() {
		Map<QueuePartition, List<Lease>> byPartition = this.leases.values()
			.stream()
			.collect(Collectors.groupingBy(Lease::partition, LinkedHashMap::new, Collectors.toList()));
		List<Runnable> calls = new ArrayList<>();
		byPartition.forEach((partition, all) -> {
			for (int from = 0; from < all.size(); from += MAX_RENEWALS) {
				List<Lease> some = all.subList(from, Math.min(all.size(), from + MAX_RENEWALS));
				calls.add(() -> renew(partition, some));
			}
		});
		return calls;
	}

	private void renew(QueuePartition partition, List<Lease> planned) {
		noticeFreeze();
		List<Lease> some = planned.stream().filter((kept) -> this.leases.containsKey(kept.token())).toList();
		if (some.isEmpty()) {
			return;
		}
		long sentAt = this.clock.getAsLong();
		this.claims.renew(partition, some.stream().map(Lease::token).toList(), this.lease)
			.whenComplete((renewal, failure) -> {
				if (failure == null) {
					some.forEach((kept) -> renewed(kept, renewal, sentAt));
				}
				else {
					some.forEach(this::notRenewed);
				}
			});
	}

	/**
	 * Somebody has cancelled a job of this lease: ask which.
	 */
	void askAbout(String token) {
		Lease kept = this.leases.get(token);
		if (kept != null) {
			renew(kept.partition(), List.of(kept));
		}
	}

	private void renewed(Lease kept, Renewal renewal, long sentAt) {
		if (!renewal.lost().contains(kept.token())) {
			kept.renewed(sentAt);
			cancel(kept, renewal.cancelled().getOrDefault(kept.token(), Set.of()));
			return;
		}
		for (JobRun run : kept.runs()) {
			if (run.isRunning() && !kept.isLost()) {
				logger.warn("Job {} '{}' lost its lease and is interrupted: another worker has it, or will",
						run.claimed().job().name(), run.id());
			}
		}
		discard(kept);
		// what is still being settled gets an answer of its own from the store
		this.leases.remove(kept.token(), kept);
	}

	private static void cancel(Lease kept, Set<String> ids) {
		for (JobRun run : ids.isEmpty() ? Set.<JobRun>of() : kept.runs()) {
			if (ids.contains(run.claimed().job().id().local()) && run.cancel()) {
				logger.info("Job {} '{}' was cancelled and is interrupted", run.claimed().job().name(), run.id());
			}
		}
	}

	private void notRenewed(Lease kept) {
		if (kept.isUncertain(this.lease) && kept.warnOnce()) {
			logger.warn(
					"The lease of {} job(s) of queue '{}' could not be renewed for most of {}: if another worker "
							+ "still reaches Redis they may run twice",
					kept.runs().size(), kept.partition().queue(), this.lease);
		}
	}

}
