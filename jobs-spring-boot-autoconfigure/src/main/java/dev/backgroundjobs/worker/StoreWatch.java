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

package dev.backgroundjobs.worker;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that the store is away, and once that it is back. Thread-safe.
 */
final class StoreWatch {

	private static final Logger logger = LoggerFactory.getLogger(StoreWatch.class);

	private @Nullable Long awaySince;

	synchronized void away(Throwable failure) {
		if (this.awaySince == null) {
			this.awaySince = System.nanoTime();
			logger.warn("Redis is away: workers pause and go on by themselves when it is back. {}",
					failure.getMessage());
		}
	}

	synchronized void answered() {
		if (this.awaySince != null) {
			logger.warn("Redis is back after {}: workers go on",
					Duration.ofMillis((System.nanoTime() - this.awaySince) / 1_000_000));
			this.awaySince = null;
		}
	}

}
