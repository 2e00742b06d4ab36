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
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import dev.backgroundjobs.RetryJobAfterException;
import dev.backgroundjobs.core.CancelledJob;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.DeadJoin;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.RecoveredJob;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Tells the log how attempts end, under a logger per job: a line for a failed attempt,
 * the stack trace when the job is dead, nothing above DEBUG when all is well.
 */
final class JobLog implements JobListener {

	private static final Logger expiries = LoggerFactory.getLogger("dev.backgroundjobs.job");

	private static final String RETRY = "Retry it with JobClient.retry(\"{}\") or "
			+ "POST /actuator/backgroundjobs/jobs/{} {\"state\": \"queued\"} "
			+ "(which needs management.endpoint.backgroundjobs.access=unrestricted)";

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final JobMethodRegistry methods;

	/** Expired jobs that the log has not told of yet, and when it last did. */
	private final Map<String, Integer> expired = new HashMap<>();

	private final Map<String, Long> toldAt = new HashMap<>();

	private final LogLimit limit;

	/**
	 * Create a log.
	 * @param methods the job methods
	 * @param later runs something after a time, on the thread on which attempts are told
	 * of
	 */
	JobLog(JobMethodRegistry methods, BiConsumer<Runnable, Duration> later) {
		this.methods = methods;
		this.limit = new LogLimit(later, JobLog::leftOut);
	}

	private static Logger logger(String name) {
		return LoggerFactory.getLogger("dev.backgroundjobs.job." + name);
	}

	private static void leftOut(String name, long lines, long dead) {
		String text = "{} more line(s) about attempts of job {} were left out within a minute, {} of them about dead jobs";
		if (dead > 0) {
			logger(name).error(text + ": see GET /actuator/backgroundjobs/dead", lines, name, dead);
		}
		else {
			logger(name).warn(text, lines, name, dead);
		}
	}

	/**
	 * Tell of what was left out: nothing comes any more.
	 */
	void end() {
		this.limit.end();
	}

	@Override
	public void finished(FinishedAttempt finished) {
		finished.logged().forEach(MDC::put);
		try {
			tell(finished);
		}
		finally {
			finished.logged().keySet().forEach(MDC::remove);
		}
	}

	private void tell(FinishedAttempt finished) {
		ClaimedJob claimed = finished.claimed();
		String name = claimed.job().name();
		JobId id = claimed.job().id();
		Logger logger = logger(name);
		JobOutcome outcome = finished.outcome();
		if (isTold(finished) && !this.limit.permits(name, outcome instanceof JobOutcome.Dead)) {
			return;
		}
		if (finished.settlement() == Settlement.STALE) {
			logger.warn("Job {} '{}' ended here, but it was not this worker's any more: nothing was written", name, id);
		}
		else if (outcome instanceof JobOutcome.Cancelled || finished.settlement() == Settlement.CANCELLED) {
			logger.info("Job {} '{}' was cancelled while it ran, and stopped after {}", name, id, finished.took());
		}
		else if (outcome instanceof JobOutcome.Retry retry) {
			logger.warn("Job {} '{}' failed, attempt {}, next try in {}{}: {}", name, id, attemptOf(claimed),
					retry.delay(), (finished.exception() instanceof RetryJobAfterException) ? " as it asked" : "",
					String.valueOf(finished.exception()).replaceAll("\\R", " "));
		}
		else if (outcome instanceof JobOutcome.Dead dead) {
			logger.error("Job {} '{}' is dead after attempt {}: {}. " + RETRY, name, id, claimed.attempts().attempt(),
					dead.failure().type(), id, id, finished.exception());
		}
		else if (outcome instanceof JobOutcome.Parked parked) {
			logger.warn("Job {} '{}' cannot be run here and waits {}: {}", name, id, parked.delay(), parked.reason());
		}
		else if (outcome instanceof JobOutcome.Snoozed snoozed) {
			logger.debug("Job {} '{}' asked to be run again in {}", name, id, snoozed.delay());
		}
		else if (outcome instanceof JobOutcome.Released released && released.started()) {
			logger.info("Job {} '{}' goes back to its queue", name, id);
		}
		else if (outcome instanceof JobOutcome.Released) {
			logger.debug("Job {} '{}' was not started and goes back to its queue", name, id);
		}
		else {
			logger.debug("Job {} '{}' succeeded in {}", name, id, finished.took());
		}
	}

	/**
	 * A job that was buried for the workers it has lost: none of them could tell.
	 */
	@Override
	public void recovered(RecoveredJob job) {
		if (!job.dead() || !this.limit.permits(job.name(), true)) {
			return;
		}
		JobId id = job.id();
		AttemptCaller.describe(id.toString(), job.name(), id.queue(), job.attempt());
		try {
			logger(job.name())
				.error("Job {} '{}' is dead after attempt {}: LEASE_LOST. It has lost its worker as often as "
						+ "background-jobs.worker.max-lease-losses allows: look at how that process ended. " + RETRY,
						job.name(), id, job.attempt(), id, id);
		}
		finally {
			MDC.clear();
		}
	}

	@Override
	public void joinDied(DeadJoin join) {
		if (this.limit.permits(join.name(), true)) {
			logger(join.name()).error("Job {} '{}' is dead, it has not run: {}. " + RETRY, join.name(), join.id(),
					join.reason(), join.id(), join.id());
		}
	}

	@Override
	public void cancelled(CancelledJob job) {
		logger(job.name()).info("Job {} '{}' was cancelled while it ran, and its worker died before it had stopped",
				job.name(), job.id());
	}

	private static boolean isTold(FinishedAttempt finished) {
		return finished.settlement() == Settlement.STALE || !(finished.outcome() instanceof JobOutcome.Succeeded
				|| finished.outcome() instanceof JobOutcome.Snoozed
				|| finished.outcome() instanceof JobOutcome.Released released && !released.started());
	}

	/**
	 * At most a line a minute for a queue: they may be many, and late all together.
	 */
	@Override
	public void expired(String queue, int number) {
		int all = this.expired.merge(queue, number, Integer::sum);
		Long told = this.toldAt.get(queue);
		if (told == null || System.nanoTime() - told > MINUTE) {
			expiries.warn("{} job(s) of queue '{}' expired: no worker came to them within their expiresAfter", all,
					queue);
			this.expired.remove(queue);
			this.toldAt.put(queue, System.nanoTime());
		}
	}

	private String attemptOf(ClaimedJob claimed) {
		JobMethod method = this.methods.find(claimed.job().name());
		Long all = (method != null) ? method.definitionIn(claimed.job().queue()).maxAttempts() : null;
		int attempt = claimed.attempts().attempt();
		return (all != null) ? attempt + " of " + (all + attempt - 1 - claimed.attempts().retries())
				: String.valueOf(attempt);
	}

}
