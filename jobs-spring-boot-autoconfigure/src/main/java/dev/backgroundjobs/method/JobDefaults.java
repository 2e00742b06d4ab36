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

package dev.backgroundjobs.method;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What applies where a method's annotations say nothing.
 *
 * @param timeout how long an attempt may run, or {@code null}
 * @param maxRetries how often a failed job is tried again
 * @param delay delay before the first retry
 * @param multiplier factor by which delays grow
 * @param jitter how far delays are moved at random
 * @param maxDelay the longest delay
 */
public record JobDefaults(@Nullable Duration timeout, int maxRetries, Duration delay, double multiplier,
		Duration jitter, Duration maxDelay) {

}
