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

package dev.backgroundjobs.redis;

import java.time.Duration;

import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.core.StoreUnavailableException.Reason;

/**
 * Tells workers why Redis did not do what they asked, and when to ask again: soon what
 * passes by itself, rarely what somebody has to correct.
 *
 * @param interval how long to wait for somebody
 */
record Refusals(Duration interval) {

	StoreUnavailableException of(Throwable failure) {
		RedisFault fault = RedisFault.of(failure);
		boolean passes = fault.reason() == Reason.AWAY || fault.reason() == Reason.NOT_NOW;
		return new StoreUnavailableException(fault.reason(), Explanation.of(failure), passes ? null : this.interval,
				RedisFault.unwrap(failure));
	}

	StoreUnavailableException newerSchema(String version) {
		return new StoreUnavailableException(Reason.BROKEN,
				"its data has schema version " + version + ": update this application's library", this.interval, null);
	}

}
