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

import java.lang.reflect.Type;

import dev.backgroundjobs.CompletedJobHandle;
import dev.backgroundjobs.JobResultException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the results of jobs, and reads them for their callers.
 */
public final class JobResults {

	private static final Logger logger = LoggerFactory.getLogger(JobResults.class);

	private static final int MAX_PROBLEM = 1000;

	private final JobPayloadCodec codec;

	private final long maxResult;

	/**
	 * Create it.
	 * @param codec writes and reads them
	 * @param maxResult the most bytes a result may take
	 */
	public JobResults(JobPayloadCodec codec, long maxResult) {
		this.codec = codec;
		this.maxResult = maxResult;
	}

	/**
	 * The result of a job whose method has returned. Whatever is wrong with it, the job
	 * has done its work and must not do it again because of this: its callers are told
	 * instead.
	 * @param job the job
	 * @param id the job's id
	 * @param returned what its method has returned
	 * @return the result, or {@code null} if there is none
	 */
	public @Nullable JobResult encode(JobDefinition job, JobId id, @Nullable Object returned) {
		Type type = job.resultType();
		if (type == null || returned == null) {
			return null;
		}
		if (!(returned instanceof CompletedJobHandle<?> completed)) {
			return notKept(job, id, "its method returned a handle that is not JobHandle.completed(...): the result of "
					+ "another job is not its own", null);
		}
		if (completed.result() == null) {
			return null;
		}
		try {
			return JobResult.of(this.codec.encodeResult(type, completed.result(), this.maxResult));
		}
		catch (ResultTooLargeException ex) {
			return notKept(job, id, "it takes more than background-jobs.job.max-result (" + this.maxResult
					+ " bytes): store it elsewhere and return where", null);
		}
		catch (RuntimeException | Error ex) {
			return notKept(job, id, (ex instanceof IllegalArgumentException) ? String.valueOf(ex.getMessage())
					: "it cannot be written as JSON: " + ex.getClass().getName(), ex);
		}
	}

	private static JobResult notKept(JobDefinition job, JobId id, String problem, @Nullable Throwable cause) {
		logger.warn("Job {} '{}' has succeeded, but its result is not kept: {}", job.name(), id, problem, cause);
		return JobResult.notKept((problem.length() > MAX_PROBLEM) ? problem.substring(0, MAX_PROBLEM) : problem);
	}

	/**
	 * Read a result.
	 * @param id the job it is of
	 * @param type the type its caller expects
	 * @param result the result, or {@code null} if there is none
	 * @return the result, or {@code null} if there is none
	 * @throws JobResultException if it was not kept, or cannot be read as this type
	 */
	public @Nullable Object decode(JobId id, Type type, @Nullable JobResult result) {
		if (result == null || type == Void.class) {
			return null;
		}
		if (result.json() == null) {
			throw new JobResultException(
					"Job '" + id + "' has succeeded, but its result was not kept: " + result.problem());
		}
		try {
			return this.codec.decodeResult(type, result.json());
		}
		catch (ArgumentsDoNotFitException ex) {
			throw new JobResultException("Job '" + id + "' has succeeded, but " + ex.getMessage(), ex);
		}
	}

}
