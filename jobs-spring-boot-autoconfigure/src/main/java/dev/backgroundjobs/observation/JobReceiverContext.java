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

import java.time.Duration;
import java.util.Map;

import dev.backgroundjobs.core.ClaimedJob;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * An attempt, with what its caller sent along.
 */
final class JobReceiverContext extends ReceiverContext<Map<String, String>> {

	/** A trace that lasts longer than this is hard to read, and often forgotten. */
	private static final Duration LONGEST_TRACE = Duration.ofMinutes(1);

	private final Map<String, String> headers;

	private final boolean delayed;

	JobReceiverContext(ClaimedJob claimed) {
		super((carrier, name) -> carrier.get(name), Kind.CONSUMER);
		this.headers = claimed.job().headers();
		setCarrier(this.headers);
		this.delayed = Duration.between(claimed.enqueuedAt(), claimed.claimedAt()).compareTo(LONGEST_TRACE) > 0;
	}

	/**
	 * What came with the job under a name, or nothing.
	 */
	String header(String name) {
		return this.headers.getOrDefault(name, "");
	}

	/**
	 * Whether the call is so long ago that the attempt has a trace of its own, with a
	 * link to that of the call.
	 */
	boolean isDelayed() {
		return this.delayed;
	}

}
