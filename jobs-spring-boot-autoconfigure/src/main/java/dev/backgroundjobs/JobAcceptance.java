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
 * What became of a call that was accepted.
 *
 * @see JobHandle#acceptance()
 */
public enum JobAcceptance {

	/**
	 * It has made a job.
	 */
	CREATED,

	/**
	 * A job was there before, with the same id or the same unique key; nothing was
	 * enqueued.
	 */
	EXISTING,

	/**
	 * It has made a job, in the place of one with the same unique key that waited and is
	 * cancelled now.
	 */
	REPLACED,

	/**
	 * A job with the same unique key waited; it has the arguments of this call now, and
	 * the later of both due times.
	 */
	DEBOUNCED

}
