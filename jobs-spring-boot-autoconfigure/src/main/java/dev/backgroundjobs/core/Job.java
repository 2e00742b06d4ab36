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

import java.nio.ByteBuffer;
import java.util.Map;

import dev.backgroundjobs.JobPriority;
import org.jspecify.annotations.Nullable;

/**
 * A call of a job's method, as it is stored.
 *
 * @param id the job's id
 * @param name name of the job, under which a worker finds the method
 * @param arguments the arguments, encoded by a {@link JobPayloadCodec}
 * @param retained whether the caller wants to see the job's end: it is kept for a while
 * @param priority how urgent it is
 * @param headers what travels from the caller to the job beside the arguments, such as
 * the context of a trace
 * @param link its place in a chain, or {@code null} if it is in none
 * @param lock the lock of a unique job, or {@code null}; no step of a chain has one
 */
public record Job(JobId id, String name, byte[] arguments, boolean retained, JobPriority priority,
		Map<String, String> headers, @Nullable JobLink link, @Nullable JobLock lock) {

	private static final byte[] NOTHING_YET = { 'n', 'u', 'l', 'l' };

	public Job {
		headers = Map.copyOf(headers);
	}

	/**
	 * A job that is in no chain and is not unique.
	 */
	public Job(JobId id, String name, byte[] arguments, boolean retained, JobPriority priority,
			Map<String, String> headers) {
		this(id, name, arguments, retained, priority, headers, null, null);
	}

	/**
	 * A job that is not unique.
	 */
	public Job(JobId id, String name, byte[] arguments, boolean retained, JobPriority priority,
			Map<String, String> headers, @Nullable JobLink link) {
		this(id, name, arguments, retained, priority, headers, link, null);
	}

	/**
	 * A job without headers that is in no chain.
	 */
	public Job(JobId id, String name, byte[] arguments, boolean retained, JobPriority priority) {
		this(id, name, arguments, retained, priority, Map.of());
	}

	public String queue() {
		return this.id.queue();
	}

	Job withHeaders(Map<String, String> all) {
		return new Job(this.id, this.name, this.arguments, this.retained, this.priority, all, this.link, this.lock);
	}

	/**
	 * The step when the one before it has completed: its result takes its place among the
	 * arguments.
	 * @param result the result, encoded, or {@code null} if there is none
	 * @return the step with all of its arguments
	 */
	public Job continued(byte @Nullable [] result) {
		if (this.link == null || this.link.hole() == JobLink.NO_HOLE) {
			return this;
		}
		byte[] filled = fill((result != null) ? result : NOTHING_YET, this.link.hole());
		return new Job(this.id, this.name, filled, this.retained, this.priority, this.headers,
				this.link.withHole(JobLink.NO_HOLE));
	}

	/**
	 * The arguments as far as they are known, for those who look at them: a result that
	 * does not exist yet is {@code null}.
	 * @return the arguments, encoded
	 */
	public byte[] knownArguments() {
		return continued(null).arguments;
	}

	private byte[] fill(byte[] value, int behind) {
		return ByteBuffer.allocate(this.arguments.length + value.length)
			.put(this.arguments, 0, this.arguments.length - behind)
			.put(value)
			.put(this.arguments, this.arguments.length - behind, behind)
			.array();
	}

}
