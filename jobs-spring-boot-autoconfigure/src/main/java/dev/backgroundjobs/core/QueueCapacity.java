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

import dev.backgroundjobs.QueueFullException;

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

	/**
	 * What a call is told that was refused.
	 * @param queue the queue
	 * @param unfinished how many jobs it holds that have not ended
	 * @param refused how many jobs were to be added
	 * @return the exception
	 */
	public QueueFullException full(String queue, long unfinished, int refused) {
		return new QueueFullException("Queue '" + queue + "' is full: it holds " + unfinished
				+ " jobs that have not ended, of " + this.jobs + " at most (" + this.property + "); "
				+ ((refused > 1) ? "none of the " + refused + " jobs was" : "the job was not") + " enqueued"
				+ (this.patience.isZero() ? "" : ", after waiting for room"));
	}

	/**
	 * What one of several partitions may hold, so that together they hold no more.
	 * @param partition number of the partition
	 * @param partitions how many there are
	 * @return the capacity of the partition
	 */
	public QueueCapacity share(int partition, int partitions) {
		long share = this.jobs / partitions + ((partition < this.jobs % partitions) ? 1 : 0);
		return new QueueCapacity(Math.max(1, share), this.patience,
				this.property + ", of which each of " + partitions + " partitions has its share");
	}

}
