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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobProgress;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.NewJob;
import org.jspecify.annotations.Nullable;

/**
 * A job in memory and its transitions, which are those of the Lua scripts. Guarded by its
 * store.
 */
final class MemoryJob {

	private static final int MAX_FAILURES = 10;

	private Job job;

	private final Instant enqueuedAt;

	private @Nullable Instant expiresAt;

	private @Nullable Duration expiresAfter;

	private Instant dueAt;

	/** Until when it waits because it could not be run, whenever it was due. */
	private @Nullable Instant parkedUntil;

	private JobState state;

	/** Its place among the queued ones. */
	private long place;

	private Attempts attempts = Attempts.NONE;

	/** Somebody has cancelled it while it runs. */
	private boolean cancelled;

	private @Nullable Instant startedAt;

	private @Nullable Instant finishedAt;

	private @Nullable String parkedBecause;

	private @Nullable JobResult result;

	private @Nullable JobProgress progress;

	private final List<JobLogLine> log = new ArrayList<>();

	private final List<JobFailure> failures = new ArrayList<>();

	MemoryJob(NewJob added, Instant now, long place) {
		this.job = added.job();
		this.enqueuedAt = now;
		Due chosen = (added.due() instanceof Due.Child child) ? child.due() : added.due();
		this.dueAt = dueAt(chosen, now);
		this.expiresAfter = added.expiresAfter();
		this.expiresAt = (this.expiresAfter != null) ? this.dueAt.plus(this.expiresAfter) : null;
		this.state = (chosen instanceof Due.After || chosen instanceof Due.Joined) ? JobState.WAITING
				: this.dueAt.isAfter(now) ? JobState.SCHEDULED : JobState.QUEUED;
		this.place = place;
	}

	private static Instant dueAt(Due due, Instant now) {
		Instant at = (due instanceof Due.In in) ? now.plus(in.delay())
				: (due instanceof Due.At time) ? time.time() : now;
		return at.isBefore(now) ? now : at;
	}

	/**
	 * Take the place of another call, under the same id, and the later of both due times.
	 */
	void become(NewJob call, Instant now) {
		Instant due = dueAt(call.due(), now);
		Job other = call.job();
		this.job = new Job(this.job.id(), other.name(), other.arguments(), this.job.retained() || other.retained(),
				this.job.priority(), other.headers(), null, other.lock());
		Instant latest = due.isAfter(dueAt()) ? due : dueAt();
		this.parkedUntil = null;
		this.dueAt = latest;
		this.expiresAfter = call.expiresAfter();
		this.expiresAt = (this.expiresAfter != null) ? latest.plus(this.expiresAfter) : null;
		if (this.state == JobState.QUEUED && latest.isAfter(now)) {
			this.state = JobState.SCHEDULED;
		}
	}

	/**
	 * Whether it was ever claimed.
	 */
	boolean hasStarted() {
		return this.state == JobState.RUNNING || this.attempts.attempt() > 1;
	}

	Job job() {
		return this.job;
	}

	JobState state() {
		return this.state;
	}

	Instant dueAt() {
		return (this.parkedUntil != null) ? this.parkedUntil : this.dueAt;
	}

	long place() {
		return this.place;
	}

	boolean isWaiting() {
		return this.state == JobState.SCHEDULED || this.state == JobState.RETRYING;
	}

	boolean isPending() {
		return isWaiting() || this.state == JobState.QUEUED;
	}

	boolean cancelRunning() {
		this.cancelled = this.state == JobState.RUNNING;
		return this.cancelled;
	}

	boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * The step of its chain that waits for this one.
	 */
	@Nullable MemoryJob successor(Map<JobId, MemoryJob> jobs) {
		JobLink link = this.job.link();
		MemoryJob successor = (link != null && link.successor() != null && !link.isChild()) ? jobs.get(link.successor())
				: null;
		return (successor != null && successor.state == JobState.WAITING) ? successor : null;
	}

	/**
	 * The step before it in its chain has completed.
	 */
	void proceed(JobOutcome before, Instant now, long atPlace) {
		JobResult result = (before instanceof JobOutcome.Succeeded succeeded) ? succeeded.result() : null;
		this.job = this.job.continued((result != null) ? result.json() : null);
		this.dueAt = now;
		this.expiresAt = (this.expiresAfter != null) ? now.plus(this.expiresAfter) : null;
		promote(atPlace);
	}

	/**
	 * It is due at another time, from which it may be late as before.
	 * @return whether that has come
	 */
	boolean reschedule(Due due, Instant now) {
		Instant before = this.dueAt;
		this.parkedUntil = null;
		this.dueAt = dueAt(due, now);
		this.expiresAt = (this.expiresAt != null) ? this.expiresAt.plus(Duration.between(before, this.dueAt)) : null;
		return !this.dueAt.isAfter(now);
	}

	/**
	 * It is a dead letter without having run.
	 */
	void die(Failure failure, Instant now) {
		failed(failure, now);
		end(JobState.DEAD, now);
	}

