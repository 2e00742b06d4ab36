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

package dev.backgroundjobs;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * Thrown by a job to say when to try again, for example with the {@code Retry-After} of a
 * partner: the next attempt comes after exactly that delay, whatever the delays,
 * {@code includes} and {@code excludes} of the job's retries. It uses a retry like any
 * other failure: a job that has none left is a dead letter.
 */
public class RetryJobAfterException extends JobException {

	private static final Duration LONGEST = Duration.ofDays(365);

	private final Duration delay;

	/**
	 * Create an exception.
	 * @param delay after which time to try again, by the clock of Redis; a negative one
	 * counts as zero, one of more than 365 days as 365 days
	 */
	public RetryJobAfterException(Duration delay) {
		super("The job asked to be tried again after " + delay);
		this.delay = bounded(delay);
	}

	/**
	 * Create an exception with a message.
	 * @param delay after which time to try again, as in
	 * {@link #RetryJobAfterException(Duration)}
	 * @param message what happened
	 */
	public RetryJobAfterException(Duration delay, String message) {
		super(message);
		this.delay = bounded(delay);
	}

	/**
	 * Create an exception with a message and a cause.
	 * @param delay after which time to try again, as in
	 * {@link #RetryJobAfterException(Duration)}
	 * @param message what happened
	 * @param cause the cause
	 */
	public RetryJobAfterException(Duration delay, String message, Throwable cause) {
		super(message, cause);
		this.delay = bounded(delay);
	}

	private static Duration bounded(Duration delay) {
		Assert.notNull(delay, "'delay' must not be null");
		if (delay.isNegative()) {
			return Duration.ZERO;
		}
		return (delay.compareTo(LONGEST) > 0) ? LONGEST : delay;
	}

	/**
	 * After which time to try again.
	 * @return the delay, zero or more
	 */
	public Duration getDelay() {
		return this.delay;
	}

}
