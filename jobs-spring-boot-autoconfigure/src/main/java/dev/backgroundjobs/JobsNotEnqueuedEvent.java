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

import java.util.List;

/**
 * Published to the application, on the committing thread, when jobs that were called in a
 * transaction could not be enqueued after its commit. An
 * {@link org.springframework.context.event.EventListener} may keep the calls and repeat
 * them with {@link NotEnqueuedJob#enqueue()} once Redis is back; a process that dies
 * before has lost them.
 *
 * @param jobs the jobs, queue by queue
 */
public record JobsNotEnqueuedEvent(List<NotEnqueuedJob> jobs) {

	public JobsNotEnqueuedEvent {
		jobs = List.copyOf(jobs);
	}

}
