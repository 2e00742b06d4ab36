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

package dev.backgroundjobs.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a single queue is kept.
 */
public class QueueProperties {

	/**
	 * Most jobs the queue may hold that have not ended. By default, the value of
	 * 'background-jobs.queue-defaults.capacity'.
	 */
	private @Nullable Long capacity;

	/**
	 * What a call does when the queue is full. By default, the value of
	 * 'background-jobs.queue-defaults.on-full'.
	 */
	private QueueDefaultsProperties.@Nullable OnFull onFull;

	/**
	 * How long a call waits for room. By default, the value of
	 * 'background-jobs.queue-defaults.block-timeout'.
	 */
	private @Nullable Duration blockTimeout;

	/**
	 * Over how many partitions the queue's jobs are spread. Each has keys of its own,
	 * which a cluster keeps on one of its nodes.
	 */
	private int partitions = 1;

	public @Nullable Long getCapacity() {
		return this.capacity;
	}

	public void setCapacity(@Nullable Long capacity) {
		this.capacity = capacity;
	}

	public QueueDefaultsProperties.@Nullable OnFull getOnFull() {
		return this.onFull;
	}

	public void setOnFull(QueueDefaultsProperties.@Nullable OnFull onFull) {
		this.onFull = onFull;
	}

	public @Nullable Duration getBlockTimeout() {
		return this.blockTimeout;
	}

	public void setBlockTimeout(@Nullable Duration blockTimeout) {
		this.blockTimeout = blockTimeout;
	}

	public int getPartitions() {
		return this.partitions;
	}

	public void setPartitions(int partitions) {
		this.partitions = partitions;
	}

}
