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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often each partition is asked for jobs nobody has told of: however many of them the
 * containers of a process work on, the process asks no more than 50 times a second.
 * Thread-safe.
 */
final class PollRate {

	private static final Duration BETWEEN_POLLS = Duration.ofMillis(20);

	private final Duration wanted;

	private final AtomicInteger partitions = new AtomicInteger();

	/**
	 * Create a rate.
	 * @param wanted the configured interval, which few partitions are polled at
	 */
	PollRate(Duration wanted) {
		this.wanted = wanted;
	}

	/**
	 * One more partition is polled.
	 */
	void partitionAdded() {
		this.partitions.incrementAndGet();
	}

	/**
	 * The time between two polls of one partition.
	 */
	Duration interval() {
		Duration least = BETWEEN_POLLS.multipliedBy(this.partitions.get());
		return (least.compareTo(this.wanted) > 0) ? least : this.wanted;
	}

}
