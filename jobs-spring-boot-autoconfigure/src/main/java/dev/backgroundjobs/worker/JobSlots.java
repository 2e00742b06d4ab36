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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of a container. Each runs one job at a time on a thread and goes on with the
 * next job of the buffer by itself, so that neither the poll thread nor Redis stands
 * between two jobs. A job that waits too long here goes back, because somebody else may
 * be idle. Belongs to the poll thread, but for {@link #work}, {@link #open} and
 * {@link #close}.
 */
final class JobSlots {

	private static final Logger logger = LoggerFactory.getLogger(JobSlots.class);

	/** What is in the buffer at two looks goes back: after 50 to 100 ms. */
	private static final long LOOK_AT_BUFFER_MS = 50;

	private final int number;

	private final WorkerParts parts;

	private final ContainerThreads threads;

	private final StuckRuns stuck;

	private final JobBuffer buffer;

	private final Runnable moreWanted;

	private final Runnable noThread;

	private final BooleanSupplier moreComes;

	private volatile int busy;

	private boolean watchingBuffer;

	/**
	 * Create slots.
	 * @param own what the container works on
	 * @param options how long to wait for a run that was interrupted
	 * @param parts what the containers of the process share
	 * @param moreWanted runs on the poll thread when more jobs are wanted
	 * @param noThread runs on the poll thread when the system gives no thread for a job
	 * @param moreComes whether a claim is on its way; asked on the poll thread
	 */
	JobSlots(JobListenerContainerOptions own, WorkerOptions options, WorkerParts parts, Runnable moreWanted,
			Runnable noThread, BooleanSupplier moreComes) {
		this.number = own.concurrency();
		this.parts = parts;
		this.threads = parts.threads().forContainer(own.id(), this.number);
		this.stuck = new StuckRuns(options, this.number, parts, this.threads, this::freed);
		// jobs that wait here would take slots that are the share of other queues
		this.buffer = new JobBuffer((own.queues().size() > 1) ? 0 : this.number);
		parts.isolation().whenOpened(this::gateOpened);
		this.moreWanted = moreWanted;
		this.noThread = noThread;
		this.moreComes = moreComes;
	}

	int number() {
		return this.number;
	}

	StuckRuns stuck() {
		return this.stuck;
	}

	int busy() {
		return this.busy;
	}

	/**
	 * How many more jobs to claim.
	 */
	int wanted() {
		return this.number - this.busy + this.buffer.room();
	}

	/**
	 * Run the jobs of a claim, or give them back.
	 * @return {@code false} if there was no thread for one of them
	 */
	boolean accept(List<JobRun> runs) {
		int suspect = firstThatMayNotWait(runs);
		if (suspect < runs.size()) {
			this.buffer.distrust();
			this.parts.jobs().release(runs.subList(suspect, runs.size()));
		}
		this.buffer.add(withoutSuspects(runs.subList(0, suspect)));
		boolean filled = fill();
		watchBuffer();
		return filled;
	}

	/**
	 * Who has lost a worker before does not wait for a slot: if it costs this worker too,
	 * those beside it in the buffer shall not be suspected with it again and again.
	 */
	private int firstThatMayNotWait(List<JobRun> runs) {
		for (int i = this.number - this.busy; i < runs.size(); i++) {
			if (runs.get(i).claimed().attempts().leaseLosses() > 0) {
				return i;
			}
		}
		return runs.size();
	}

	/**
	 * A suspect has a slot, and waits there until it can be alone.
	 */
	private List<JobRun> withoutSuspects(List<JobRun> runs) {
		List<JobRun> others = new ArrayList<>(runs.size());
		for (JobRun run : runs) {
			if (this.parts.isolation().isSuspect(run.claimed())) {
				this.busy++;
				this.parts.isolation().add(run, this::startSuspect, this::giveBack);
			}
			else {
				others.add(run);
			}
		}
		return others;
	}

	private boolean startSuspect(JobRun run) {
		boolean started = start(run);
		if (!started) {
			this.noThread.run();
		}
		return started;
	}

	private void giveBack(JobRun run, JobOutcome outcome) {
		this.busy--;
		this.parts.jobs().giveBack(run, outcome);
	}

	private void gateOpened() {
		if (!fill()) {
			this.noThread.run();
		}
	}

	private boolean fill() {
		while (this.busy < this.number && !this.parts.isolation().isClosed()) {
			JobRun run = this.buffer.take();
			if (run == null) {
				break;
			}
			this.busy++;
			if (!start(run)) {
				this.busy--;
				this.buffer.putBack(run);
				giveBack();
				return false;
			}
		}
		return true;
	}

	private boolean start(JobRun run) {
		try {
			this.threads.execute(() -> work(run));
			return true;
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			// the system may have no thread to give
			logger.error("Job {} '{}' could not be started and goes back to its queue", run.claimed().job().name(),
					run.id(), ex);
			return false;
		}
	}

	private void watchBuffer() {
		if (!this.watchingBuffer && this.buffer.size() > 0 && !this.parts.pollThread().isShutdown()) {
			this.watchingBuffer = true;
			this.parts.pollThread().schedule(this::lookAtBuffer, LOOK_AT_BUFFER_MS, TimeUnit.MILLISECONDS);
		}
	}

	private void lookAtBuffer() {
		this.watchingBuffer = false;
		// what comes stands behind these, and given back after them it would come first
		if (!this.moreComes.getAsBoolean()) {
			this.parts.jobs().release(this.buffer.takeOverdue());
		}
		watchBuffer();
	}

	/** Runs on the thread of a slot. */
	private void work(JobRun first) {
		JobRun run = first;
		try {
			for (JobRun next = first; next != null; next = next(run)) {
				run = next;
				execute(run);
				if (this.buffer.requestsRefill()) {
					this.parts.onPollThread(this.moreWanted);
				}
			}
		}
		finally {
			// whatever fails here: the slot is free again
			ended(run);
		}
	}

	private @Nullable JobRun next(JobRun last) {
		return (last.isAbandoned() || this.parts.isolation().isClosed()) ? null : this.buffer.take();
	}

	private void ended(JobRun last) {
		this.parts.onPollThread(() -> {
			if (this.stuck.freesSlot(last)) {
				freed();
			}
		});
	}

	private void execute(JobRun run) {
		try {
			this.buffer.timed(this.parts.jobs().execute(run));
		}
		catch (RuntimeException | Error ex) {
			// a bug of ours: the lease is not renewed any more and the job runs elsewhere
			logger.error("Job {} '{}' could not be settled", run.claimed().job().name(), run.id(), ex);
			this.parts.leases().settled(run);
		}
	}

	private void freed() {
		this.busy--;
		// jobs may have come since the slot found none
		if (fill()) {
			this.moreWanted.run();
		}
		else {
			this.noThread.run();
		}
	}

	/**
	 * Start jobs again. On any thread.
	 */
	void open() {
		this.buffer.open();
	}

	/**
	 * Start nothing more. On any thread.
	 */
	void close() {
		this.buffer.close();
	}

	/**
	 * Give back all jobs that have not started.
	 */
	void giveBack() {
		this.parts.jobs().release(this.buffer.takeAll());
	}

}
