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

/**
 * Of all calls of a {@link BackgroundJob} method that have the same key, in whatever
 * process, one job lives at a time. A lock in the queue holds the id of that job; it is
 * free as soon as the job has ended, whatever ended it, so none is ever stuck. The handle
 * of a call tells by {@link JobHandle#acceptance()} what became of it, and by its id
 * which job that is.
 * <p>
 * Keys are those of one job and one queue: two methods may use the same ones.
 *
 * @see JobCaller#uniqueKey(String)
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface UniqueJob {

	/**
	 * An expression (SpEL) for the key, over the arguments of the call: {@code #orderId},
	 * {@code #order.id}, or {@code #p0} where the names of parameters are not known. It
	 * is evaluated when the method is called, and the call is refused with an
	 * {@link IllegalArgumentException} if it fails, or gives {@code null} or something
	 * that has no text of its own. Built-in default: one key for all calls.
	 * @return the expression
	 */
	String key() default "";

	/**
	 * How long a job keeps others from being enqueued. Built-in default:
	 * {@link Until#FINISHED}.
	 * @return until when
	 */
	Until until() default Until.DEFAULT;

	/**
	 * For how long with {@link Until#TTL}, and only then, for example {@code 10m}; from
	 * the call, by the clock of Redis. Built-in default: {@code 1h}.
	 * @return the time
	 */
	String ttl() default "";

	/**
	 * What a call does that meets such a job. Built-in default:
	 * {@link OnConflict#RETURN_EXISTING}.
	 * @return what to do
	 */
	OnConflict onConflict() default OnConflict.DEFAULT;

	/**
	 * How long a job keeps others from being enqueued.
	 */
	enum Until {

		/**
		 * Not set.
		 */
		DEFAULT,

		/**
		 * Until it has ended: succeeded, dead, cancelled, expired or deleted. A dead one
		 * that is retried counts again; it is not retried while another one lives.
		 */
		FINISHED,

		/**
		 * Until a worker has claimed it: then the next one may be enqueued, which sees
		 * what has changed since this one began.
		 */
		STARTED,

		/**
		 * For a time, also when it has succeeded before that is over; any other end is
		 * the end of it. If it lives longer than that, others may be enqueued beside it.
		 */
		TTL

	}

	/**
	 * What a call does that meets a job with the same key.
	 */
	enum OnConflict {

		/**
		 * Not set.
		 */
		DEFAULT,

		/**
		 * Enqueue nothing; the handle is that of the job there is.
		 */
		RETURN_EXISTING,

		/**
		 * Throw a {@link DuplicateJobException} that names the job there is.
		 */
		REJECT,

		/**
		 * Cancel the job there is, if it waits, and enqueue this one. While that job
		 * runs, or if it has succeeded, it stays: {@link #RETURN_EXISTING}.
		 */
		REPLACE,

		/**
		 * Give the job there is, if it waits, the arguments of this call, and the later
		 * of both due times. While that job runs, or if it has succeeded, it stays:
		 * {@link #RETURN_EXISTING}.
		 */
		DEBOUNCE

	}

}
