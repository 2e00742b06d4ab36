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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.function.LongSupplier;

import dev.backgroundjobs.core.Deployment.Eviction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that Redis has thrown keys away between two looks although its policy forbids
 * that by now: somebody had another one for a while. Under a {@code volatile-*} policy
 * keys of others go all the time, and none of a job.
 */
final class PastEvictions {

	private static final Logger logger = LoggerFactory.getLogger(PastEvictions.class);

	private static final String FORBIDS = "noeviction";

	/** For so long it stays a finding. */
	private static final Duration TOLD_FOR = Duration.ofHours(1);

	private final LongSupplier nanoTime;

	private @Nullable Eviction last;

	private long evicted;

	private @Nullable Long noticedAt;

	PastEvictions(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Look at what the server says now.
	 * @return how many keys have gone unexpectedly, 0 if none has in the last hour
	 */
	synchronized long look(Eviction now) {
		Eviction before = this.last;
		this.last = now;
		long gone = (before != null) ? now.evictedKeys() - before.evictedKeys() : 0;
		boolean told = now.policy().equals(FORBIDS) && before != null
				&& (before.mayTakeJobs() || before.policy().equals(FORBIDS));
		if (gone > 0 && told) {
			this.evicted = gone + (isRecent() ? this.evicted : 0);
			this.noticedAt = this.nanoTime.getAsLong();
			logger.error(
					"Redis has evicted {} keys lately, although its maxmemory-policy is {}: it was another one for a "
							+ "while. Jobs may be missing, and with a key that has gone all jobs in it",
					gone, now.policy());
		}
		return isRecent() ? this.evicted : 0;
	}

	private boolean isRecent() {
		return this.noticedAt != null && this.nanoTime.getAsLong() - this.noticedAt < TOLD_FOR.toNanos();
	}

}
