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

import java.time.Duration;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * A recurring job that is created, changed and removed at run time: <pre class="code">
 * jobs.recurring("digest-42").cron("0 0 8 * * *").zone(user.zone()).schedule(() -> mails.sendDigest(42));
 * </pre> Immutable and thread-safe: each option gives a new one. What is scheduled is
 * kept in Redis until it is removed, and every worker process of the namespace fires it,
 * each slot once among them all; they learn of a change within about a second.
 * <p>
 * Nothing here waits for the end of a transaction. Each method throws Spring's
 * {@link org.springframework.dao.DataAccessException} when Redis is away.
 */
public interface JobSchedule {

	/**
	 * Let the job be due by a cron expression.
	 * @param expression a cron expression with seconds, or a macro such as
	 * {@code @hourly}; see {@link org.springframework.scheduling.support.CronExpression}
	 * @return a schedule with this option
	 * @throws IllegalArgumentException if it is no cron expression
	 */
	JobSchedule cron(String expression);

	/**
	 * Set the time zone in which the cron expression is read. By default, that of this
	 * process.
	 * @param zone the zone
	 * @return a schedule with this option
	 */
	JobSchedule zone(ZoneId zone);

	/**
	 * Let the job be due at a fixed rate, counted from the moment it is scheduled.
	 * @param rate the time from one slot to the next, 100 ms or more
	 * @return a schedule with this option
	 */
	JobSchedule fixedRate(Duration rate);

	/**
	 * Set how long after it was scheduled a job with a fixed rate is due first. By
	 * default, at once.
	 * @param delay zero or more
	 * @return a schedule with this option
	 */
	JobSchedule initialDelay(Duration delay);

	/**
	 * Say what becomes of slots that were missed.
	 * @param policy the policy
	 * @return a schedule with this option
	 */
	JobSchedule misfire(MisfirePolicy policy);

	/**
	 * Set how many missed slots are fired with {@link MisfirePolicy#FIRE_ALL}. By
	 * default, {@code background-jobs.recurring-defaults.max-misfires}.
	 * @param max 1 to 1000
	 * @return a schedule with this option
	 */
	JobSchedule maxMisfires(int max);

	/**
	 * Say what becomes of a slot whose previous run has not ended.
	 * @param policy the policy
	 * @return a schedule with this option
	 */
	JobSchedule overlap(OverlapPolicy policy);

	/**
	 * Enqueue the runs to another queue than their method's.
	 * @param queue name of a queue that this application knows
	 * @return a schedule with this option
	 */
	JobSchedule queue(String queue);

	/**
	 * Give the runs another priority than their method's.
	 * @param priority the priority
	 * @return a schedule with this option
	 */
	JobSchedule priority(JobPriority priority);

	/**
	 * Create the schedule, or change it if it is another than the one that is kept: a
	 * change counts from now on, no earlier slot is fired for it. Scheduling the same
	 * again changes nothing.
	 * @param call makes the call of a job method whose arguments each run gets
	 * @return the schedule as it is kept now
	 * @throws IllegalArgumentException if there is neither a cron expression nor a rate,
	 * or there are both
	 * @throws IllegalStateException if the lambda called no job method, or two, or the id
	 * is that of a {@link RecurringJob} method
	 */
	JobScheduleInfo schedule(JobRunnable call);

	/**
	 * Create or change the schedule of a method that returns a handle; see
	 * {@link #schedule(JobRunnable)}.
	 * @param call makes the call
	 * @param <T> the type of the job's result
	 * @return the schedule as it is kept now
	 */
	<T> JobScheduleInfo schedule(JobSupplier<T> call);

	/**
	 * Look at the schedule.
	 * @return what is kept under this id, or {@code null}
	 */
	@Nullable JobScheduleInfo info();

	/**
	 * Leave out its slots until it is resumed. They are not made up for.
	 * @return {@code false} if there is no such schedule, or it was paused before
	 */
	boolean pause();

	/**
	 * Fire its slots again, from the next one on.
	 * @return {@code false} if there is no such schedule, or it was not paused
	 */
	boolean resume();

	/**
	 * Enqueue one run now, also while it is paused or another one runs. Its slots stay as
	 * they are.
	 * @return the id of the job, or {@code null} if there is no such schedule
	 */
	@Nullable String trigger();

	/**
	 * Remove the schedule. A run that is enqueued stays so.
	 * @return {@code false} if there is no such schedule
	 * @throws IllegalStateException if it is that of a {@link RecurringJob} method, which
	 * its processes would declare again
	 */
	boolean remove();

}
