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

import org.jspecify.annotations.Nullable;

/**
 * From where on something is worth a status.
 *
 * @param backlogDepth how many jobs may wait in a queue
 * @param backlogAge for how long the oldest job of a queue may wait, or {@code null} for
 * any time
 * @param failureRate which part of the attempts of this process may fail, from 0 to 1, or
 * {@code null} for any
 * @param inApplicationStatus whether findings about the deployment are DOWN
 */
public record HealthOptions(long backlogDepth, @Nullable Duration backlogAge, @Nullable Double failureRate,
		boolean inApplicationStatus) {

}
