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

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Decides between a retry and a dead letter, by Spring's {@link RetryPolicy}.
 */
public final class RetryDecision {

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
		Failure failure = Failure.of(exception);
		if (exception instanceof NonRetryableJobException || !policy.shouldRetry(exception)) {
			return new JobOutcome.Dead(failure);
		}
		BackOffExecution delays = policy.getBackOff().start();
		long delay = BackOffExecution.STOP;
		for (int retry = 0; retry <= retriesUsed; retry++) {
			delay = delays.nextBackOff();
			if (delay == BackOffExecution.STOP) {
				return new JobOutcome.Dead(failure);
			}
		}
		return new JobOutcome.Retry(Duration.ofMillis(delay), failure);
	}

}
