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

package dev.backgroundjobs.test;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.Cancellation;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.DeadLetters;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueFigures;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in memory, for tests: what applications see of it is what they see of Redis, and
 * {@code JobLifeContract} holds both to it. Thread-safe.
 */
public class MemoryJobStore implements JobQueue, JobOperations, MemoryQueries, JobEnds {

	private final JobTestClock clock = new JobTestClock();

	private final ToIntBiFunction<String, String> maxRetries;

	private final Duration keepEnded;

	private final Duration keepDead;

	/** What applications may ask for. */
	private final Map<JobId, MemoryJob> jobs = new LinkedHashMap<>();

	/** What tests may ask for: also what has ended and is not kept. */
	private final MemoryHistory history = new MemoryHistory();

	private final Set<String> paused = new HashSet<>();

	private final MemoryAwaits awaits = new MemoryAwaits(this.jobs);

	private final MemoryChains chains = new MemoryChains(this, this.jobs);

	private final MemoryLocks locks = new MemoryLocks();

	private long places;

	/**
	 * Create a store.
	 * @param keepEnded how long a job is kept that has ended and whose caller follows it
	 * @param keepDead how long dead letters are kept
	 * @param maxRetries how many retries a job has, by its name and queue
	 */
	public MemoryJobStore(Duration keepEnded, Duration keepDead, ToIntBiFunction<String, String> maxRetries) {
		this.maxRetries = maxRetries;
		this.keepEnded = keepEnded;
		this.keepDead = keepDead;
	}

	final JobTestClock clock() {
		return this.clock;
	}

	@Override
	public synchronized Map<Integer, Acceptance> enqueue(List<NewJob> batch) {
		forget();
		this.locks.refuse(batch, this.clock.instant());
		Map<Integer, Acceptance> met = new HashMap<>();
		Set<JobId> refused = new HashSet<>();
		for (int i = 0; i < batch.size(); i++) {
			Acceptance one = enqueue(batch.get(i), refused);
			met.compute(i, (place, none) -> one);
		}
		return met;
	}

	final boolean isToBeAdded(NewJob added) {
		return !this.jobs.containsKey(added.job().id()) && this.locks.holder(added, this.clock.instant()) == null;
	}

	private @Nullable Acceptance enqueue(NewJob added, Set<JobId> refused) {
		JobId before = (added.due() instanceof Due.After after) ? after.predecessor()
				: (added.due() instanceof Due.Child child) ? child.join() : null;
		if (refused.contains(before) || this.jobs.containsKey(added.job().id())) {
			refused.add(added.job().id());
			return Acceptance.of(JobAcceptance.EXISTING, added.job().id());
		}
		Instant now = this.clock.instant();
		MemoryJob holder = this.locks.holder(added, now);
		Acceptance met = this.locks.meet(added, holder, now);
		if (met != null && met.replaced() == null) {
			return met;
		}
		if (met != null && holder != null) {
			end(holder, JobState.CANCELLED, "cancelled");
		}
		MemoryJob job = new MemoryJob(added, now, this.places++);
		this.jobs.put(added.job().id(), job);
		this.chains.added(added, job);
		this.locks.take(added, job, now);
		remember(job);
		this.history.count(job, "enqueued");
		return met;
	}

	void remember(MemoryJob job) {
		this.history.add(job);
	}

	@Override
	public Map<Integer, Acceptance> enqueue(List<NewJob> batch, Duration timeout) {
		return enqueue(batch);
	}

	/**
	 * Claim the job that a worker would: those that are due go before each other by
	 * priority, then in their order.
	 */
	synchronized @Nullable ClaimedJob claimNext() {
		promote();
		Instant now = this.clock.instant();
		while (true) {
			MemoryJob next = MemoryOrder.next(this.jobs.values(), this.paused);
			if (next == null) {
				return null;
			}
			if (!next.isLate(now)) {
				return next.claim(now);
			}
			end(next, JobState.EXPIRED, "expired");
		}
	}

	/**
	 * Claim a job, due or not: {@code null} if there is none that waits, or it is late.
	 */
	synchronized @Nullable ClaimedJob claim(JobId id) {
		MemoryJob job = this.jobs.get(id);
		if (job == null || !job.isPending()) {
			return null;
		}
		if (job.isLate(this.clock.instant())) {
			end(job, JobState.EXPIRED, "expired");
			return null;
		}
		return job.claim(this.clock.instant());
	}

	private void promote() {
		this.chains.passDeadlines();
		MemoryOrder.due(this.jobs.values(), this.clock.instant()).forEach((job) -> {
			job.promote(this.places++);
			this.history.count(job, "promoted");
		});
	}

	/** Say what became of a claimed job: the outcome, as it was taken. */
	synchronized JobOutcome settle(ClaimedJob claimed, JobOutcome outcome) {
		MemoryJob job = this.jobs.get(claimed.job().id());
		if (job == null || job.state() != JobState.RUNNING) {
			// the test has forgotten all jobs meanwhile
			return outcome;
		}
		job.settle(outcome, this.clock.instant());
		this.history.count(job, job.transition(outcome));
		this.chains.settled(job, outcome);
		forget();
		return outcome;
	}

	/** When the next of some jobs is due that wait for their time, or for children. */
	synchronized @Nullable Instant nextDue(Predicate<JobState> which) {
		return this.chains.nextDue(which, MemoryOrder.nextDue(this.jobs.values(), which));
	}

	/** All jobs since the last {@link #clear()}, also those that have ended. */
	synchronized <T> List<T> history(BiFunction<Job, JobInfo, T> reader) {
		return this.history.jobs().map((job) -> reader.apply(job.job(), info(job))).toList();
	}

