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

import org.jspecify.annotations.Nullable;

/**
 * Which of many things a change means.
 *
 * @param jobName only jobs of this name, or {@code null} for all
 * @param max how many at most, or {@code null} for as many as one request may change
 * @param cursor where the request before ended, or {@code null} for the beginning
 */
record Selection(@Nullable String jobName, @Nullable String max, @Nullable String cursor) {

}
