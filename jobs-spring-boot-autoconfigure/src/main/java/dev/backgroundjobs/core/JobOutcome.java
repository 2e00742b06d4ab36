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

package dev.backgroundjobs.core;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What becomes of a claimed job.
 */
public sealed interface JobOutcome {

	/**
	 * It ended well.
	 *
	 * @param result what it leaves behind, or {@code null} if its method returns nothing
	 */
	record Succeeded(@Nullable JobResult result) implements JobOutcome {

		/**
		 * It ended well, without a result.
		 */
		public Succeeded() {
			this(null);
		}

	}

	/**
	 * The attempt failed and the job is tried again.
	 *
	 * @param delay after which time
	 * @param failure why
	 */
	record Retry(Duration delay, Failure failure) implements JobOutcome {

	}

	/**
	 * The attempt failed and was the last one.
	 *
	 * @param failure why
	 */
	record Dead(Failure failure) implements JobOutcome {

	}

	/**
	 * It asked to be run again later, with no retry used.
	 *
	 * @param delay after which time, from zero to a year
	 */
	record Snoozed(Duration delay) implements JobOutcome {

		private static final Duration LONGEST = Duration.ofDays(365);

		public Snoozed {
			Assert.notNull(delay, "'delay' must not be null");
			delay = delay.isNegative() ? Duration.ZERO : (delay.compareTo(LONGEST) > 0) ? LONGEST : delay;
		}

	}

	/**
	 * It was cancelled while it ran, and has stopped.
	 */
	record Cancelled() implements JobOutcome {

	}

	/**
	 * It goes back to the front of its queue, with no retry used, before those that went
	 * back earlier.
	 *
	 * @param started whether it had started
	 */
	record Released(boolean started) implements JobOutcome {

	}

	/**
	 * It could not be run here; it waits, with no retry used.
	 *
	 * @param delay after which time it is looked at again
	 * @param reason why, a word in capitals and an explanation
	 * @param unknown whether nobody here knows how to run it: for how long that is so is
	 * remembered
	 */
	record Parked(Duration delay, String reason, boolean unknown) implements JobOutcome {

		/**
		 * It could be run another time.
		 */
		public Parked(Duration delay, String reason) {
			this(delay, reason, false);
		}

	}

}
