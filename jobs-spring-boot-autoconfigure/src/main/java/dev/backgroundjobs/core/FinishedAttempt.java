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
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An attempt whose outcome the store has answered.
 *
 * @param claimed the job
 * @param outcome what became of it
 * @param exception what the attempt threw, or {@code null}
 * @param took how long it ran
 * @param settlement the store's answer
 * @param logged the entries of the log's context (MDC) where it failed, the ids of its
 * trace among them; empty if it did not throw
 */
public record FinishedAttempt(ClaimedJob claimed, JobOutcome outcome, @Nullable Throwable exception, Duration took,
		Settlement settlement, Map<String, String> logged) {

	/**
	 * An attempt of which the log's context is not known.
	 */
	public FinishedAttempt(ClaimedJob claimed, JobOutcome outcome, @Nullable Throwable exception, Duration took,
			Settlement settlement) {
		this(claimed, outcome, exception, took, settlement, Map.of());
	}

}
