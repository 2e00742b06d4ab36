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

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Delays between tries while Redis is away: from 50 ms to 2 s, with jitter so that
 * processes do not come back together. Thread-safe.
 */
final class RetryDelays {

	private final ExponentialBackOff backOff;

	private BackOffExecution execution;

	RetryDelays() {
		this.backOff = new ExponentialBackOff(50, 2);
		this.backOff.setJitter(25);
		this.backOff.setMaxInterval(2000);
		this.execution = this.backOff.start();
	}

	synchronized Duration next() {
		return Duration.ofMillis(this.execution.nextBackOff());
	}

	synchronized void reset() {
		this.execution = this.backOff.start();
	}

}
