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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.core.RecurringJobStore;
import dev.backgroundjobs.core.RecurringJobStore.Fired;
import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.method.InvalidJobMethodException;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/**
 * Fires recurring jobs. Every worker process does so at every slot, each by its own
 * clock, and the store lets the slot happen once: there is no leader that could be gone.
 */
public final class RecurringJobScheduler implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(RecurringJobScheduler.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final JobMethodRegistry methods;

	private final RecurringJobStore store;

	private final JobPayloadCodec codec;

	private final StringValueResolver placeholders;

	private @Nullable ThreadPoolTaskScheduler scheduler;

	/**
	 * Create a scheduler.
	 * @param methods the job methods
	 * @param store where slots are fired
	 * @param codec the codec for the empty arguments
	 * @param placeholders resolves placeholders
	 */
	public RecurringJobScheduler(JobMethodRegistry methods, RecurringJobStore store, JobPayloadCodec codec,
			StringValueResolver placeholders) {
		this.methods = methods;
		this.store = store;
		this.codec = codec;
		this.placeholders = placeholders;
	}

	@Override
	public synchronized void start() {
		if (this.scheduler != null) {
			return;
		}
		List<Schedule> schedules = schedules(this.methods.all());
		ThreadPoolTaskScheduler started = new ThreadPoolTaskScheduler();
		started.setThreadNamePrefix("background-jobs-recurring-");
		started.setDaemon(true);
		started.afterPropertiesSet();
		this.scheduler = started;
		for (Schedule schedule : schedules) {
			SlotTrigger trigger = new SlotTrigger(schedule.trigger());
			started.schedule(() -> fire(started, schedule.job(), trigger, Objects.requireNonNull(trigger.slot())),
					trigger);
			logger.info("Recurring job {}: {}", schedule.job().name(), schedule.trigger().getExpression());
		}
	}

	private List<Schedule> schedules(Collection<JobMethod> all) {
		return all.stream().map(this::schedule).filter(Objects::nonNull).toList();
	}

	private @Nullable Schedule schedule(JobMethod method) {
		RecurringJob annotation = method.annotation(RecurringJob.class);
		if (annotation == null) {
			return null;
		}
		try {
			String cron = resolve(annotation.cron());
			if (cron.equals("-") || !method.definition().enabled()) {
				return null;
			}
			String zone = resolve(annotation.zone());
			ZoneId zoneId = StringUtils.hasText(zone) ? ZoneId.of(zone) : ZoneId.systemDefault();
			return new Schedule(method.definition(), new CronTrigger(cron, zoneId));
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw new InvalidJobMethodException(
					"The schedule of job '" + method.definition().name() + "' cannot be used: " + ex.getMessage(),
					"A cron expression has six fields, beginning with seconds, for example '0 0 3 * * *' for three "
							+ "o'clock each night; '-' disables it; a zone reads 'Europe/Berlin'");
		}
	}

	private String resolve(String text) {
		return Objects.requireNonNullElse(this.placeholders.resolveStringValue(text), "").trim();
	}

	private void fire(ThreadPoolTaskScheduler thread, JobDefinition definition, SlotTrigger trigger, Instant slot) {
		Job job = new Job(new JobId(QueuePartition.of(definition.queue()), RandomId.next()), definition.name(),
				this.codec.encode(List.of(), new Object[0]), definition.returnsHandle(), definition.priority());
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
				logger.debug("Slot {} of {}: {}", slot, definition.name(), fired);
			}
		});
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

	/**
	 * A job and when it is due.
	 *
	 * @param job the job
	 * @param trigger its slots
	 */
	private record Schedule(JobDefinition job, CronTrigger trigger) {

	}

}
