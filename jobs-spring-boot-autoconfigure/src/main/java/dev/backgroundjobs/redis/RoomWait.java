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

package dev.backgroundjobs.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A caller's wait for room in a full queue: it asks again after ever longer pauses, so
 * that many callers do not keep Redis busy, until its patience ends. Belongs to one
 * thread.
 */
final class RoomWait {

	private final BackOffExecution pauses;

	private final long deadline;

	/**
	 * A wait.
	 * @param start when the caller came
	 */
	RoomWait(long start, Duration patience) {
		ExponentialBackOff backOff = new ExponentialBackOff(10, 1.5);
		backOff.setJitter(5);
		backOff.setMaxInterval(200);
		this.pauses = backOff.start();
		this.deadline = start + patience.toNanos();
	}

	/**
	 * Pause before asking again.
	 * @return {@code false} if the patience has ended, or the thread was interrupted
	 */
	boolean pause() {
		long left = TimeUnit.NANOSECONDS.toMillis(this.deadline - System.nanoTime());
		if (left <= 0) {
			return false;
		}
		try {
			return !new CountDownLatch(1).await(Math.min(left, this.pauses.nextBackOff()), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
