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
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Enqueues a method without parameters on a schedule. Alone it makes the method a
 * background job; beside {@link BackgroundJob} that annotation says queue, name and
 * timeout.
 * <p>
 * Every worker process keeps the schedule and Redis lets each slot happen once, so it
 * does not matter how many processes there are. A slot at which no process was alive is
 * not made up for.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface RecurringJob {

	/**
	 * When the job is due, as a
	 * {@linkplain org.springframework.scheduling.support.CronExpression cron expression}
	 * with seconds, a macro such as {@code @hourly}, or {@code -} to disable the
	 * schedule. Accepts <code>${...}</code> placeholders.
	 * @return the cron expression
	 */
	String cron();

	/**
	 * Time zone in which the cron expression is read, for example {@code Europe/Berlin}.
	 * Built-in default: the zone of the process; set it when processes run in several.
	 * @return the zone's id
	 */
	String zone() default "";

}
