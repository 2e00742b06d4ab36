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

import org.springframework.util.unit.DataSize;

/**
 * Single jobs.
 */
public class JobDefaultsProperties {

	/**
	 * How long an attempt may run before it is interrupted, unless the job's annotation
	 * says otherwise. By default, without limit.
	 */
	private @Nullable Duration timeout;

	/**
	 * How long an attempt may run before a warning in the log shows where it is, and
	 * health names it.
	 */
	private Duration longRunning = Duration.ofMinutes(30);

	/**
	 * Largest size of a job's arguments as JSON.
	 */
	private DataSize maxPayload = DataSize.ofKilobytes(256);

	/**
	 * Largest size of a job's result as JSON. A job with a larger one has succeeded
	 * without it.
	 */
	private DataSize maxResult = DataSize.ofKilobytes(256);

	/**
	 * How many lines are kept of what a job says with JobContext.log; 0 for none.
	 */
	private int maxLogLines = 100;

	/**
	 * How much is kept of what a job says with JobContext.log.
	 */
	private DataSize maxLog = DataSize.ofKilobytes(16);

	/**
	 * Largest size of what travels with a job beside its arguments: the headers that
	 * interceptors add to a call, with the context of its trace.
	 */
	private DataSize maxHeaders = DataSize.ofKilobytes(4);

	/**
	 * How long a job whose name is unknown or whose arguments do not fit waits for a
	 * worker that can run it, before it becomes a dead letter.
	 */
	private Duration maxParked = Duration.ofHours(24);

	public @Nullable Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(@Nullable Duration timeout) {
		this.timeout = timeout;
	}

	public Duration getLongRunning() {
		return this.longRunning;
	}

	public void setLongRunning(Duration longRunning) {
		this.longRunning = longRunning;
	}

	public Duration getMaxParked() {
		return this.maxParked;
	}

	public void setMaxParked(Duration maxParked) {
		this.maxParked = maxParked;
	}

	public DataSize getMaxPayload() {
		return this.maxPayload;
	}

	public void setMaxPayload(DataSize maxPayload) {
		this.maxPayload = maxPayload;
	}

	public DataSize getMaxResult() {
		return this.maxResult;
	}

	public void setMaxResult(DataSize maxResult) {
		this.maxResult = maxResult;
	}

	public int getMaxLogLines() {
		return this.maxLogLines;
	}

	public void setMaxLogLines(int maxLogLines) {
		this.maxLogLines = maxLogLines;
	}

	public DataSize getMaxLog() {
		return this.maxLog;
	}

	public void setMaxLog(DataSize maxLog) {
		this.maxLog = maxLog;
	}

	public DataSize getMaxHeaders() {
		return this.maxHeaders;
	}

	public void setMaxHeaders(DataSize maxHeaders) {
		this.maxHeaders = maxHeaders;
	}

}
