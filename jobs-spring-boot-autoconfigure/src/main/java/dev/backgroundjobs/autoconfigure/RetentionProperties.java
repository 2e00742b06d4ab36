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

import org.springframework.util.unit.DataSize;

/**
 * Keeping jobs after their end.
 */
public class RetentionProperties {

	/**
	 * How long an ended job is kept that returns a JobHandle or whose caller chose its
	 * id. Other jobs are gone at once.
	 */
	private Duration succeeded = Duration.ofHours(1);

	/**
	 * How long dead letters are kept.
	 */
	private Duration dead = Duration.ofDays(30);

	/**
	 * How much memory of Redis the ended jobs of a queue may take that are kept, with
	 * their results, logs and failures, as estimated. Over that the first to be forgotten
	 * go before their time.
	 */
	private DataSize maxBytes = DataSize.ofMegabytes(64);

	/**
	 * How many dead letters a queue keeps. Over that the oldest go, with a warning.
	 */
	private int deadMax = 10000;

	public Duration getSucceeded() {
		return this.succeeded;
	}

	public void setSucceeded(Duration succeeded) {
		this.succeeded = succeeded;
	}

	public DataSize getMaxBytes() {
		return this.maxBytes;
	}

	public void setMaxBytes(DataSize maxBytes) {
		this.maxBytes = maxBytes;
	}

	public int getDeadMax() {
		return this.deadMax;
	}

	public void setDeadMax(int deadMax) {
		this.deadMax = deadMax;
	}

	public Duration getDead() {
		return this.dead;
	}

	public void setDead(Duration dead) {
		this.dead = dead;
	}

}
