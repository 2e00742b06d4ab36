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

package dev.backgroundjobs.core;

import java.time.Duration;

import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.RetryJobAfterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Decides between a retry and a dead letter, by Spring's {@link RetryPolicy}.
 */
public final class RetryDecision {

	private static final Logger logger = LoggerFactory.getLogger(RetryDecision.class);

	private static final int MANY = 10_000;

	private static final long LONGEST_MS = Duration.ofDays(365).toMillis();

	private RetryDecision() {
	}

	/**
	 * The outcome of a failed attempt.
	 * @param exception the failure
	 * @param policy the job's policy
	 * @param retriesUsed how many retries the job has had
	 * @return a retry with its delay, or a dead letter
	 */
	public static JobOutcome of(Throwable exception, RetryPolicy policy, int retriesUsed) {
		if (exception instanceof NonRetryableJobException) {
			return new JobOutcome.Dead(Failure.of(exception));
		}
		try {
			return decide(exception, policy, retriesUsed);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			// a policy of the application's own; nobody could say whether to go on
			logger.error("The retry policy {} failed: the job it was asked about is a dead letter", policy, ex);
			return new JobOutcome.Dead(Failure.of(exception));
		}
	}

	private static JobOutcome decide(Throwable exception, RetryPolicy policy, int retriesUsed) {
		Failure failure = Failure.of(exception);
		Duration asked = (exception instanceof RetryJobAfterException after) ? after.getDelay() : null;
		if (asked == null && !policy.shouldRetry(exception)) {
			return new JobOutcome.Dead(failure);
		}
		long delay = delay(policy.getBackOff(), retriesUsed);
		if (delay < 0) {
			return new JobOutcome.Dead(failure);
		}
		return new JobOutcome.Retry((asked != null) ? asked : Duration.ofMillis(Math.min(delay, LONGEST_MS)), failure);
	}

	/**
	 * The delay before a retry, which Spring's back-offs tell one after the other.
	 */
	private static long delay(BackOff backOff, int retriesUsed) {
		int skipped = retriesUsed;
		if (backOff instanceof FixedBackOff fixed) {
			return (retriesUsed < fixed.getMaxAttempts()) ? fixed.getInterval() : BackOffExecution.STOP;
		}
		if (backOff instanceof ExponentialBackOff exponential && exponential.getMaxElapsedTime() == Long.MAX_VALUE) {
			if (retriesUsed >= exponential.getMaxAttempts()) {
				return BackOffExecution.STOP;
			}
			skipped = Math.min(retriesUsed, untilLongest(exponential));
		}
		BackOffExecution delays = backOff.start();
		long delay = delays.nextBackOff();
		for (int retry = 0; retry < skipped && delay != BackOffExecution.STOP; retry++) {
			delay = delays.nextBackOff();
		}
		return delay;
	}

	/**
	 * After how many retries the delays grow no more.
	 */
	private static int untilLongest(ExponentialBackOff backOff) {
		if (backOff.getMultiplier() == 1) {
			return 0;
		}
		double growth = Math.log((double) backOff.getMaxInterval() / Math.max(1, backOff.getInitialInterval()));
		double retries = growth / Math.log(backOff.getMultiplier());
		return (retries >= 0 && retries < MANY) ? (int) retries + 2 : MANY;
	}

}
