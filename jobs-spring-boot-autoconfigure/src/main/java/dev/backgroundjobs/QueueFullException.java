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
 * Thrown by a call when its queue holds as many jobs as it may
 * ({@code background-jobs.queue-defaults.capacity}), or Redis has no memory left for
 * another job; nothing was enqueued.
 */
public class QueueFullException extends JobException {

	/**
	 * Create an exception with a message.
	 * @param message what happened and what to do
	 */
	public QueueFullException(String message) {
		super(message);
	}

	/**
	 * Create an exception with a message and a cause.
	 * @param message what happened and what to do
	 * @param cause the cause
	 */
	public QueueFullException(String message, Throwable cause) {
		super(message, cause);
	}

}
