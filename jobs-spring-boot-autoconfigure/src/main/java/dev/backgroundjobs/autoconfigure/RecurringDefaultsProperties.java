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
 * Settings of all schedules.
 */
public class RecurringDefaultsProperties {

	/**
	 * By how much a slot may be late before it is missed, and the schedule's misfire
	 * policy says what becomes of it.
	 */
	private Duration misfireThreshold = Duration.ofSeconds(10);

	/**
	 * How many missed slots are fired with 'fire-all': the latest ones.
	 */
	private int maxMisfires = 100;

	/**
	 * How long a schedule that no process of its application declares any more is kept,
	 * for when it comes back: its pause, and which of its slots are done with.
	 */
	private Duration keepUndeclared = Duration.ofDays(30);

	public Duration getMisfireThreshold() {
		return this.misfireThreshold;
	}

	public void setMisfireThreshold(Duration misfireThreshold) {
		this.misfireThreshold = misfireThreshold;
	}

	public int getMaxMisfires() {
		return this.maxMisfires;
	}

	public void setMaxMisfires(int maxMisfires) {
		this.maxMisfires = maxMisfires;
	}

	public Duration getKeepUndeclared() {
		return this.keepUndeclared;
	}

	public void setKeepUndeclared(Duration keepUndeclared) {
		this.keepUndeclared = keepUndeclared;
	}

}
