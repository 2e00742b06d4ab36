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

import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one schedule; each wins over the annotation.
 */
public class RecurringProperties {

	/**
	 * Cron expression with seconds, or a macro such as '@hourly'; '-' disables the
	 * schedule in this process.
	 */
	private @Nullable String cron;

	/**
	 * Time zone in which the cron expression is read.
	 */
	private @Nullable String zone;

	/**
	 * Time from one slot to the next, in place of a cron expression.
	 */
	private @Nullable Duration fixedRate;

	/**
	 * How long after its first declaration a schedule with a fixed rate has its first
	 * slot.
	 */
	private @Nullable Duration initialDelay;

	/**
	 * What becomes of slots that were missed.
	 */
	private @Nullable MisfirePolicy misfire;

	/**
	 * How many missed slots are fired with 'fire-all'. By default, the value of
	 * 'background-jobs.recurring-defaults.max-misfires'.
	 */
	private @Nullable Integer maxMisfires;

	/**
	 * What becomes of a slot whose previous run has not ended.
	 */
	private @Nullable OverlapPolicy overlap;

	public @Nullable String getCron() {
		return this.cron;
	}

	public void setCron(@Nullable String cron) {
		this.cron = cron;
	}

	public @Nullable String getZone() {
		return this.zone;
	}

	public void setZone(@Nullable String zone) {
		this.zone = zone;
	}

	public @Nullable Duration getFixedRate() {
		return this.fixedRate;
	}

	public void setFixedRate(@Nullable Duration fixedRate) {
		this.fixedRate = fixedRate;
	}

	public @Nullable Duration getInitialDelay() {
		return this.initialDelay;
	}

	public void setInitialDelay(@Nullable Duration initialDelay) {
		this.initialDelay = initialDelay;
	}

	public @Nullable MisfirePolicy getMisfire() {
		return this.misfire;
	}

	public void setMisfire(@Nullable MisfirePolicy misfire) {
		this.misfire = misfire;
	}

	public @Nullable Integer getMaxMisfires() {
		return this.maxMisfires;
	}

	public void setMaxMisfires(@Nullable Integer maxMisfires) {
		this.maxMisfires = maxMisfires;
	}

	public @Nullable OverlapPolicy getOverlap() {
		return this.overlap;
	}

	public void setOverlap(@Nullable OverlapPolicy overlap) {
		this.overlap = overlap;
	}

}
