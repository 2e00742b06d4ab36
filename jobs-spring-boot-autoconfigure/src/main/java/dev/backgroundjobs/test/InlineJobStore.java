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
import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.InlineJobQueue;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

/**
 * Runs each job on the thread that has enqueued it, once and at once, whatever delay or
 * retries it has. The failure of a job is thrown as it is, and the job is dead.
 */
public final class InlineJobStore extends MemoryJobStore implements InlineJobQueue {

	private final JobRunner runner;

	/**
	 * Create a store.
	 * @param keepEnded how long a job is kept that has ended and whose caller follows it
	 * @param keepDead how long dead letters are kept
	 * @param runner runs the jobs
	 */
	public InlineJobStore(Duration keepEnded, Duration keepDead, JobRunner runner) {
		super(keepEnded, keepDead, runner.methods()::maxRetries);
		this.runner = runner;
	}

	@Override
	void remember(MemoryJob job) {
		// nobody asks for it
	}

	/**
	 * Calls inside {@code enqueueAll} run one by one, too.
	 */
	@Override
	public int maxBatch(QueuePartition partition) {
		return 1;
	}

	@Override
	public void run(List<JobId> jobs) {
		List<Throwable> failures = new ArrayList<>();
		List<JobId> waited = new ArrayList<>();
		for (JobId id : jobs) {
			if (isWaiting(id)) {
				waited.add(id);
			}
			else {
				run(id, failures);
			}
		}
		// a join stands before those it waits for, and steps behind it
		waited.forEach((id) -> run(id, failures));
		if (!failures.isEmpty()) {
			Throwable first = failures.get(0);
			failures.stream().filter((failure) -> failure != first).forEach(first::addSuppressed);
			InlineJobStore.<RuntimeException>throwAsItIs(first);
		}
	}

	private boolean isWaiting(JobId id) {
		FoundJob found = look(id);
		return found != null && found.info().state() == JobState.WAITING;
	}

	private void run(JobId id, List<Throwable> failures) {
		Throwable failure = run(id);
		if (failure != null) {
			failures.add(failure);
		}
	}

	private @Nullable Throwable run(JobId id) {
		ClaimedJob claimed = claim(id);
		if (claimed == null) {
			// its caller chose the id of a job that exists: that one has run
			return null;
		}
		FinishedAttempt attempt = this.runner.run(claimed, this);
		if (attempt.outcome() instanceof JobOutcome.Dead dead && attempt.exception() == null) {
			return new IllegalArgumentException(
					"Job '" + claimed.job().name() + "' cannot be run: " + dead.failure().message());
		}
		return attempt.exception();
	}

	/**
	 * The caller hears of the failure, so nobody tries again.
	 */
	@Override
	JobOutcome settle(ClaimedJob claimed, JobOutcome outcome) {
		if (outcome instanceof JobOutcome.Retry retry) {
			return super.settle(claimed, new JobOutcome.Dead(retry.failure()));
		}
		if (outcome instanceof JobOutcome.Parked parked) {
			return super.settle(claimed, new JobOutcome.Dead(new Failure("PARKED", parked.reason(), "")));
		}
		return super.settle(claimed, outcome);
	}

	/**
	 * A job that was snoozed is run again.
	 */
	@Override
	public boolean reschedule(JobId id, Due due) {
		if (!super.reschedule(id, due)) {
			return false;
		}
		if (due instanceof Due.Now) {
			run(withThoseBehind(id));
		}
		return true;
	}

	/**
	 * A dead job is run again, and then what waited for it.
	 */
	@Override
	public boolean retry(JobId id) {
		if (!super.retry(id)) {
			return false;
		}
		run(withThoseBehind(id));
		return true;
	}

	/**
	 * A job, the steps behind it, or its join and the steps behind that: as a chain knows
	 * them before the job has run and is gone.
	 */
	private List<JobId> withThoseBehind(JobId id) {
		List<JobId> all = new ArrayList<>();
		@Nullable JobId next = id;
		while (next != null) {
			all.add(next);
			Job job = stored(next);
			JobLink link = (job != null) ? job.link() : null;
			next = (link != null) ? link.successor() : null;
		}
		return all;
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void throwAsItIs(Throwable failure) throws E {
		throw (E) failure;
	}

}
