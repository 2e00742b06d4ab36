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
 * One failed attempt of a job.
 *
 * @param attempt the attempt that failed, the first is 1
 * @param at when it failed, by the clock of Redis
 * @param type class name of the exception, or a word such as {@code LEASE_LOST}
 * @param message message of the exception, bounded
 * @param stackTrace stack trace, bounded to the frames that matter; empty when there is
 * none
 */
public record JobFailure(int attempt, Instant at, String type, @Nullable String message, String stackTrace) {

}
