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

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.backgroundjobs.PayloadTooLargeException;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobPayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the arguments of calls and refuses those that could not be run later; says how
 * much may travel beside them.
 */
public final class JobArguments {

	private final JobPayloadCodec codec;

	private final long maxPayload;

	private final long maxHeaders;

	/** Jobs whose arguments were read back once. */
	private final Set<String> readable = ConcurrentHashMap.newKeySet();

	/**
	 * Create it.
	 * @param codec the codec for arguments
	 * @param maxPayload the most bytes the arguments of a call may take
	 * @param maxHeaders the most bytes the headers of a call may take
	 */
	public JobArguments(JobPayloadCodec codec, long maxPayload, long maxHeaders) {
		this.codec = codec;
		this.maxPayload = maxPayload;
		this.maxHeaders = maxHeaders;
	}

	long maxHeaders() {
		return this.maxHeaders;
	}

	/**
	 * Encode the arguments of a call, also if one of them does not exist yet.
	 */
	Written write(RecordedStep step) {
		RecordedCall call = step.call();
		if (step.marked() == RecordedStep.NONE) {
			return new Written(encode(call.job(), call.arguments()), JobLink.NO_HOLE);
		}
		JobPayloadCodec.Gap gap = encodeAround(call.job(), call.arguments(), step.marked());
		byte[] json = Arrays.copyOf(gap.before(), gap.before().length + gap.after().length);
		System.arraycopy(gap.after(), 0, json, gap.before().length, gap.after().length);
		return new Written(json, gap.after().length);
	}

	/**
	 * Encode the arguments of a call. Those of the first call of each job are also read
	 * back, so that a type that can only be written is noticed by its first caller.
	 * @throws IllegalArgumentException if they cannot be written, or read back
	 * @throws PayloadTooLargeException if they are too large
	 */
	byte[] encode(JobDefinition job, @Nullable Object[] arguments) {
		byte[] encoded = written(job, () -> this.codec.encode(job.parameterTypes(), arguments));
		checkSize(job, encoded.length);
		if (!this.readable.contains(job.name())) {
			readBack(job, encoded);
			this.readable.add(job.name());
		}
		return encoded;
	}

	private JobPayloadCodec.Gap encodeAround(JobDefinition job, @Nullable Object[] arguments, int missing) {
		return written(job, () -> {
			JobPayloadCodec.Gap gap = this.codec.encodeAround(job.parameterTypes(), arguments, missing);
			checkSize(job, gap.before().length + gap.after().length);
			return gap;
		});
	}

	private static <T> T written(JobDefinition job, Supplier<T> encoder) {
		try {
			return encoder.get();
		}
		catch (IllegalArgumentException | StackOverflowError ex) {
			throw new IllegalArgumentException(
					"The arguments of job '" + job.name() + "' are refused and nothing was " + "enqueued. "
							+ ((ex instanceof StackOverflowError) ? "They are nested too deeply" : ex.getMessage()),
					ex);
		}
	}

	private void checkSize(JobDefinition job, int size) {
		if (size > this.maxPayload) {
			throw new PayloadTooLargeException("The arguments of job '" + job.name() + "' take " + size
					+ " bytes, more than background-jobs.job.max-payload (" + this.maxPayload
					+ " bytes): hand over an id and load the data in the job");
		}
	}

	private void readBack(JobDefinition job, byte[] encoded) {
		try {
			this.codec.decode(job.parameterTypes(), encoded);
		}
		catch (ArgumentsDoNotFitException ex) {
			throw new IllegalArgumentException("The arguments of job '" + job.name() + "' are refused and nothing was "
					+ "enqueued: no worker could read them again. " + ex.getMessage(), ex);
		}
	}

	/**
	 * Encoded arguments.
	 *
	 * @param json the arguments
	 * @param hole how many bytes stand behind the place of the one that does not exist
	 * yet, or {@link JobLink#NO_HOLE}
	 */
	record Written(byte[] json, int hole) {

	}

}
