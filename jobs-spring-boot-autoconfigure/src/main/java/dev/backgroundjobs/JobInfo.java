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
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a job at one moment. All times are by the clock of Redis.
 *
 * @param id the job's id
 * @param name the job's name
 * @param queue the queue it belongs to
 * @param priority how urgent it is
 * @param state its state
 * @param attempt the number of its latest or next attempt, starting at 1; it grows with
 * every start, whatever ended the previous one
 * @param retries how many of its retries are used
 * @param maxRetries how many it has, as this process is configured, or -1 if this process
 * does not know the job, or its retry policy gives no number
 * @param enqueuedAt when it was enqueued
 * @param dueAt when it was or will be due
 * @param startedAt when its latest attempt started, while it runs or when it has
 * succeeded
 * @param finishedAt when it succeeded, died, was cancelled or expired
 * @param parkedBecause why it waits without having been tried, such as
 * {@code UNKNOWN_JOB}
 * @param progress how far it has come, if it has said so
 * @param failures its latest failed attempts, at most ten, oldest first
 * @param predecessor the id of the step before it in its chain, if there is one
 * @param successor the id of the step behind it in its chain, if there is one
 */
public record JobInfo(String id, String name, String queue, JobPriority priority, JobState state, int attempt,
		int retries, int maxRetries, Instant enqueuedAt, Instant dueAt, @Nullable Instant startedAt,
		@Nullable Instant finishedAt, @Nullable String parkedBecause, @Nullable JobProgress progress,
		List<JobFailure> failures, @Nullable String predecessor, @Nullable String successor) {

}
