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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Enqueues a method without parameters on a schedule. Alone it makes the method a
 * background job; beside {@link BackgroundJob} that annotation says queue, name and
 * timeout. Several schedules of one method need an {@link #id()} each.
 * <p>
 * Every worker process keeps the schedule and Redis lets each slot happen once, so it
 * does not matter how many processes there are, nor which of them dies. A changed
 * schedule counts from the moment at which the first process declares it; what an older
 * process declares is ignored then. {@code background-jobs.recurring.<id>.*} overrides
 * each attribute. Attributes that are text accept <code>${...}</code> placeholders,
 * durations read {@code 5m} or {@code PT5M}.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
@Repeatable(RecurringJob.List.class)
public @interface RecurringJob {

	/**
	 * The id of the schedule, unique in the namespace. Built-in default: the job's name.
	 * @return the id
	 */
	String id() default "";

	/**
	 * When the job is due, as a
	 * {@linkplain org.springframework.scheduling.support.CronExpression cron expression}
	 * with seconds, a macro such as {@code @hourly}, or {@code -} to disable the
	 * schedule. Either this or {@link #fixedRate()}.
	 * @return the cron expression
	 */
	String cron() default "";

	/**
	 * Time zone in which the cron expression is read, for example {@code Europe/Berlin}.
	 * Built-in default: the zone of the process; set it when processes run in several.
	 * @return the zone's id
	 */
	String zone() default "";

	/**
	 * The time from one slot to the next, whatever the runs take, at least 100 ms;
	 * counted from the first declaration of the schedule, across restarts.
	 * @return the rate
	 */
	String fixedRate() default "";

	/**
	 * How long after its first declaration a schedule with a {@link #fixedRate()} has its
	 * first slot. Built-in default: none.
	 * @return the delay
	 */
	String initialDelay() default "";

	/**
	 * What becomes of slots that were missed. Built-in default:
	 * {@link MisfirePolicy#FIRE_ONCE}.
	 * @return the policy
	 */
	MisfirePolicy misfire() default MisfirePolicy.DEFAULT;

	/**
	 * How many missed slots are fired with {@link MisfirePolicy#FIRE_ALL}. Built-in
	 * default: the value of {@code background-jobs.recurring-defaults.max-misfires}.
	 * @return the number, 1 to 1000
	 */
	int maxMisfires() default -1;

	/**
	 * What becomes of a slot whose previous run has not ended. Built-in default:
	 * {@link OverlapPolicy#SKIP}.
	 * @return the policy
	 */
	OverlapPolicy overlap() default OverlapPolicy.DEFAULT;

	/**
	 * Several schedules of a method.
	 */
	@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@Documented
	@Reflective
	@interface List {

		/**
		 * The schedules.
		 * @return the schedules
		 */
		RecurringJob[] value();

	}

}
