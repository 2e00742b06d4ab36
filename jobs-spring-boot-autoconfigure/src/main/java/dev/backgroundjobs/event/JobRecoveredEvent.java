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

/**
 * A job has lost its worker: the process died, or could not renew its lease. Published by
 * the worker that found it. The job goes on with no retry used, at once or after a while;
 * if it has lost its worker too often, a {@link JobDeadEvent} follows.
 *
 * @param id the job's id
 * @param name the job's name
 * @param queue its queue
 * @param attempt number of the attempt that lost its worker, from 1
 */
public record JobRecoveredEvent(String id, String name, String queue, int attempt) implements JobEvent {

}
