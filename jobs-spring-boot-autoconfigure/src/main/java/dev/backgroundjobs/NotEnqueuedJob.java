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
 * A call that was made inside a transaction and could not be enqueued after its commit.
 */
public final class NotEnqueuedJob {

	private final String id;

	private final String name;

	private final String arguments;

	private final RuntimeException cause;

	private final Runnable call;

	/**
	 * Create a description.
	 * @param id the job's id
	 * @param name the job's name
	 * @param arguments its arguments as JSON
	 * @param cause why it was not enqueued
	 * @param call enqueues it
	 */
	public NotEnqueuedJob(String id, String name, String arguments, RuntimeException cause, Runnable call) {
		this.id = id;
		this.name = name;
		this.arguments = arguments;
		this.cause = cause;
		this.call = call;
	}

	/**
	 * The id the call's handle has shown.
	 * @return the job's id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * The job's name.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * The arguments of the call as JSON; they may be confidential.
	 * @return the arguments
	 */
	public String arguments() {
		return this.arguments;
	}

	/**
	 * Why the job was not enqueued.
	 * @return the cause
	 */
	public RuntimeException cause() {
		return this.cause;
	}

	/**
	 * Whether nobody knows: Redis did not answer in time.
	 * @return {@code true} if the job may be enqueued nevertheless
	 */
	public boolean mayBeEnqueued() {
		return this.cause instanceof EnqueueOutcomeUnknownException;
	}

	/**
	 * Enqueue the same call under the same id. If the job exists by then, nothing
	 * happens. A delay of the call begins anew.
	 * @throws org.springframework.dao.DataAccessException if Redis is still away
	 */
	public void enqueue() {
		this.call.run();
	}

	@Override
	public String toString() {
		return this.name + " " + this.id;
	}

}
