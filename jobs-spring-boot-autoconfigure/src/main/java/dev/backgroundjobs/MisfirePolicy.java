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
 * What becomes of the slots of a schedule that were missed, because no worker process was
 * alive or Redis was away at their time. A slot that is late by less than
 * {@code background-jobs.recurring-defaults.misfire-threshold} is late, not missed, and
 * is fired under each policy. Neither the time before a schedule's first start nor that
 * of a pause has slots that could be missed.
 */
public enum MisfirePolicy {

	/**
	 * Not set: {@link #FIRE_ONCE}.
	 */
	DEFAULT,

	/**
	 * One run makes up for all of them, unless a later slot is fired anyway.
	 */
	FIRE_ONCE,

	/**
	 * They are left out.
	 */
	SKIP,

	/**
	 * Each of them is fired, in order: the latest ones, if they are more than
	 * {@code maxMisfires}.
	 */
	FIRE_ALL

}
