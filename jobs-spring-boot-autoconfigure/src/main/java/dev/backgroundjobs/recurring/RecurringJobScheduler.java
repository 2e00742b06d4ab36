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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.schedule.RecurringJobStore;
import dev.backgroundjobs.schedule.RecurringJobStore.Declared;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.StoredSchedule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Fires recurring jobs. Every worker process asks for every slot, and the store lets it
 * happen once: there is no leader that could be gone. Its duties: to say every third of a
 * lease which schedules this process declares, to look every second whether any was
 * changed, and to fire those it declares and those that were created at run time.
 */
public final class RecurringJobScheduler implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(RecurringJobScheduler.class);

	private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

	private final DeclaredSchedules declared;

	private final RecurringJobStore store;

	private final List<JobListener> listeners;

	private final String application;

	private final Duration lease;

	private final Duration keepUndeclared;

	private final Map<String, Declared> answers = new ConcurrentHashMap<>();

	private @Nullable ThreadPoolTaskScheduler scheduler;

	/**
	 * Create a scheduler.
	 * @param declared the schedules of this application's methods
	 * @param store where slots are fired
	 * @param listeners those who want to hear of slots that were fired
	 * @param application the application that this process is one of
	 * @param lease for how long this process is taken to live when nothing is heard of it
	 * @param keepUndeclared how long a schedule of this application is kept that none of
	 * its processes declares any more
	 */
	public RecurringJobScheduler(DeclaredSchedules declared, RecurringJobStore store, List<JobListener> listeners,
			String application, Duration lease, Duration keepUndeclared) {
		this.declared = declared;
		this.store = store;
		this.listeners = List.copyOf(listeners);
		this.application = application;
		this.lease = lease;
		this.keepUndeclared = keepUndeclared;
	}

	@Override
	public synchronized void start() {
		if (this.scheduler != null) {
			return;
		}
		List<ScheduleDefinition> schedules = this.declared.all();
		schedules.forEach((schedule) -> logger.info("Recurring job {}: {}", schedule.id(), schedule.timing()));
		ThreadPoolTaskScheduler started = new ThreadPoolTaskScheduler();
		started.setThreadNamePrefix("background-jobs-recurring-");
		started.setDaemon(true);
		started.afterPropertiesSet();
		this.scheduler = started;
		StoreClock clock = new StoreClock(System::nanoTime, started.getClock().instant());
		Set<String> ids = schedules.stream().map(ScheduleDefinition::id).collect(Collectors.toUnmodifiableSet());
		ScheduleTable table = new ScheduleTable(this.store, clock, new ScheduleTable.Application(this.application, ids),
				new ScheduleTable.Rhythm(this.lease, this.keepUndeclared), (task, delay) -> later(started, task, delay),
				this::tell);
		Duration often = this.lease.dividedBy(3);
		if (!schedules.isEmpty()) {
			started.scheduleWithFixedDelay(() -> declare(schedules, table), often);
		}
		Set<String> disabled = this.declared.disabled();
		if (!disabled.isEmpty()) {
			started.scheduleWithFixedDelay(() -> disable(disabled), often);
		}
		started.scheduleWithFixedDelay(table::look, LOOK_EVERY);
	}

	private void declare(List<ScheduleDefinition> schedules, ScheduleTable table) {
		this.store.declare(this.application, schedules, this.lease).whenComplete((answer, failure) -> {
			if (failure != null) {
				// the next one is soon
				logger.debug("Recurring jobs could not be declared", failure);
				return;
			}
			boolean changed = false;
			for (Map.Entry<String, Declared> each : answer.entrySet()) {
				if (this.answers.put(each.getKey(), each.getValue()) != each.getValue()) {
					changed = true;
					warn(each.getKey(), each.getValue());
				}
			}
			if (changed) {
				table.lookAgain();
			}
		});
	}

	private void disable(Set<String> schedules) {
		this.store.disable(this.application, schedules).whenComplete((done, failure) -> {
			if (failure != null) {
				logger.debug("Recurring jobs could not be disabled", failure);
			}
		});
	}

	private static void warn(String id, Declared answer) {
		if (answer == Declared.SUPERSEDED) {
			logger.warn("Recurring job {} is fired as another process has declared it, differently and later than this "
					+ "build: this one's declaration takes its place when no such process lives any more", id);
		}
		else if (answer == Declared.TAKEN) {
			logger.warn("Recurring job {} is not fired as its method declares it: a schedule that was created at run "
					+ "time has the same id. Remove that one, or give this one another id", id);
		}
	}

	private static void later(ThreadPoolTaskScheduler thread, Runnable task, Duration delay) {
		if (thread.isRunning()) {
			try {
				thread.schedule(task, thread.getClock().instant().plus(delay));
			}
			catch (TaskRejectedException ex) {
				// it has just been stopped
			}
		}
	}

	private void tell(StoredSchedule schedule, Duration lag) {
		for (JobListener listener : this.listeners) {
			try {
				listener.fired(schedule.definition().run().name(), schedule.definition().queue(), lag);
			}
			catch (RuntimeException | Error ex) {
				// the slot is fired, whatever a listener makes of it
				logger.error("A listener failed", ex);
			}
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
