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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.JobListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all listeners. The end of an attempt is known on a thread of the Redis driver,
 * which must not wait for a slow log or listener; they hear of it on a thread of their
 * own.
 */
final class JobListeners implements JobListener {

	private static final Logger logger = LoggerFactory.getLogger(JobListeners.class);

	private final List<JobListener> listeners;

	private final ExecutorService thread;

	JobListeners(List<JobListener> listeners, ExecutorService thread) {
		this.listeners = List.copyOf(listeners);
		this.thread = thread;
	}

	@Override
	public void started(ClaimedJob claimed, Duration waited) {
		tell((listener) -> listener.started(claimed, waited));
	}

	@Override
	public void finished(FinishedAttempt attempt) {
		if (!this.thread.isShutdown()) {
			this.thread.execute(() -> tell((listener) -> listener.finished(attempt)));
		}
	}

	@Override
	public void expired(String queue, int number) {
		if (number > 0 && !this.thread.isShutdown()) {
			this.thread.execute(() -> tell((listener) -> listener.expired(queue, number)));
		}
	}

	private void tell(Consumer<JobListener> what) {
		for (JobListener listener : this.listeners) {
			try {
				what.accept(listener);
			}
			catch (RuntimeException ex) {
				// the job's fate is settled elsewhere; the other listeners shall hear of
				// it too
				logger.error("A listener failed", ex);
			}
		}
	}

}
