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

/**
 * What holds for queues that have no settings of their own.
 */
public class QueueDefaultsProperties {

	/**
	 * Most jobs a queue may hold that have not ended: those that wait, are delayed, are
	 * retried or run.
	 */
	private long capacity = 1_000_000;

	/**
	 * What a call does when the queue is full.
	 */
	private OnFull onFull = OnFull.REJECT;

	/**
	 * How long a call waits for room with 'block' before it is refused.
	 */
	private Duration blockTimeout = Duration.ofSeconds(5);

	public long getCapacity() {
		return this.capacity;
	}

	public void setCapacity(long capacity) {
		this.capacity = capacity;
	}

	public OnFull getOnFull() {
		return this.onFull;
	}

	public void setOnFull(OnFull onFull) {
		this.onFull = onFull;
	}

	public Duration getBlockTimeout() {
		return this.blockTimeout;
	}

	public void setBlockTimeout(Duration blockTimeout) {
		this.blockTimeout = blockTimeout;
	}

	/**
	 * What a call does when its queue is full.
	 */
	public enum OnFull {

		/**
		 * It fails at once.
		 */
		REJECT,

		/**
		 * It waits for room, and fails when there is none in time.
		 */
		BLOCK

	}

}
