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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Claimed jobs that wait for a slot, so that a slot need not wait for Redis: as many as
 * the slots run in 5 ms, once enough runs are timed to know how many that is.
 * Thread-safe, because slots take from it by themselves.
 */
final class JobBuffer {

	private static final int MAX_CAPACITY = 500;

	private static final long AHEAD = Duration.ofMillis(5).toNanos();

	private static final int RUNS_TIMED_FIRST = 20;

	private final int concurrency;

	private final Deque<JobRun> waiting = new ArrayDeque<>();

	private double meanRunTime;

	private int runsTimed;

	private long added;

	private long taken;

	private long addedAtLastLook;

	private boolean refillRequested;

	private boolean closed;

	JobBuffer(int concurrency) {
		this.concurrency = concurrency;
	}

	/**
	 * How many jobs should wait here: none while it is not known how long they run.
	 */
	synchronized int capacity() {
		return (this.runsTimed < RUNS_TIMED_FIRST) ? 0
				: (int) Math.min(MAX_CAPACITY, this.concurrency * AHEAD / Math.max(1, this.meanRunTime));
	}

	/**
	 * How many jobs to claim for it: none before it is half empty, so that they come in
	 * batches.
	 */
	synchronized int room() {
		this.refillRequested = false;
		return isLow() ? capacity() - this.waiting.size() : 0;
	}

	private boolean isLow() {
		return this.waiting.size() <= capacity() / 2;
	}

	/**
	 * A run has ended: a moving average of about the last twenty is kept.
	 */
	synchronized void timed(Duration run) {
		this.runsTimed = Math.min(this.runsTimed + 1, RUNS_TIMED_FIRST);
		this.meanRunTime += (run.toNanos() - this.meanRunTime) / this.runsTimed;
	}

	/**
	 * Begin anew to time runs, with no job waiting until then.
	 */
	synchronized void distrust() {
		this.runsTimed = 0;
		this.meanRunTime = 0;
	}

	/**
	 * Add jobs at the end.
	 */
	synchronized void add(List<JobRun> runs) {
		this.waiting.addAll(runs);
		this.added += runs.size();
	}

	/**
	 * Take the job that has waited longest, to start it.
	 * @return the job, or {@code null} if there is none or none is to be started
	 */
	synchronized @Nullable JobRun take() {
		JobRun run = this.closed ? null : this.waiting.poll();
		if (run != null) {
			this.taken++;
		}
		return run;
	}

	/**
	 * Put a job back that could not be started.
	 */
	synchronized void putBack(JobRun run) {
		this.waiting.addFirst(run);
		this.taken--;
	}

	/**
	 * Whether it is time to claim more. Says so once until somebody has asked how many.
	 */
	synchronized boolean requestsRefill() {
		boolean request = !this.refillRequested && capacity() > 0 && isLow();
		this.refillRequested |= request;
		return request;
	}

	synchronized int size() {
		return this.waiting.size();
	}

	/**
	 * Take all jobs if one of them has been here since the last time this was asked: the
	 * slots are slower than they were, and somebody else may be idle.
	 */
	synchronized List<JobRun> takeOverdue() {
		boolean overdue = this.taken < this.addedAtLastLook;
		this.addedAtLastLook = this.added;
		if (!overdue) {
			return List.of();
		}
		distrust();
		return takeAll();
	}

	/**
	 * Let jobs start again.
	 */
	synchronized void open() {
		this.closed = false;
	}

	/**
	 * Let no more jobs start.
	 */
	synchronized void close() {
		this.closed = true;
	}

	/**
	 * Take all jobs, in order, to give them back.
	 */
	synchronized List<JobRun> takeAll() {
		List<JobRun> all = new ArrayList<>(this.waiting);
		this.waiting.clear();
		this.taken += all.size();
		return all;
	}

}
