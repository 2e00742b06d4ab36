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

package dev.backgroundjobs.observation;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.core.Cancellation;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.event.JobCancelledEvent;
import dev.backgroundjobs.event.QueuePausedEvent;
import dev.backgroundjobs.event.QueueResumedEvent;
import org.jspecify.annotations.Nullable;

/**
 * What operators do, told as application events.
 */
final class ToldJobOperations implements JobOperations {

	private final JobOperations store;

	private final JobQueries queries;

	private final JobEvents events;

	ToldJobOperations(JobOperations store, JobQueries queries, JobEvents events) {
		this.store = store;
		this.queries = queries;
		this.events = events;
	}

	@Override
	public Cancellation requestCancel(JobId id) {
		// afterwards a job that nobody waits for is gone, and its name with it
		JobInfo before = this.events.wants(JobCancelledEvent.class) ? find(id) : null;
		Cancellation cancelled = this.store.requestCancel(id);
		// one that runs may have started since, or complete: its worker tells
		if (cancelled == Cancellation.ENDED && before != null) {
			this.events.publish(new JobCancelledEvent(before.id(), before.name(), before.queue()));
		}
		return cancelled;
	}

	private @Nullable JobInfo find(JobId id) {
		try {
			return this.queries.find(id);
		}
		catch (RuntimeException ex) {
			// cancelling is what was asked for, and will fail by itself
			return null;
		}
	}

	@Override
	public boolean retry(JobId id) {
		return this.store.retry(id);
	}

	@Override
	public boolean reschedule(JobId id, Due due) {
		return this.store.reschedule(id, due);
	}

	@Override
	public boolean delete(JobId id) {
		return this.store.delete(id);
	}

	@Override
	public DeadStep retryDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		return this.store.retryDead(queue, jobName, max, cursor);
	}

	@Override
	public DeadStep deleteDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		return this.store.deleteDead(queue, jobName, max, cursor);
	}

	@Override
	public boolean pause(String queue) {
		boolean paused = this.store.pause(queue);
		if (paused && this.events.wants(QueuePausedEvent.class)) {
			this.events.publish(new QueuePausedEvent(queue));
		}
		return paused;
	}

	@Override
	public boolean resume(String queue) {
		boolean resumed = this.store.resume(queue);
		if (resumed && this.events.wants(QueueResumedEvent.class)) {
			this.events.publish(new QueueResumedEvent(queue));
		}
		return resumed;
	}

}
