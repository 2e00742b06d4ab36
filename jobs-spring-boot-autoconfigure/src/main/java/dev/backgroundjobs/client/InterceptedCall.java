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

package dev.backgroundjobs.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.PayloadTooLargeException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A call on its way through the interceptors.
 *
 * @param <T> the type of the job's result
 */
final class InterceptedCall<T> implements JobCall {

	private static final int LONGEST_NAME = 255;

	/** What a header takes in the record besides its name and its value. */
	private static final int LENGTHS = 3;

	private final PendingJob job;

	private final List<@Nullable Object> arguments;

	private final long maxHeaders;

	private final Map<String, String> headers;

	private @Nullable JobHandle<T> handle;

	InterceptedCall(PendingJob job, @Nullable Object[] arguments, long maxHeaders) {
		this.job = job;
		this.arguments = Collections.unmodifiableList(Arrays.asList(arguments.clone()));
		this.maxHeaders = maxHeaders;
		this.headers = new LinkedHashMap<>(job.job().job().headers());
	}

	@Override
	public String id() {
		return this.job.id().toString();
	}

	@Override
	public String name() {
		return this.job.definition().name();
	}

	@Override
	public String queue() {
		return this.job.id().queue();
	}

	@Override
	public JobPriority priority() {
		return this.job.job().job().priority();
	}

	@Override
	public List<@Nullable Object> arguments() {
		return this.arguments;
	}

	@Override
	public Map<String, String> headers() {
		return Collections.unmodifiableMap(this.headers);
	}

	@Override
	public void header(String name, String value) {
		Assert.state(this.handle == null,
				() -> "Header '" + name + "' comes too late: job '" + id() + "' has been enqueued");
		Assert.hasLength(name, "A header of job '" + name() + "' has no name");
		Assert.notNull(value, () -> "Header '" + name + "' of job '" + name() + "' has no value");
		Assert.isTrue(bytes(name) <= LONGEST_NAME, () -> "The name of header '" + name + "' of job '" + name()
				+ "' is longer than " + LONGEST_NAME + " bytes");
		Map<String, String> all = new LinkedHashMap<>(this.headers);
		all.put(name, value);
		long size = all.entrySet().stream().mapToLong((header) -> size(header.getKey(), header.getValue())).sum();
		if (size > this.maxHeaders) {
			throw new PayloadTooLargeException(
					"Header '" + name + "' of job '" + name() + "' is refused: with it the headers would take " + size
							+ " bytes, more than background-jobs.job.max-headers (" + this.maxHeaders + " bytes)");
		}
		this.headers.put(name, value);
	}

	private static long size(String name, String value) {
		return LENGTHS + bytes(name) + bytes(value);
	}

	private static long bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

	/**
	 * Enqueue it with its headers.
	 */
	void accept(Function<PendingJob, JobHandle<T>> enqueue) {
		this.job.setHeaders(this.headers);
		this.handle = enqueue.apply(this.job);
	}

	/**
	 * It was refused, unless it has been enqueued.
	 */
	void refused() {
		if (this.handle == null) {
			this.job.notAccepted("a JobInterceptor refused it");
		}
	}

	JobHandle<T> handle() {
		Assert.state(this.handle != null, "The interceptors lead here only after the call was enqueued");
		return this.handle;
	}

}
