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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.ChainOutcome;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.RetryDecision;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * Runs jobs of a {@link MemoryJobStore} on the thread that asks for it, as a worker would
 * run them: by the method's proxy, with arguments read from JSON. Only timeouts are not
 * watched over.
 */
public final class JobRunner {

	private static final Logger logger = LoggerFactory.getLogger(JobRunner.class);

	private static final String UNFIT = "ARGUMENTS_DO_NOT_FIT";

	private static final Duration LOOKED_AT_AGAIN = Duration.ofMinutes(1);

	private final JobMethodRegistry methods;

	private final JobMethodInvoker invoker;

	private final List<JobListener> listeners;

	private final Duration maxParked;

	/**
	 * Create a runner.
	 * @param methods the job methods
	 * @param invoker calls them
	 * @param listeners those who want to hear of attempts
	 * @param maxParked how long a job waits that cannot be run
	 */
	public JobRunner(JobMethodRegistry methods, JobMethodInvoker invoker, List<JobListener> listeners,
			Duration maxParked) {
		this.methods = methods;
		this.invoker = invoker;
		this.listeners = List.copyOf(listeners);
		this.maxParked = maxParked;
	}

	JobMethodRegistry methods() {
		return this.methods;
	}

	/**
	 * The arguments of a job as its method gets them.
	 * @throws ArgumentsDoNotFitException if they cannot be read
	 */
	@Nullable Object[] arguments(Job job) throws ArgumentsDoNotFitException {
		return this.invoker.arguments(method(job), job);
	}

	private JobMethod method(Job job) {
		JobMethod method = this.methods.find(job.name());
		Assert.state(method != null, () -> "Job '" + job.id() + "' is not of this application: " + job.name());
		return method;
	}

	/**
	 * Run a claimed job and settle what became of it.
	 * @return the attempt; its exception is what the job threw
	 */
	FinishedAttempt run(ClaimedJob claimed, MemoryJobStore store) {
		long start = System.nanoTime();
		Duration waited = Duration.between(claimed.dueAt(), claimed.claimedAt());
		tell((listener) -> listener.started(claimed, waited.isNegative() ? Duration.ZERO : waited));
		Result result = attempt(claimed, store);
		JobOutcome outcome = store.settle(claimed, result.outcome());
		FinishedAttempt attempt = new FinishedAttempt(claimed, outcome, result.exception(),
				Duration.ofNanos(System.nanoTime() - start), Settlement.ACCEPTED);
		tell((listener) -> listener.finished(attempt));
		return attempt;
	}

	private Result attempt(ClaimedJob claimed, MemoryJobStore store) {
		JobMethod method = method(claimed.job());
		@Nullable Object[] arguments;
		try {
			arguments = arguments(claimed.job());
		}
		catch (ArgumentsDoNotFitException | RuntimeException | LinkageError | StackOverflowError ex) {
			// whatever a type or a codec does while it reads them: the method has not run
			return new Result(
					parked(claimed, (ex instanceof ArgumentsDoNotFitException) ? ex.getMessage() : ex.toString()),
					null);
		}
		try {
			MemoryJobContext context = new MemoryJobContext(claimed, store, new AtomicReference<>());
			JobResult result = JobContext
				.with(context, () -> Optional.ofNullable(this.invoker.invoke(method, claimed.job(), arguments, () -> {
				})))
				.orElse(null);
			JobOutcome snoozed = context.snoozed.get();
			return new Result((snoozed != null) ? snoozed : ChainOutcome.of(claimed.job(), result), null);
		}
		catch (Throwable ex) {
			if (store.isCancelled(claimed.job().id())) {
				return new Result(new JobOutcome.Cancelled(), ex);
			}
			// the job is still ours: it is retried or buried
			return new Result(RetryDecision.of(ex, method.definitionIn(claimed.job().queue()).retryPolicy(),
					claimed.attempts().retries()), ex);
		}
	}

	private JobOutcome parked(ClaimedJob claimed, @Nullable String explanation) {
		Instant since = claimed.attempts().unknownSince();
		boolean tooLong = since != null && Duration.between(since, claimed.claimedAt()).compareTo(this.maxParked) > 0;
		return tooLong ? new JobOutcome.Dead(new Failure(UNFIT, explanation, ""))
				: new JobOutcome.Parked(LOOKED_AT_AGAIN, UNFIT + " " + explanation, true);
	}

	private void tell(Consumer<JobListener> what) {
		for (JobListener listener : this.listeners) {
			try {
				what.accept(listener);
			}
			catch (RuntimeException ex) {
				// the job's fate does not depend on it
				logger.error("A listener failed", ex);
			}
		}
	}

	/**
	 * What an attempt came to.
	 *
	 * @param outcome what becomes of the job
	 * @param exception what it threw
	 */
	private record Result(JobOutcome outcome, @Nullable Throwable exception) {

	}

	/**
	 * The job, seen from its own code.
	 *
	 * @param claimed the job
	 * @param store where it is
	 * @param snoozed what it has asked for
	 */
	private record MemoryJobContext(ClaimedJob claimed, MemoryJobStore store,
			AtomicReference<JobOutcome.@Nullable Snoozed> snoozed) implements JobContext {

		@Override
		public String id() {
			return this.claimed.job().id().toString();
		}

		@Override
		public int attempt() {
			return this.claimed.attempts().attempt();
		}

		@Override
		public void progress(long current, long total, @Nullable String message) {
			Assert.isTrue(current >= 0, () -> "'current' must not be negative: " + current);
			Assert.isTrue(total >= 0, () -> "'total' must not be negative: " + total);
			this.store.report(this.claimed.job().id(), (job, now) -> job.progress(current, total, message, now));
		}

		@Override
		public void log(String text) {
			this.store.report(this.claimed.job().id(), (job, now) -> job.log(text, now));
		}

		@Override
		public void snooze(Duration delay) {
			this.snoozed.set(new JobOutcome.Snoozed(delay));
		}

		@Override
		public boolean leaseLost() {
			return false;
		}

		@Override
		public boolean cancelled() {
			return this.store.isCancelled(this.claimed.job().id());
		}

	}

}
