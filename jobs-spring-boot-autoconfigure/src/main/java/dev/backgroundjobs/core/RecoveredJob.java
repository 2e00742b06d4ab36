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

/**
 * A job that a claim found to have lost its worker.
 *
 * @param id its id
 * @param name its name
 * @param attempt number of the attempt that lost its worker
 * @param dead whether that was one too many, and it was buried
 */
public record RecoveredJob(JobId id, String name, int attempt, boolean dead) {

}
