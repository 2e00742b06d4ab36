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

package dev.backgroundjobs.client;

import java.time.Duration;

/**
 * What a fan-out may be.
 *
 * @param maxChildren the most children of a join
 * @param deadline how long a join waits for its children unless its caller says so
 */
public record FanOutLimits(int maxChildren, Duration deadline) {

	/**
	 * The most children that may be allowed: they, the join and the steps behind it are
	 * enqueued in one batch.
	 */
	public static final int MOST_CHILDREN = 400;

}
