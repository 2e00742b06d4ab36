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

package dev.backgroundjobs.observation;

import java.time.Duration;

import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.CancelledJob;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.DeadJoin;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.RecoveredJob;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.event.JobCancelledEvent;
import dev.backgroundjobs.event.JobDeadEvent;
import dev.backgroundjobs.event.JobEnqueuedEvent;
import dev.backgroundjobs.event.JobFailedEvent;
import dev.backgroundjobs.event.JobRecoveredEvent;
import dev.backgroundjobs.event.JobStartedEvent;
import dev.backgroundjobs.event.JobSucceededEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes what becomes of jobs as application events, where somebody listens for them.
 * It stops after the workers of its process, when the events they left have been heard.
 */
public final class ApplicationEventJobListener implements JobListener, SmartLifecycle, AutoCloseable {

	/** Workers stop with the web servers, in a phase above. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 2048;

	private final JobEvents events;

	private volatile boolean running;

	/**
	 * Create a listener.
	 * @param context where to publish
	 * @param capacity how many events may wait for those who listen
	 */
	public ApplicationEventJobListener(ApplicationContext context, int capacity) {
		this.events = new JobEvents(context, capacity);
	}

	/**
	 * The same for what operators do.
	 * @param store does it
	 * @param queries knows the jobs to which it is done
	 * @return operations whose effects are published
	 */
	public JobOperations around(JobOperations store, JobQueries queries) {
		return new ToldJobOperations(store, queries, this.events);
	}

	@Override
	public void enqueued(Job job, Duration took, @Nullable Throwable failure) {
		if (failure == null && this.events.wants(JobEnqueuedEvent.class)) {
			this.events.publish(new JobEnqueuedEvent(job.id().toString(), job.name(), job.queue()));
		}
	}

	@Override
	public void met(Job job, Duration took, Acceptance acceptance) {
		JobId replaced = acceptance.replaced();
		if (replaced == null) {
			// no job is new
			return;
		}
		if (this.events.wants(JobCancelledEvent.class)) {
			this.events.publish(new JobCancelledEvent(replaced.toString(), job.name(), job.queue()));
		}
		enqueued(job, took, null);
	}

	@Override
	public void started(ClaimedJob claimed, Duration waited) {
		if (this.events.wants(JobStartedEvent.class)) {
			this.events.publish(new JobStartedEvent(id(claimed), claimed.job().name(), claimed.job().queue(),
					claimed.attempts().attempt(), waited));
		}
	}

	@Override
	public void finished(FinishedAttempt attempt) {
		if (attempt.settlement() == Settlement.STALE) {
			// whatever it did, the job is somebody else's
			return;
		}
		JobOutcome outcome = attempt.outcome();
		if (outcome instanceof JobOutcome.Cancelled || attempt.settlement() == Settlement.CANCELLED) {
			cancelled(attempt);
		}
		else if (outcome instanceof JobOutcome.Succeeded) {
			succeeded(attempt);
		}
		else if (outcome instanceof JobOutcome.Retry retry) {
			failed(attempt, retry.delay());
		}
		else if (outcome instanceof JobOutcome.Dead dead) {
			failed(attempt, null);
			died(attempt, dead.failure().type());
		}
	}

	private void succeeded(FinishedAttempt attempt) {
		if (this.events.wants(JobSucceededEvent.class)) {
			ClaimedJob claimed = attempt.claimed();
			this.events.publish(new JobSucceededEvent(id(claimed), claimed.job().name(), claimed.job().queue(),
					claimed.attempts().attempt(), attempt.took()));
		}
	}

	private void cancelled(FinishedAttempt attempt) {
		if (this.events.wants(JobCancelledEvent.class)) {
			ClaimedJob claimed = attempt.claimed();
			this.events.publish(new JobCancelledEvent(id(claimed), claimed.job().name(), claimed.job().queue()));
		}
	}

	private void failed(FinishedAttempt attempt, @Nullable Duration nextAttemptIn) {
		Throwable exception = attempt.exception();
		if (exception != null && this.events.wants(JobFailedEvent.class)) {
			ClaimedJob claimed = attempt.claimed();
			this.events.publish(new JobFailedEvent(id(claimed), claimed.job().name(), claimed.job().queue(),
					claimed.attempts().attempt(), attempt.took(), exception, nextAttemptIn != null, nextAttemptIn));
		}
	}

	@Override
	public void recovered(RecoveredJob job) {
		String id = job.id().toString();
		String queue = job.id().queue();
		if (this.events.wants(JobRecoveredEvent.class)) {
			this.events.publish(new JobRecoveredEvent(id, job.name(), queue, job.attempt()));
		}
		if (job.dead() && this.events.wants(JobDeadEvent.class)) {
			this.events.publish(new JobDeadEvent(id, job.name(), queue, job.attempt(), "LEASE_LOST", null));
		}
	}

	@Override
	public void joinDied(DeadJoin join) {
		if (this.events.wants(JobDeadEvent.class)) {
			this.events.publish(
					new JobDeadEvent(join.id().toString(), join.name(), join.id().queue(), 1, join.reason(), null));
		}
	}

	@Override
	public void cancelled(CancelledJob job) {
		if (this.events.wants(JobCancelledEvent.class)) {
			this.events.publish(new JobCancelledEvent(job.id().toString(), job.name(), job.id().queue()));
		}
	}

	private void died(FinishedAttempt attempt, String reason) {
		if (this.events.wants(JobDeadEvent.class)) {
			ClaimedJob claimed = attempt.claimed();
			this.events.publish(new JobDeadEvent(id(claimed), claimed.job().name(), claimed.job().queue(),
					claimed.attempts().attempt(), reason, attempt.exception()));
		}
	}

	private static String id(ClaimedJob claimed) {
		return claimed.job().id().toString();
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public void stop(Runnable callback) {
		stop();
		this.events.queue().afterThese(callback);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void close() {
		this.events.queue().close();
	}

}
