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
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import dev.backgroundjobs.core.CancelledJob;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.DeadJoin;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.RecoveredJob;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all listeners. The end of an attempt is known on a thread of the Redis driver,
 * which must not wait for a slow log or listener; they hear of it on a thread of their
 * own. What they are too slow for they do not hear of: so many attempts wait to be told
 * of and no more, because they would fill memory.
 */
final class JobListeners implements JobListener {

	private static final Logger logger = LoggerFactory.getLogger(JobListeners.class);

	private static final long ONCE_IN = TimeUnit.MINUTES.toNanos(1);

	private final List<JobListener> listeners;

	private final ExecutorService thread;

	private final Executor warnings;

	/** Not told of since this was last said. */
	private final AtomicLong unheard = new AtomicLong();

	private final AtomicLong saidAt;

	/**
	 * Create listeners.
	 * @param listeners those who are told
	 * @param thread where they are told of what has ended; refuses what is too much
	 * @param warnings where to write what the log may be too slow for
	 */
	JobListeners(List<JobListener> listeners, ExecutorService thread, Executor warnings) {
		this.listeners = List.copyOf(listeners);
		this.thread = thread;
		this.warnings = warnings;
		this.saidAt = new AtomicLong(System.nanoTime() - ONCE_IN);
	}

	@Override
	public void started(ClaimedJob claimed, Duration waited) {
		tell((listener) -> listener.started(claimed, waited));
	}

	@Override
	public void finished(FinishedAttempt attempt) {
		tellLater((listener) -> listener.finished(attempt));
	}

	@Override
	public void expired(String queue, int number) {
		if (number > 0) {
			tellLater((listener) -> listener.expired(queue, number));
		}
	}

	@Override
	public void trimmed(String queue, int number) {
		if (number > 0) {
			tellLater((listener) -> listener.trimmed(queue, number));
		}
	}

	@Override
	public void dropped(String queue, int number) {
		if (number > 0) {
			tellLater((listener) -> listener.dropped(queue, number));
		}
	}

	@Override
	public void recovered(RecoveredJob job) {
		tellLater((listener) -> listener.recovered(job));
	}

	@Override
	public void joinDied(DeadJoin join) {
		tellLater((listener) -> listener.joinDied(join));
	}

	@Override
	public void cancelled(CancelledJob job) {
		tellLater((listener) -> listener.cancelled(job));
	}

	@Override
	public void leaseLost(ClaimedJob claimed) {
		tellLater((listener) -> listener.leaseLost(claimed));
	}

	private void tellLater(Consumer<JobListener> what) {
		try {
			this.thread.execute(() -> tell(what));
		}
		catch (RejectedExecutionException ex) {
			if (!this.thread.isShutdown()) {
				unheard();
			}
		}
	}

	private void unheard() {
		this.unheard.incrementAndGet();
		long now = System.nanoTime();
		long said = this.saidAt.get();
		if (now - said >= ONCE_IN && this.saidAt.compareAndSet(said, now)) {
			long number = this.unheard.getAndSet(0);
			this.warnings.execute(() -> logger.warn(
					"The ends of {} attempt(s) or more are not told to listeners and the log, which are too slow: "
							+ "{} wait already. The jobs themselves are not concerned. This is said once a minute",
					number, WorkerThreads.WAITING));
		}
	}

	private void tell(Consumer<JobListener> what) {
		for (JobListener listener : this.listeners) {
			try {
				what.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				// the job's fate is settled elsewhere; the other listeners shall hear of
				// it too
				logger.error("A listener failed", ex);
			}
		}
	}

}
