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

import dev.backgroundjobs.JoinPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The place of a job in a chain, or as one of several children for which a join waits.
 *
 * @param predecessor the step before it, or {@code null} if it is the first
 * @param successor the step behind it, or {@code null} if it is the last
 * @param behind how many steps stand behind it
 * @param handsOver whether the successor is given its result
 * @param hole how many bytes of its arguments stand behind the place where the result of
 * its predecessor goes; {@link #NO_HOLE} if none goes there, or it is in its place
 * @param role what it is to those beside it
 */
public record JobLink(@Nullable JobId predecessor, @Nullable JobId successor, int behind, boolean handsOver, int hole,
		Role role) {

	/**
	 * No result is to be filled in.
	 */
	public static final int NO_HOLE = -1;

	/**
	 * A step of a chain.
	 */
	public JobLink(@Nullable JobId predecessor, @Nullable JobId successor, int behind, boolean handsOver, int hole) {
		this(predecessor, successor, behind, handsOver, hole, Role.STEP);
	}

	/**
	 * A child whose successor is a join.
	 * @param join the join
	 * @param policy what the join does when children fail
	 * @param handsOver whether the join is given its result
	 * @return the place
	 */
	public static JobLink child(JobId join, JoinPolicy policy, boolean handsOver) {
		return new JobLink(null, join, 0, handsOver, NO_HOLE,
				(policy == JoinPolicy.AWAIT_RETRY) ? Role.CHILD : Role.CHILD_FAILED_WHEN_DEAD);
	}

	/**
	 * Whether its successor waits for others, too.
	 * @return whether it is a child
	 */
	public boolean isChild() {
		return this.role == Role.CHILD || this.role == Role.CHILD_FAILED_WHEN_DEAD;
	}

	/**
	 * The id of a step, for those who look at it.
	 * @param step the step, or {@code null}
	 * @return its whole id, or {@code null}
	 */
	public static @Nullable String text(@Nullable JobId step) {
		return (step != null) ? step.toString() : null;
	}

	/**
	 * The same place, with another hole.
	 * @param bytes how many bytes of the arguments stand behind it
	 * @return the place
	 */
	public JobLink withHole(int bytes) {
		return new JobLink(this.predecessor, this.successor, this.behind, this.handsOver, bytes, this.role);
	}

	/**
	 * What a job is to those beside it.
	 */
	public enum Role {

		/**
		 * A step of a chain.
		 */
		STEP,

		/**
		 * The first step of a chain, which waits for children.
		 */
		JOIN,

		/**
		 * A child whose join waits for it while it is dead.
		 */
		CHILD,

		/**
		 * A child that has failed for its join when it is dead.
		 */
		CHILD_FAILED_WHEN_DEAD

	}

}
