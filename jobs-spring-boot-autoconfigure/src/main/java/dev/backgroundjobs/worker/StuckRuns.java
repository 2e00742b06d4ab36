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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a container that ignore their interrupt. After a grace such a run is
 * abandoned: its job is settled without it, what it does from then on is ignored, and its
 * slot gets another thread, up to a number of them. Used on the poll thread.
 */
final class StuckRuns {

	private static final Logger logger = LoggerFactory.getLogger(StuckRuns.class);

	private final Duration grace;

	private final int max;

	private final ContainerThreads threads;

	private final JobExecutor jobs;

	private final ScheduledExecutorService pollThread;

	private final Runnable slotFreed;

	/** Abandoned runs, and whether their slot has got another thread. */
	private final Map<JobRun, Boolean> abandoned = new HashMap<>();

	private volatile int count;

	private volatile int replaced;

	StuckRuns(WorkerOptions options, int concurrency, WorkerParts parts, ContainerThreads threads, Runnable slotFreed) {
		this.grace = options.interruptGrace();
		this.max = options.maxStuckThreads(concurrency);
		this.threads = threads;
		this.jobs = parts.jobs();
		this.pollThread = parts.pollThread();
		this.slotFreed = slotFreed;
	}

	/**
	 * A run was interrupted and is expected to end. May be called on any thread.
	 */
	void interrupted(JobRun run) {
		this.pollThread.schedule(() -> abandon(run), this.grace.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void abandon(JobRun run) {
		JobRun.Stuck stuck = run.abandon();
		if (stuck == null) {
			return;
		}
		boolean another = this.replaced < this.max;
		this.abandoned.put(run, another);
		this.count = this.abandoned.size();
		logger.error(
				"Job {} '{}' has ignored its interrupt ({}) for {} and is abandoned: what it still does is not "
						+ "written. {} It is here:",
				run.claimed().job().name(), run.id(), run.interruption(), this.grace,
				another ? "Its slot gets another thread."
						: "Its slot stays occupied, as " + this.replaced
								+ " thread(s) of this queue are stuck already: "
								+ "see background-jobs.worker.max-stuck-threads.",
				stuck);
		this.jobs.abandon(run, stuck);
		if (another) {
			this.replaced++;
			this.threads.addOne();
			this.slotFreed.run();
		}
	}

	/**
	 * The thread of a run has come back.
	 * @return whether a slot becomes free only now
	 */
	boolean freesSlot(JobRun run) {
		Boolean another = this.abandoned.remove(run);
		this.count = this.abandoned.size();
		if (another == null || !another) {
			return true;
		}
		for (Map.Entry<JobRun, Boolean> holdingSlot : this.abandoned.entrySet()) {
			if (!holdingSlot.getValue()) {
				// this thread is now the other one for that slot
				holdingSlot.setValue(true);
				return true;
			}
		}
		this.replaced--;
		this.threads.removeOne();
		return false;
	}

	/**
	 * How many there are. May be called on any thread.
	 */
	int count() {
		return this.count;
	}

	/**
	 * How many of them hold a slot. May be called on any thread.
	 */
	int holdingSlots() {
		return this.count - this.replaced;
	}

}
