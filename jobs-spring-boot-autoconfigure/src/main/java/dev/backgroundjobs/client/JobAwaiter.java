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

package dev.backgroundjobs.client;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backgroundjobs.JobAwaitTimeoutException;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobNotSucceededException;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.RecordedJobException;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobResults;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.util.Assert;

/**
 * Waits for the end of a job on the thread of its caller, and says what became of it.
 */
final class JobAwaiter {

	private static final Logger logger = LoggerFactory.getLogger(JobAwaiter.class);

	private static final long PAUSE_MS = 200;

	/** After how many looks a step that waited is believed to be gone: ten seconds. */
	private static final int MOST_MISSED = 100;

	private static final Duration LONGEST = Duration.ofDays(365);

	private final JobQueries queries;

	private final JobEnds ends;

	private final JobResults results;

	private final AtomicBoolean warned = new AtomicBoolean();

	JobAwaiter(JobQueries queries, JobEnds ends, JobResults results) {
		this.queries = queries;
		this.ends = ends;
		this.results = results;
	}

	@Nullable Object await(JobId id, Type resultType, Duration timeout) {
		Assert.notNull(timeout, "'timeout' must not be null");
		warnInsideAJob(id);
		long deadline = System.nanoTime() + ((timeout.compareTo(LONGEST) < 0) ? timeout : LONGEST).toNanos();
		Look last = look(id, null);
		QueuePartition asked = null;
		int missed = 0;
		while (!last.isOver()) {
			FoundJob found = last.found();
			Assert.state(found == null || found.kept(),
					() -> "Nothing is kept of job '" + id + "' after its end, so it cannot be "
							+ "awaited: let its method return a JobHandle, or choose its id with JobClient.id(...)");
			QueuePartition place = (found != null) ? found.partition() : id.partition();
			boolean again = place.equals(asked);
			asked = again ? null : place;
			CompletableFuture<Void> end = again ? aWhile() : this.ends.await(new JobId(place, id.local()));
			waitForEnd(id, end, deadline, timeout, last);
			last = look(id, found);
			missed = last.isMissing() ? missed + 1 : 0;
			if (last.isMissing() && waits(found) && missed <= MOST_MISSED) {
				// a step among many that are on their way to another queue
				last = new Look(found, null);
			}
		}
		return end(id, resultType, last.found());
	}

	/**
	 * Whoever waits for a job waits for Redis, too: what may pass by itself ends no wait.
	 */
	private Look look(JobId id, @Nullable FoundJob seen) {
		try {
			return new Look(this.queries.look(id), null);
		}
		catch (DataAccessResourceFailureException | TransientDataAccessException ex) {
			return new Look(seen, ex);
		}
	}

	/**
	 * Also if that job has ended already: next time it may not.
	 */
	private void warnInsideAJob(JobId id) {
		if (JobContext.isActive() && this.warned.compareAndSet(false, true)) {
			logger.warn(
					"Job '{}' waits for job '{}' and holds a slot meanwhile: if the slots of a queue all wait, none is "
							+ "left for what they wait for. Let the other job do what follows, or call it from there",
					JobContext.current().id(), id);
		}
	}

	/**
	 * What is said to have ended where it still is was retried at once, or is a step on
	 * its way to another queue: it is looked at again, but not without a pause.
	 */
	private static CompletableFuture<Void> aWhile() {
		return new CompletableFuture<Void>().completeOnTimeout(null, PAUSE_MS, TimeUnit.MILLISECONDS);
	}

	private static boolean waits(@Nullable FoundJob found) {
		return found != null && found.info().state() == JobState.WAITING;
	}

	private static boolean hasEnded(JobState state) {
		return switch (state) {
			case SUCCEEDED, DEAD, CANCELLED, EXPIRED -> true;
			default -> false;
		};
	}

	private static void waitForEnd(JobId id, CompletableFuture<Void> end, long deadline, Duration timeout, Look last) {
		try {
			end.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw last.timeout("Job '" + id + "' has not ended within " + timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Interrupted while waiting for job '" + id + "', which goes on");
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new IllegalStateException("Job '" + id + "' cannot be awaited: " + cause.getMessage(), cause);
		}
		finally {
			end.cancel(false);
		}
	}

	private @Nullable Object end(JobId id, Type resultType, @Nullable FoundJob found) {
		if (found == null) {
			throw new JobNotSucceededException(
					"Job '" + id + "' is not known (any more): there was none, it was "
							+ "deleted, or it has ended and is not kept: see background-jobs.retention.succeeded",
					null);
		}
		JobInfo job = found.info();
		if (job.state() == JobState.SUCCEEDED) {
			return this.results.decode(id, resultType, found.result());
		}
		List<JobFailure> failures = job.failures();
		if (job.state() != JobState.DEAD || failures.isEmpty()) {
			throw new JobNotSucceededException("Job " + job.name() + " '" + id + "' is " + job.state(), job.state());
		}
		RecordedJobException cause = new RecordedJobException(failures.get(failures.size() - 1));
		throw new JobNotSucceededException(
				"Job " + job.name() + " '" + id + "' is DEAD after attempt " + job.attempt() + ": " + cause,
				JobState.DEAD, cause);
	}

	/**
	 * What is known of a job.
	 *
	 * @param found the job as it was last seen
	 * @param failure why it could not be seen now
	 */
	private record Look(@Nullable FoundJob found, @Nullable DataAccessException failure) {

		boolean isOver() {
			return this.failure == null && (this.found == null || hasEnded(this.found.info().state()));
		}

		boolean isMissing() {
			return this.failure == null && this.found == null;
		}

		JobAwaitTimeoutException timeout(String message) {
			JobState state = (this.found != null) ? this.found.info().state() : null;
			String seen = message
					+ ((state != null) ? "; it goes on, and was " + state + " when it was last seen" : "");
			return (this.failure != null)
					? new JobAwaitTimeoutException(seen + "; it could not be looked at since", state, this.failure)
					: new JobAwaitTimeoutException(seen, state);
		}

	}

}
