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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How often a job was tried and how that ended.
 *
 * @param retries retries used: only these count towards {@code maxRetries}
 * @param leaseLosses how often its worker died or lost it
 * @param returns how often it was given back after it had started, or retried by an
 * operator
 * @param parkings how often it could not be run here
 * @param unknownSince since when nobody who claimed it has known how to run it, or
 * {@code null} if the last one knew
 */
public record Attempts(int retries, int leaseLosses, int returns, int parkings, @Nullable Instant unknownSince) {

	/**
	 * No attempt yet.
	 */
	public static final Attempts NONE = new Attempts(0, 0, 0, 0);

	/**
	 * Attempts of a job that is known.
	 */
	public Attempts(int retries, int leaseLosses, int returns, int parkings) {
		this(retries, leaseLosses, returns, parkings, null);
	}

	/**
	 * The number of the current or next attempt: it grows with every start.
	 * @return the fencing number, from 1
	 */
	public int attempt() {
		return 1 + this.retries + this.leaseLosses + this.returns;
	}

}
