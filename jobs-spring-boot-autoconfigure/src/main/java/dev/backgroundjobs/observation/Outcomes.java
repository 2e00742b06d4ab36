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

package dev.backgroundjobs.observation;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.core.JobOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The words for outcomes in the tags of meters and spans.
 */
final class Outcomes {

	static final String NO_ERROR = "none";

	private Outcomes() {
	}

	static String of(JobOutcome outcome) {
		if (outcome instanceof JobOutcome.Succeeded) {
			return "completed";
		}
		if (outcome instanceof JobOutcome.Retry) {
			return "retried";
		}
		if (outcome instanceof JobOutcome.Dead) {
			return "buried";
		}
		if (outcome instanceof JobOutcome.Cancelled) {
			return "cancelled";
		}
		if (outcome instanceof JobOutcome.Snoozed) {
			return "snoozed";
		}
		return (outcome instanceof JobOutcome.Parked) ? "parked" : "released";
	}

	static String ofCall(@Nullable Throwable failure) {
		if (failure == null) {
			return "enqueued";
		}
		return (failure instanceof EnqueueOutcomeUnknownException) ? "unknown" : "rejected";
	}

	static String error(@Nullable Throwable failure) {
		return (failure != null) ? failure.getClass().getSimpleName() : NO_ERROR;
	}

}
