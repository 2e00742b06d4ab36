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
 * How urgent a job is among the jobs of its queue. Jobs of a higher priority start first,
 * but not always: a queue that never runs out of urgent jobs still comes to the others.
 * <p>
 * A job keeps its priority through retries. Jobs whose tempo must not depend on each
 * other belong in different queues.
 */
public enum JobPriority {

	/**
	 * Not set: what the next setting says, in the end {@link #NORMAL}.
	 */
	DEFAULT,

	/**
	 * Before all others.
	 */
	HIGH,

	/**
	 * What applies when nothing else is said.
	 */
	NORMAL,

	/**
	 * When there is nothing more urgent, and now and then in between.
	 */
	LOW

}
