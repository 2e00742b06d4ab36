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

/**
 * Keeping jobs after their end.
 */
public class RetentionProperties {

	/**
	 * How long an ended job is kept that returns a JobHandle or whose caller chose its
	 * id. Other jobs are gone at once.
	 */
	private Duration succeeded = Duration.ofHours(1);

	/**
	 * How long dead letters are kept.
	 */
	private Duration dead = Duration.ofDays(30);

	public Duration getSucceeded() {
		return this.succeeded;
	}

	public void setSucceeded(Duration succeeded) {
		this.succeeded = succeeded;
	}

	public Duration getDead() {
		return this.dead;
	}

	public void setDead(Duration dead) {
		this.dead = dead;
	}

}
