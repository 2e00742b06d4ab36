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

import dev.backgroundjobs.UniqueJob;

import org.springframework.util.Assert;

/**
 * The lock that a unique job holds. It names the job, so it is worth nothing without it.
 *
 * @param until how long it is held, never {@code DEFAULT}
 * @param key what is unique: the job's name and the key of the call
 */
public record JobLock(UniqueJob.Until until, String key) {

	/** In bytes; the record has one byte for the length of a lock. */
	public static final int MAX_KEY = 250;

	public JobLock {
		Assert.isTrue(until != UniqueJob.Until.DEFAULT, "'until' must be decided");
	}

}
