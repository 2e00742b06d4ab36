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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Properties of working on queues in this process.
 */
public class WorkerProperties {

	/**
	 * Whether this process runs jobs. When disabled, it only enqueues.
	 */
	private boolean enabled = true;

	/**
	 * Queues to work on, '*' for all that this application knows.
	 */
	private List<String> queues = new ArrayList<>(List.of("*"));

	/**
	 * How many jobs of a queue this process runs at a time.
	 */
	private int concurrency = 10;

	/**
	 * How long a claimed job is safe from other workers without being renewed. When a
	 * worker is killed, its jobs run elsewhere after this time.
	 */
	private Duration lease = Duration.ofSeconds(30);

	/**
	 * How often an idle queue is asked for jobs when no wake-up arrives.
	 */
	private Duration pollInterval = Duration.ofSeconds(1);

	/**
	 * How long running jobs may go on when the process stops. After that they are
	 * interrupted and go back to their queues.
	 */
	private Duration shutdownTimeout = Duration.ofSeconds(20);

	/**
	 * How often a job may lose its worker before it becomes a dead letter, the last time
	 * while nothing ran beside it.
	 */
	private int maxLeaseLosses = 3;

	/**
	 * How long a job that was interrupted, because of its timeout or a lost lease, may
	 * take to end. After that it is abandoned, and its slot gets another thread.
	 */
	private Duration interruptGrace = Duration.ofSeconds(10);

	/**
	 * How many slots of a queue get another thread because theirs does not come back. As
	 * many as the queue has slots, unless set.
	 */
	private @Nullable Integer maxStuckThreads;

	/**
	 * How long to wait before trying again what Redis refused for a reason that somebody
	 * has to correct: a wrong password, a missing permission, a broken key.
	 */
	private Duration refusalInterval = Duration.ofSeconds(30);

	/**
	 * Queues that share slots, by a name for them. The others have slots of their own.
	 */
	private final Map<String, WorkerPoolProperties> pools = new LinkedHashMap<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<String> getQueues() {
		return this.queues;
	}

	public void setQueues(List<String> queues) {
		this.queues = queues;
	}

	public int getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(int concurrency) {
		this.concurrency = concurrency;
	}

	public Duration getLease() {
		return this.lease;
	}

	public void setLease(Duration lease) {
		this.lease = lease;
	}

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	public Duration getShutdownTimeout() {
		return this.shutdownTimeout;
	}

	public void setShutdownTimeout(Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
	}

	public int getMaxLeaseLosses() {
		return this.maxLeaseLosses;
	}

	public void setMaxLeaseLosses(int maxLeaseLosses) {
		this.maxLeaseLosses = maxLeaseLosses;
	}

	public Duration getInterruptGrace() {
		return this.interruptGrace;
	}

	public void setInterruptGrace(Duration interruptGrace) {
		this.interruptGrace = interruptGrace;
	}

	public @Nullable Integer getMaxStuckThreads() {
		return this.maxStuckThreads;
	}

	public void setMaxStuckThreads(@Nullable Integer maxStuckThreads) {
		this.maxStuckThreads = maxStuckThreads;
	}

	public Map<String, WorkerPoolProperties> getPools() {
		return this.pools;
	}

	public Duration getRefusalInterval() {
		return this.refusalInterval;
	}

	public void setRefusalInterval(Duration refusalInterval) {
		this.refusalInterval = refusalInterval;
	}

}
