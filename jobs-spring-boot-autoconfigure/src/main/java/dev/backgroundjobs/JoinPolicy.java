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

/**
 * What a join does when a job it waits for has failed.
 *
 * @see JobFanOut#onFailure(JoinPolicy)
 */
public enum JoinPolicy {

	/**
	 * A job that is dead may be retried: the join waits for that until its deadline. Once
	 * one was cancelled, has expired or was deleted, or the deadline has passed, the join
	 * is a dead letter.
	 */
	AWAIT_RETRY,

	/**
	 * As soon as one is dead, was cancelled, has expired or was deleted, or the deadline
	 * has passed, the join is a dead letter.
	 */
	FAIL,

	/**
	 * The join runs when all have ended, or the deadline has passed. In the list it is
	 * given, {@code null} stands for those that have not succeeded, also for one that was
	 * dead and has succeeded after all, when it was retried: how it ended first counts.
	 */
	SKIP

}
