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

/**
 * How many jobs a queue may hold, and what a call does when it is full.
 *
 * @param jobs the most jobs that have not ended: they wait, are delayed, retried or run
 * @param patience how long a call waits for room; zero refuses it at once
 * @param property the property that says how many, for messages
 */
public record QueueCapacity(long jobs, Duration patience, String property) {

	/**
	 * Any number of jobs.
	 */
	public static final QueueCapacity UNLIMITED = new QueueCapacity(Long.MAX_VALUE, Duration.ZERO, "");

}
