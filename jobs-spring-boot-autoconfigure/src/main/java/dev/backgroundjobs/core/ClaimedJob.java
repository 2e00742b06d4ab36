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

import java.time.Instant;

/**
 * A job that a worker may run, as long as its lease is renewed.
 *
 * @param job the job
 * @param token the lease under which it was claimed, with the other jobs of the claim
 * @param attempts what happened to it before
 * @param enqueuedAt when it was enqueued
 * @param dueAt when it was due
 * @param claimedAt when it was claimed
 */
public record ClaimedJob(Job job, String token, Attempts attempts, Instant enqueuedAt, Instant dueAt,
		Instant claimedAt) {

}
