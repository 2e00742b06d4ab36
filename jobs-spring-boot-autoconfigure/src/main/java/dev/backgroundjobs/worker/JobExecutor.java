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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.backgroundjobs.JobTimeoutException;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.ChainOutcome;
import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.RetryDecision;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one claimed job: finds its method, calls it, turns what happened into an outcome
 * and hands that to the store. The store's answer comes later; until then the lease is
 * kept.
 */
final class JobExecutor {

	private static final Logger logger = LoggerFactory.getLogger(JobExecutor.class);

	private static final String REPAIR = ". If the parameters have changed since it was enqueued, let them read the old "
			+ "form too (@JsonAlias, a default value), or keep a method of the old form under this name";

	private final JobMethodRegistry methods;

	private final AttemptCaller caller;

	private final JobClaims claims;

	private final LeaseKeeper leases;

	private final ScheduledExecutorService timer;

	private final JobListener listener;

	private final Duration maxParked;

	JobExecutor(JobMethodRegistry methods, AttemptCaller caller, JobClaims claims, LeaseKeeper leases,
			ScheduledExecutorService timer, JobListener listener, Duration maxParked) {
		this.methods = methods;
		this.caller = caller;
		this.claims = claims;
		this.leases = leases;
		this.timer = timer;
		this.listener = listener;
		this.maxParked = maxParked;
	}

	/**
	 * Run a job and hand over its outcome, without waiting for the store's answer.
	 * @return how long it ran
	 */
	Duration execute(JobRun run) {
		long start = System.nanoTime();
		Attempt attempt = run(run);
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		if (attempt != null) {
			finish(run, attempt, took);
		}
		else {
			logger.warn("Job {} '{}', which was abandoned, has ended after {}: what it did is not written",
					run.claimed().job().name(), run.id(), took);
		}
		return took;
	}

	/**
	 * Settle a job whose run does not heed its interrupt, as if it had ended.
	 */
	void abandon(JobRun run, JobRun.Stuck stuck) {
		JobMethod method = this.methods.find(run.claimed().job().name());
		if (method != null) {
			finish(run, attempt(run, method, new Returned(null, stuck)), run.elapsed());
		}
	}

	/**
	 * Give back jobs that have not started: they come first in their queue again, in this
	 * order. No attempt was made, so no listener hears of it.
	 */
	void release(List<JobRun> runs) {
		// what is released later stands further in front
		for (int i = runs.size() - 1; i >= 0; i--) {
			settle(runs.get(i), new JobOutcome.Released(false), (settlement) -> {
			});
		}
	}

	/**
	 * Give back a job that could not start.
	 */
	void giveBack(JobRun run, JobOutcome outcome) {
		finish(run, new Attempt(outcome, null), Duration.ZERO);
	}

	/**
	 * Tell of what was met beside the jobs of a claim.
	 */
	void met(String queue, Claim claim) {
		this.listener.expired(queue, claim.expired());
		this.listener.trimmed(queue, claim.trimmed());
		this.listener.dropped(queue, claim.dropped());
		claim.recovered().forEach(this.listener::recovered);
		claim.cancelled().forEach(this.listener::cancelled);
	}

	private @Nullable Attempt run(JobRun run) {
		ClaimedJob claimed = run.claimed();
		JobMethod method = this.methods.find(claimed.job().name());
		if (method == null) {
			return parked(claimed, "UNKNOWN_JOB", "No method of this application is named '" + claimed.job().name()
					+ "': if it was renamed, add that name to its @BackgroundJob(aliases)");
		}
		if (!method.definition().enabled()) {
			return waiting(claimed, "JOB_DISABLED background-jobs.jobs.*.enabled is false for this job", false);
		}
		@Nullable Object[] arguments;
		try {
			arguments = this.caller.arguments(method, claimed);
		}
		catch (ArgumentsDoNotFitException | RuntimeException | LinkageError | StackOverflowError ex) {
			// whatever a type or a codec does while it reads them: the method has not run
			return parked(claimed, "ARGUMENTS_DO_NOT_FIT",
					((ex instanceof ArgumentsDoNotFitException) ? String.valueOf(ex.getMessage()) : ex.toString())
							+ REPAIR);
		}
		return call(run, method, arguments);
	}

	private @Nullable Attempt call(JobRun run, JobMethod method, @Nullable Object[] arguments) {
		this.leases.noticeFreeze();
		if (!run.begin()) {
			return new Attempt(run.cancelled() ? new JobOutcome.Cancelled() : new JobOutcome.Released(false), null);
		}
		Returned returned = invoke(run, method, arguments);
		boolean settled;
		try {
			this.leases.noticeFreeze();
		}
		finally {
			// whatever fails: others wait for its end
			settled = !run.end();
		}
		return settled ? null : attempt(run, method, returned);
	}

	private Returned invoke(JobRun run, JobMethod method, @Nullable Object[] arguments) {
		Future<?> timeout = null;
		try {
			timeout = startTimeout(run, settings(run, method).timeout());
			started(run.claimed());
			return new Returned(this.caller.call(run, method, arguments), null);
		}
		catch (Throwable ex) {
			// the job is still ours: it is retried, buried or given back
			return new Returned(null, ex);
		}
		finally {
			if (timeout != null) {
				timeout.cancel(false);
			}
		}
	}

