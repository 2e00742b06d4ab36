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
 * What becomes of a slot of a schedule whose previous run has not ended: it waits, runs,
 * or is to be retried. A dead one has ended.
 */
public enum OverlapPolicy {

	/**
	 * Not set: {@link #SKIP}.
	 */
	DEFAULT,

	/**
	 * It is left out.
	 */
	SKIP,

	/**
	 * It is fired all the same.
	 */
	ALLOW,

	/**
	 * It is fired as soon as the previous run has ended. While one slot waits so, further
	 * ones are left out.
	 */
	QUEUE_ONE

}