	/** The latest job that was enqueued under an id. */
	synchronized <T> @Nullable T latest(JobId id, BiFunction<Job, JobInfo, T> reader) {
		return this.history.jobs()
			.filter((job) -> job.job().id().equals(id))
			.reduce((earlier, later) -> later)
			.map((job) -> reader.apply(job.job(), info(job)))
			.orElse(null);
	}

	synchronized void clear() {
		this.jobs.clear();
		this.history.clear();
		this.chains.clear();
		this.locks.clear();
		this.paused.clear();
		this.clock.reset();
		this.awaits.tell();
	}

	/** Forget what Redis would not know any more. */
	private void forget() {
		Instant now = this.clock.instant();
		List<MemoryJob> gone = this.jobs.values()
			.stream()
			.filter((job) -> job.isForgotten(now, this.keepEnded, this.keepDead))
			.toList();
		gone.forEach((job) -> this.jobs.remove(job.job().id(), job));
		gone.stream().filter((job) -> job.state() == JobState.DEAD).forEach((job) -> this.chains.never(job, "DEAD"));
		this.awaits.tell();
	}

	/** A running job says something of itself. */
	synchronized void report(JobId id, BiConsumer<MemoryJob, Instant> what) {
		MemoryJob job = this.jobs.get(id);
		if (job != null && job.state() == JobState.RUNNING) {
			what.accept(job, this.clock.instant());
		}
	}

	@Override
	public synchronized CompletableFuture<Void> await(JobId id) {
		return this.awaits.add(id);
	}

	void end(MemoryJob job, JobState state, String counter) {
		job.end(state, this.clock.instant());
		this.history.count(job, counter);
		this.chains.never(job, state.name());
		forget();
	}

	long nextPlace() {
		return this.places++;
	}

	void count(MemoryJob job, String counter) {
		this.history.count(job, counter);
	}

	@Override
	public synchronized Cancellation requestCancel(JobId id) {
		MemoryJob job = this.jobs.get(id);
		if (job == null || !job.isPending() && job.state() != JobState.WAITING) {
			return (job != null && job.cancelRunning()) ? Cancellation.REQUESTED : Cancellation.REFUSED;
		}
		end(job, JobState.CANCELLED, "cancelled");
		return Cancellation.ENDED;
	}

	synchronized boolean isCancelled(JobId id) {
		MemoryJob job = this.jobs.get(id);
		return job != null && job.isCancelled();
	}

	@Override
	public synchronized DeadStep retryDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		return MemoryFigures.change(ofQueue(queue, JobState.DEAD), jobName, max, this::retry);
	}

	@Override
	public synchronized DeadStep deleteDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		return MemoryFigures.change(ofQueue(queue, JobState.DEAD), jobName, max, this::delete);
	}

	@Override
	public synchronized boolean retry(JobId id) {
		forget();
		MemoryJob job = this.jobs.get(id);
		if (job == null || job.state() != JobState.DEAD) {
			return false;
		}
		if (!this.locks.takeAgain(job, this.clock.instant())) {
			return false;
		}
		job.requeue(this.clock.instant(), this.places++);
		this.history.count(job, "requeued");
		return true;
	}

	@Override
	public synchronized boolean reschedule(JobId id, Due due) {
		MemoryJob job = this.jobs.get(id);
		if (job == null || !job.isWaiting() || job.isLate(this.clock.instant())) {
			return false;
		}
		boolean now = job.reschedule(due, this.clock.instant());
		if (now) {
			job.promote(this.places++);
		}
		this.history.count(job, now ? "promoted" : "rescheduled");
		return true;
	}

	@Override
	public synchronized boolean delete(JobId id) {
		forget();
		MemoryJob job = this.jobs.get(id);
		if (job == null || job.state() == JobState.RUNNING) {
			return false;
		}
		this.jobs.remove(id);
		this.locks.deleted(job);
		this.history.remove(job);
		this.awaits.tell();
		this.history.count(job, "deleted");
		if (job.finishedAt() == null || job.state() == JobState.DEAD) {
			this.chains.never(job, "DELETED");
		}
		return true;
	}

	@Override
	public synchronized boolean pause(String queue) {
		return this.paused.add(queue);
	}

	@Override
	public synchronized boolean resume(String queue) {
		return this.paused.remove(queue);
	}

	@Override
	public synchronized @Nullable FoundJob look(JobId id) {
		forget();
		MemoryJob job = this.jobs.get(id);
		return (job != null)
				? new FoundJob(info(job), job.result(), null, job.job().retained(), job.log(), id.partition()) : null;
	}

	@Override
	public synchronized QueueFigures figures(String queue) {
		return MemoryFigures.of(queue, this.jobs.values(), this.paused.contains(queue), this.history.counters(queue),
				this.clock.instant());
	}

	private JobInfo info(MemoryJob job) {
		return job.info(this.maxRetries.applyAsInt(job.job().name(), job.job().queue()));
	}

	private List<MemoryJob> ofQueue(String queue, JobState state) {
		return this.jobs.values()
			.stream()
			.filter((job) -> job.job().queue().equals(queue) && job.state() == state)
			.toList();
	}

	@Override
	public synchronized Set<String> queues() {
		return this.history.queues();
	}

	@Override
	public synchronized DeadLetters dead(String queue, int limit, @Nullable String cursor) {
		forget();
		return MemoryFigures.page(ofQueue(queue, JobState.DEAD).stream().map(this::info), limit, cursor);
	}

	@Override
	public synchronized @Nullable Job stored(JobId id) {
		MemoryJob job = this.jobs.get(id);
		return (job != null) ? job.job() : null;
	}

}
