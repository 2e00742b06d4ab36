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
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;

import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.core.RecurringJobStore;
import dev.backgroundjobs.method.InvalidJobMethodException;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronTrigger;
import org.springframework.scheduling.support.SimpleTriggerContext;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/**
 * The schedules that this application declares, and what operators do with them. A
 * schedule is known by the name of its job.
 */
public final class RecurringJobs {

	private final JobMethodRegistry methods;

	private final RecurringJobStore store;

	private final JobQueue queue;

	private final JobPayloadCodec codec;

	private final StringValueResolver placeholders;

	/**
	 * Create the schedules.
	 * @param methods the job methods
	 * @param store where it is kept what has been fired, and what is paused
	 * @param queue takes triggered runs
	 * @param codec the codec for the empty arguments
	 * @param placeholders resolves placeholders
	 */
	public RecurringJobs(JobMethodRegistry methods, RecurringJobStore store, JobQueue queue, JobPayloadCodec codec,
			StringValueResolver placeholders) {
		this.methods = methods;
		this.store = store;
		this.queue = queue;
		this.codec = codec;
		this.placeholders = placeholders;
	}

	/**
	 * All schedules that are not disabled.
	 */
	List<Schedule> schedules() {
		return this.methods.all().stream().map(this::schedule).filter(Objects::nonNull).toList();
	}

	/**
	 * The ids of all schedules.
	 * @return the ids
	 */
	public List<String> ids() {
		return schedules().stream().map((schedule) -> schedule.job().name()).toList();
	}

	/**
	 * Describe a schedule.
	 * @param id its id
	 * @return the schedule, or {@code null} if there is none
	 */
	public @Nullable ScheduleInfo find(String id) {
		Schedule schedule = known(id);
		if (schedule == null) {
			return null;
		}
		RecurringJobStore.State state = this.store.state(id, schedule.job().queue());
		return new ScheduleInfo(id, schedule.trigger().getExpression(), schedule.zone().getId(), schedule.job().queue(),
				schedule.trigger().nextExecution(new SimpleTriggerContext()), state.lastSlot(), state.paused());
	}

	/**
	 * Leave out the slots of a schedule until it is resumed, in all processes.
	 * @param id its id
	 * @return whether this call changed it, or {@code null} if there is no such schedule
	 */
	public @Nullable Boolean pause(String id) {
		Schedule schedule = known(id);
		return (schedule != null) ? this.store.pause(id, schedule.job().queue()) : null;
	}

	/**
	 * Fire a paused schedule again from its next slot on.
	 * @param id its id
	 * @return whether this call changed it, or {@code null} if there is no such schedule
	 */
	public @Nullable Boolean resume(String id) {
		Schedule schedule = known(id);
		return (schedule != null) ? this.store.resume(id, schedule.job().queue()) : null;
	}

	/**
	 * Enqueue one run of a schedule now, also while it is paused. Its slots stay as they
	 * are.
	 * @param id its id
	 * @return the id of the job, or {@code null} if there is no such schedule
	 */
	public @Nullable String trigger(String id) {
		Schedule schedule = known(id);
		if (schedule == null) {
			return null;
		}
		Job job = run(schedule.job());
		this.queue.enqueue(List.of(new NewJob(job, new Due.Now(), false, schedule.job().expiresAfter())));
		return job.id().toString();
	}

	private @Nullable Schedule known(String id) {
		return schedules().stream().filter((schedule) -> schedule.job().name().equals(id)).findFirst().orElse(null);
	}

	/**
	 * One run.
	 */
	Job run(JobDefinition definition) {
		return new Job(new JobId(QueuePartition.of(definition.queue()), RandomId.next()), definition.name(),
				this.codec.encode(List.of(), new Object[0]), definition.returnsHandle(), definition.priority());
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
			return new Schedule(method.definition(), new CronTrigger(cron, zoneId), zoneId);
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

	/**
	 * A job and when it is due.
	 *
	 * @param job the job
	 * @param trigger its slots
	 * @param zone the zone in which they are meant
	 */
	record Schedule(JobDefinition job, CronTrigger trigger, ZoneId zone) {

	}

	/**
	 * A schedule as operators see it.
	 *
	 * @param id its id
	 * @param cron the cron expression
	 * @param zone the time zone of the expression
	 * @param queue the queue of its jobs
	 * @param nextSlot when it is due next by this process's clock, paused or not, or
	 * {@code null} if never again
	 * @param lastSlot the latest slot that was fired, by whatever process, or
	 * {@code null}
	 * @param paused whether its slots are left out
	 */
	public record ScheduleInfo(String id, String cron, String zone, String queue, @Nullable Instant nextSlot,
			@Nullable Instant lastSlot, boolean paused) {

	}

}
