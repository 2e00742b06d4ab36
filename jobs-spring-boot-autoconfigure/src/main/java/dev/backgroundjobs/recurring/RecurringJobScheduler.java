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

package dev.backgroundjobs.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.RecurringJobStore;
import dev.backgroundjobs.core.RecurringJobStore.Fired;
import dev.backgroundjobs.core.StoreUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Fires recurring jobs. Every worker process does so at every slot, each by its own
 * clock, and the store lets the slot happen once: there is no leader that could be gone.
 */
public final class RecurringJobScheduler implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(RecurringJobScheduler.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final RecurringJobs recurring;

	private final RecurringJobStore store;

	private final List<JobListener> listeners;

	private @Nullable ThreadPoolTaskScheduler scheduler;

	/**
	 * Create a scheduler.
	 * @param recurring the schedules
	 * @param store where slots are fired
	 * @param listeners those who want to hear of slots that were fired
	 */
	public RecurringJobScheduler(RecurringJobs recurring, RecurringJobStore store, List<JobListener> listeners) {
		this.recurring = recurring;
		this.store = store;
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public synchronized void start() {
		if (this.scheduler != null) {
			return;
		}
		List<RecurringJobs.Schedule> schedules = this.recurring.schedules();
		ThreadPoolTaskScheduler started = new ThreadPoolTaskScheduler();
		started.setThreadNamePrefix("background-jobs-recurring-");
		started.setDaemon(true);
		started.afterPropertiesSet();
		this.scheduler = started;
		for (RecurringJobs.Schedule schedule : schedules) {
			SlotTrigger trigger = new SlotTrigger(schedule.trigger());
			started.schedule(() -> fire(started, schedule.job(), trigger, Objects.requireNonNull(trigger.slot())),
					trigger);
			logger.info("Recurring job {}: {}", schedule.job().name(), schedule.trigger().getExpression());
		}
	}

	private void fire(ThreadPoolTaskScheduler thread, JobDefinition definition, SlotTrigger trigger, Instant slot) {
		Job job = this.recurring.run(definition);
		this.store.fire(definition.name(), slot, job, definition.expiresAfter()).whenComplete((fired, failure) -> {
			Instant now = thread.getClock().instant();
			if (failure != null && trigger.isLatest(slot, now)) {
				// nobody may have fired it; if somebody has, trying again changes nothing
				logger.debug("Slot {} of {} is tried again", slot, definition.name(), failure);
				again(thread, definition, trigger, slot, now.plus(retryAfter(failure)));
			}
			else if (failure != null) {
				trigger.missed(() -> logger.warn("Recurring job {} misses slots since {}: {}", definition.name(), slot,
						failure.toString()));
			}
			else if (fired instanceof Fired.Early early) {
				again(thread, definition, trigger, slot, now.plus(early.by()));
			}
			else {
				trigger.fired();
				if (fired instanceof Fired.Enqueued enqueued) {
					tell(definition, Duration.between(slot, enqueued.at()));
				}
				logger.debug("Slot {} of {}: {}", slot, definition.name(), fired);
			}
		});
	}

	private void tell(JobDefinition definition, Duration lag) {
		for (JobListener listener : this.listeners) {
			try {
				listener.fired(definition.name(), definition.queue(), lag.isNegative() ? Duration.ZERO : lag);
			}
			catch (RuntimeException | Error ex) {
				// the slot is fired, whatever a listener makes of it
				logger.error("A listener failed", ex);
			}
		}
	}

	private static Duration retryAfter(Throwable failure) {
		Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
		Duration wanted = (cause instanceof StoreUnavailableException unavailable) ? unavailable.getRetryAfter() : null;
		return (wanted != null) ? wanted : RETRY_AFTER;
	}

	private void again(ThreadPoolTaskScheduler thread, JobDefinition definition, SlotTrigger trigger, Instant slot,
			Instant at) {
		if (thread.isRunning()) {
			thread.schedule(() -> fire(thread, definition, trigger, slot), at);
		}
	}

	@Override
	public synchronized void stop() {
		if (this.scheduler != null) {
			this.scheduler.shutdown();
			this.scheduler = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.scheduler != null;
	}

}