	private @Nullable Future<?> startTimeout(JobRun run, @Nullable Duration timeout) {
		return (timeout != null) ? this.timer.schedule(() -> run.interrupt(JobRun.Interruption.TIMEOUT),
				timeout.toMillis(), TimeUnit.MILLISECONDS) : null;
	}

	private Attempt attempt(JobRun run, JobMethod method, Returned returned) {
		Throwable exception = returned.exception();
		if (run.lease().isLost()) {
			this.listener.leaseLost(run.claimed());
			// stale, or the job goes back at once: nobody else has recovered it
			return new Attempt(new JobOutcome.Released(true), exception);
		}
		return (exception != null) ? failed(run, method, exception) : returned(run, returned.result());
	}

	private static Attempt returned(JobRun run, @Nullable JobResult result) {
		JobOutcome.Snoozed snoozed = run.snoozed();
		return new Attempt((snoozed != null) ? snoozed : ChainOutcome.of(run.claimed().job(), result), null);
	}

	private static Attempt failed(JobRun run, JobMethod method, Throwable exception) {
		if (run.cancelled()) {
			return new Attempt(new JobOutcome.Cancelled(), exception);
		}
		JobRun.Interruption interruption = run.interruption();
		if (interruption == JobRun.Interruption.SHUTDOWN) {
			return new Attempt(new JobOutcome.Released(true), exception);
		}
		Throwable failure = (interruption == JobRun.Interruption.TIMEOUT) ? timedOut(settings(run, method), exception)
				: exception;
		return new Attempt(
				RetryDecision.of(failure, settings(run, method).retryPolicy(), run.claimed().attempts().retries()),
				failure);
	}

	private static JobTimeoutException timedOut(JobDefinition job, Throwable exception) {
		return new JobTimeoutException(
				"The attempt ran longer than its timeout of " + job.timeout() + " and was interrupted"
						+ ((exception instanceof JobRun.Stuck) ? ", which it ignored" : "")
						+ ": see @BackgroundJob(timeout) on " + job.name() + " and background-jobs.job.timeout",
				exception);
	}

	/**
	 * What holds for a job where it was claimed, as this process is configured.
	 */
	private static JobDefinition settings(JobRun run, JobMethod method) {
		return method.definitionIn(run.claimed().job().queue());
	}

	private Attempt parked(ClaimedJob claimed, String word, String explanation) {
		Instant since = claimed.attempts().unknownSince();
		// by the first who could not run it, not by when it was due: it may have waited
		if (since != null && Duration.between(since, claimed.claimedAt()).compareTo(this.maxParked) > 0) {
			return new Attempt(new JobOutcome.Dead(new Failure(word, explanation, "")), null);
		}
		return waiting(claimed, word + " " + explanation, true);
	}

	private static Attempt waiting(ClaimedJob claimed, String reason, boolean unknown) {
		long seconds = Math.min(60, 1L << Math.min(6, claimed.attempts().parkings()));
		Duration delay = Duration.ofMillis((long) (seconds * 1000 * (0.5 + ThreadLocalRandom.current().nextDouble())));
		return new Attempt(new JobOutcome.Parked(delay, reason, unknown), null);
	}

	private void finish(JobRun run, Attempt attempt, Duration took) {
		run.observation().ended(attempt.outcome(), attempt.exception());
		settle(run, attempt.outcome(), (settlement) -> this.listener.finished(new FinishedAttempt(run.claimed(),
				attempt.outcome(), attempt.exception(), took, settlement, run.logged())));
	}

	/**
	 * Settle a run. Who waits for all of them to be settled, to stop, finds that they
	 * have been told of, too.
	 */
	private void settle(JobRun run, JobOutcome outcome, Consumer<Settlement> told) {
		hand(run, outcome).whenComplete((settlement, failure) -> {
			try {
				if (failure != null) {
					logger.error("The outcome of job {} '{}' was refused: it will run again when its lease ends",
							run.claimed().job().name(), run.id(), failure);
				}
				told.accept((failure != null) ? Settlement.UNCERTAIN : settlement);
			}
			finally {
				this.leases.settled(run);
			}
		});
	}

	private CompletionStage<Settlement> hand(JobRun run, JobOutcome outcome) {
		try {
			return this.claims.settle(run.claimed(), outcome);
		}
		catch (RuntimeException | Error ex) {
			// those that are given back with it must not share its fate
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void started(ClaimedJob claimed) {
		Duration waited = Duration.between(claimed.dueAt(), claimed.claimedAt());
		this.listener.started(claimed, waited.isNegative() ? Duration.ZERO : waited);
	}

	/**
	 * How a method came back.
	 *
	 * @param result its result, if it has one
	 * @param exception what it threw
	 */
	private record Returned(@Nullable JobResult result, @Nullable Throwable exception) {

	}

	/**
	 * What an attempt came to.
	 *
	 * @param outcome what becomes of the job
	 * @param exception what it threw
	 */
	private record Attempt(JobOutcome outcome, @Nullable Throwable exception) {

	}

}
