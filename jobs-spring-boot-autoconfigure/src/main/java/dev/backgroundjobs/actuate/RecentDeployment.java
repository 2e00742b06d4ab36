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

import dev.backgroundjobs.core.Deployment;
import dev.backgroundjobs.core.DeploymentReader;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Asks the store at most once a second, however often and by however many health is
 * asked; that the store did not answer is also remembered, so that those who waited
 * behind the first need not wait again.
 */
final class RecentDeployment {

	private static final Duration KEPT = Duration.ofSeconds(1);

	private final DeploymentReader reader;

	private final LongSupplier nanoTime;

	private @Nullable Deployment deployment;

	private @Nullable DataAccessException failure;

	private long readAt;

	RecentDeployment(DeploymentReader reader, LongSupplier nanoTime) {
		this.reader = reader;
		this.nanoTime = nanoTime;
	}

	synchronized Deployment get() {
		boolean known = this.deployment != null || this.failure != null;
		if (!known || this.nanoTime.getAsLong() - this.readAt > KEPT.toNanos()) {
			read();
		}
		if (this.deployment != null) {
			return this.deployment;
		}
		throw (this.failure != null) ? this.failure : new IllegalStateException("Nothing was read");
	}

	private void read() {
		this.deployment = null;
		this.failure = null;
		try {
			this.deployment = this.reader.read();
		}
		catch (DataAccessException ex) {
			this.failure = ex;
		}
		this.readAt = this.nanoTime.getAsLong();
	}

}
