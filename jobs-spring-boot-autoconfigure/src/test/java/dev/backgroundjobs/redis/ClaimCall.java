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

/**
 * The arguments of a claim.
 *
 * @param worker the claiming container
 * @param sequence number of the claim
 * @param slots how many jobs at most
 * @param lease in milliseconds
 * @param channel on which the container is woken
 * @param recover whether expired leases are recovered
 * @param maxLosses after how many lease losses a job is buried
 * @param keepDead for how many milliseconds dead letters are kept
 * @param maxKept how many bytes kept jobs may take
 * @param maxDead how many dead letters may be kept
 */
record ClaimCall(String worker, long sequence, int slots, long lease, String channel, boolean recover, int maxLosses,
		long keepDead, long maxKept, long maxDead) {

	static final int MAX_LOSSES = 3;

	static final int KEEP_EXPIRED = 60_000;

	static ClaimCall of(String worker, long sequence, int slots) {
		return new ClaimCall(worker, sequence, slots, 30_000, "", true, MAX_LOSSES, Duration.ofDays(30).toMillis(),
				1_000_000_000, 1_000_000);
	}

	ClaimCall lease(long millis) {
		return new ClaimCall(this.worker, this.sequence, this.slots, millis, this.channel, this.recover, this.maxLosses,
				this.keepDead, this.maxKept, this.maxDead);
	}

	ClaimCall channel(String name) {
		return new ClaimCall(this.worker, this.sequence, this.slots, this.lease, name, this.recover, this.maxLosses,
				this.keepDead, this.maxKept, this.maxDead);
	}

	ClaimCall recover(boolean wanted) {
		return new ClaimCall(this.worker, this.sequence, this.slots, this.lease, this.channel, wanted, this.maxLosses,
				this.keepDead, this.maxKept, this.maxDead);
	}

	ClaimCall keepDead(long millis) {
		return new ClaimCall(this.worker, this.sequence, this.slots, this.lease, this.channel, this.recover,
				this.maxLosses, millis, this.maxKept, this.maxDead);
	}

	ClaimCall maxLosses(int allowed) {
		return new ClaimCall(this.worker, this.sequence, this.slots, this.lease, this.channel, this.recover, allowed,
				this.keepDead, this.maxKept, this.maxDead);
	}

	ClaimCall atMost(long bytes, long dead) {
		return new ClaimCall(this.worker, this.sequence, this.slots, this.lease, this.channel, this.recover,
				this.maxLosses, this.keepDead, bytes, dead);
	}

	String token() {
		return this.worker + ":" + this.sequence;
	}

	String[] arguments() {
		return arguments(0);
	}

	String[] arguments(int firstLevel) {
		return new String[] { this.worker, String.valueOf(this.sequence), String.valueOf(this.slots),
				String.valueOf(this.lease), this.channel, String.valueOf(this.maxLosses), this.recover ? "1" : "0",
				String.valueOf(firstLevel), String.valueOf(this.keepDead), String.valueOf(KEEP_EXPIRED),
				String.valueOf(this.maxKept), String.valueOf(this.maxDead) };
	}

}