	void promote(long atPlace) {
		this.parkedUntil = null;
		this.state = JobState.QUEUED;
		this.place = atPlace;
	}

	/**
	 * Whether it is past its time; a job that was started before never is.
	 */
	boolean isLate(Instant now) {
		return this.expiresAt != null && now.isAfter(this.expiresAt) && this.attempts.attempt() == 1;
	}

	ClaimedJob claim(Instant now) {
		this.state = JobState.RUNNING;
		this.parkedUntil = null;
		this.startedAt = now;
		return new ClaimedJob(this.job, "manual", this.attempts, this.enqueuedAt, this.dueAt, now);
	}

	void settle(JobOutcome outcome, Instant now) {
		Attempts before = this.attempts;
		if (this.cancelled && !(outcome instanceof JobOutcome.Succeeded)) {
			end(JobState.CANCELLED, now);
		}
		else if (outcome instanceof JobOutcome.Retry retry) {
			failed(retry.failure(), now);
			this.attempts = new Attempts(before.retries() + 1, before.leaseLosses(), before.returns(),
					before.parkings());
			this.dueAt = now.plus(retry.delay());
			waitFor(null);
		}
		else if (outcome instanceof JobOutcome.Parked parked) {
			Instant since = (before.unknownSince() != null) ? before.unknownSince() : now;
			this.attempts = new Attempts(before.retries(), before.leaseLosses(), before.returns(),
					before.parkings() + 1, parked.unknown() ? since : null);
			this.parkedUntil = now.plus(parked.delay());
			waitFor(parked.reason());
		}
		else if (outcome instanceof JobOutcome.Snoozed snoozed) {
			this.attempts = new Attempts(before.retries(), before.leaseLosses(), before.returns() + 1,
					before.parkings());
			this.dueAt = now.plus(snoozed.delay());
			waitFor(null);
			this.state = JobState.SCHEDULED;
		}
		else if (outcome instanceof JobOutcome.Dead dead) {
			failed(dead.failure(), now);
			this.startedAt = null;
			end(JobState.DEAD, now);
		}
		else {
			this.result = (outcome instanceof JobOutcome.Succeeded succeeded) ? succeeded.result() : null;
			end(JobState.SUCCEEDED, now);
		}
	}

	/**
	 * What an outcome has been for it.
	 */
	String transition(JobOutcome outcome) {
		return switch (this.state) {
			case SCHEDULED -> "snoozed";
			case RETRYING -> (outcome instanceof JobOutcome.Parked) ? "parked" : "retried";
			case DEAD -> "buried";
			case CANCELLED -> "cancelled";
			default -> "completed";
		};
	}

	private void failed(Failure failure, Instant now) {
		this.failures
			.add(new JobFailure(this.attempts.attempt(), now, failure.type(), failure.message(), failure.stackTrace()));
		if (this.failures.size() > MAX_FAILURES) {
			this.failures.remove(0);
		}
	}

	private void waitFor(@Nullable String because) {
		this.state = JobState.RETRYING;
		this.startedAt = null;
		this.parkedBecause = because;
	}

	void end(JobState end, Instant now) {
		this.state = end;
		this.finishedAt = now;
		this.parkedUntil = null;
		this.parkedBecause = null;
	}

	/**
	 * Queue it again after its death, its retries afresh.
	 */
	void requeue(Instant now, long atPlace) {
		this.attempts = new Attempts(0, 0, this.attempts.attempt(), 0);
		this.finishedAt = null;
		this.dueAt = now;
		promote(atPlace);
	}

	void progress(long current, long total, @Nullable String message, Instant now) {
		this.progress = new JobProgress(current, total, message, now);
	}

	void log(String text, Instant now) {
		this.log.add(new JobLogLine(this.attempts.attempt(), now, text));
	}

	List<JobLogLine> log() {
		return List.copyOf(this.log);
	}

	@Nullable JobResult result() {
		return this.result;
	}

	/**
	 * Whether it has ended and is not kept, or not any more.
	 */
	boolean isForgotten(Instant now, Duration keepEnded, Duration keepDead) {
		boolean dead = this.state == JobState.DEAD;
		return this.finishedAt != null
				&& (!dead && !this.job.retained() || !now.isBefore(this.finishedAt.plus(dead ? keepDead : keepEnded)));
	}

	@Nullable Instant finishedAt() {
		return this.finishedAt;
	}

	JobInfo info(int maxRetries) {
		return new JobInfo(this.job.id().toString(), this.job.name(), this.job.queue(), this.job.priority(), this.state,
				this.attempts.attempt(), this.attempts.retries(), maxRetries, this.enqueuedAt, dueAt(), this.startedAt,
				this.finishedAt, this.parkedBecause, this.progress, List.copyOf(this.failures),
				(this.job.link() != null) ? JobLink.text(this.job.link().predecessor()) : null,
				(this.job.link() != null) ? JobLink.text(this.job.link().successor()) : null);
	}

}
