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

package dev.backgroundjobs.event;

import org.jspecify.annotations.Nullable;

/**
 * A job has become a dead letter: it is not tried again unless somebody retries it.
 * Published where its last attempt ran, or by the worker that found it.
 *
 * @param id the job's id
 * @param name the job's name
 * @param queue its queue
 * @param attempt number of its last attempt, or of the one that could not start
 * @param reason why, as in {@code JobFailure.type()}: the class name of the exception, or
 * a word such as {@code LEASE_LOST}, {@code UNKNOWN_JOB} or {@code ARGUMENTS_DO_NOT_FIT}
 * @param exception what its last attempt threw, or {@code null} if it was not an
 * exception that ended it
 */
public record JobDeadEvent(String id, String name, String queue, int attempt, String reason,
		@Nullable Throwable exception) implements JobEvent {

}
