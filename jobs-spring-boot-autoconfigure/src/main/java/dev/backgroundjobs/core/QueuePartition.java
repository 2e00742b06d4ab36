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

import org.springframework.util.Assert;

/**
 * A queue is kept in one or more partitions, each a unit of its own in Redis.
 *
 * @param queue name of the queue
 * @param number number of the partition, from 0
 */
public record QueuePartition(String queue, int number) {

	/**
	 * The most partitions of a queue: each is asked for jobs.
	 */
	public static final int MOST = 256;

	public QueuePartition {
		Assert.isTrue(IdText.isValid(queue, "_-"),
				() -> "Queue name '" + queue + "' must be 1 to 64 letters, digits, '_' or '-'");
	}

	/**
	 * The first partition of a queue.
	 * @param queue name of the queue
	 * @return the partition
	 */
	public static QueuePartition of(String queue) {
		return new QueuePartition(queue, 0);
	}

}
