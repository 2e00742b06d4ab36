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
import java.time.Instant;

import dev.backgroundjobs.JoinPolicy;

/**
 * When a job is due, always by the clock of the store.
 */
public sealed interface Due {

	/**
	 * At once.
	 */
	record Now() implements Due {

	}

	/**
	 * After a delay.
	 *
	 * @param delay zero or more
	 */
	record In(Duration delay) implements Due {

	}

	/**
	 * When the step before it in its chain has completed.
	 *
	 * @param predecessor that step, the job before it in the same batch
	 */
	record After(JobId predecessor) implements Due {

	}

	/**
	 * When the children have ended, as a policy says, or at a deadline.
	 *
	 * @param policy what becomes of it when children fail
	 * @param due when the children are due: at once, after a delay or at a time
	 * @param within how long after that it stops waiting
	 * @param children how many there are; they stand behind it in the same batch
	 * @param family what the ids of the children begin with
	 */
	record Joined(JoinPolicy policy, Due due, Duration within, int children, String family) implements Due {

	}

	/**
	 * A child of a join, enqueued with it.
	 *
	 * @param due at once, after a delay or at a time
	 * @param join the join, which says to which partition the batch goes
	 */
	record Child(Due due, JobId join) implements Due {

	}

	/**
	 * At a time; one in the past means now.
	 *
	 * @param time the time
	 */
	record At(Instant time) implements Due {

	}

}
