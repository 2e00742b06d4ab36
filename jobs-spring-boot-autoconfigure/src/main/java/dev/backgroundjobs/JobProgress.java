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

package dev.backgroundjobs;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How far a job has come, as it says itself.
 *
 * @param current how much is done
 * @param total how much there is in all, 0 if that is not known
 * @param message what it is doing, bounded
 * @param at when that was noted, by the clock of Redis
 */
public record JobProgress(long current, long total, @Nullable String message, Instant at) {

}
