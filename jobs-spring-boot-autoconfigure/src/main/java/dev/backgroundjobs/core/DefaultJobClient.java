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

import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.backgroundjobs.JobCaller;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.JobSupplier;
import dev.backgroundjobs.PayloadTooLargeException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Turns calls of job methods into jobs and hands them to the store.
 */
public final class DefaultJobClient implements JobClient, JobCalls {

	private final JobQueue queue;

	private final JobOperations operations;

	private final JobQueries queries;

	private final JobPayloadCodec codec;

	private final long maxPayload;

	private final List<JobListener> listeners;

	private final CallRecorder recorder = new CallRecorder();

	private final JobCaller unchanged = new OptionsCaller(CallOptions.NONE);

	/**
	 * Create a client.
	 * @param queue where jobs go
	 * @param operations what can be done to them
	 * @param queries what can be asked of them
	 * @param codec the codec for arguments
	 * @param maxPayload the most bytes the arguments of a call may take
	 * @param listeners those who want to hear of it
	 */
	public DefaultJobClient(JobQueue queue, JobOperations operations, JobQueries queries, JobPayloadCodec codec,
			long maxPayload, List<JobListener> listeners) {
		this.queue = queue;
		this.operations = operations;
		this.queries = queries;
		this.codec = codec;
		this.maxPayload = maxPayload;
		this.listeners = listeners;
	}

	@Override
	public JobHandle<?> call(JobDefinition job, @Nullable Object[] arguments) {
		RecordedCall call = new RecordedCall(job, arguments);
		return this.recorder.record(call) ? RecordedHandle.INSTANCE : enqueue(call, CallOptions.NONE);
	}

	private <T> JobHandle<T> enqueue(RecordedCall call, CallOptions options) {
		JobDefinition definition = call.job();
		byte[] arguments = this.codec.encode(definition.parameterTypes(), call.arguments());
		if (arguments.length > this.maxPayload) {
			throw new PayloadTooLargeException("The arguments of job '" + definition.name() + "' take "
					+ arguments.length + " bytes, more than background-jobs.job.max-payload (" + this.maxPayload
					+ " bytes): hand over an id and load the data in the job");
		}
		JobId id = new JobId(QueuePartition.of(definition.queue()),
				(options.id() != null) ? options.id() : RandomId.next());
		boolean retained = definition.returnsHandle() || options.id() != null;
		NewJob job = new NewJob(new Job(id, definition.name(), arguments, retained), options.due(),
				options.id() != null);
		long start = System.nanoTime();
		try {
			this.queue.enqueue(job);
		}
		catch (RuntimeException ex) {
			enqueued(definition, start, ex);
			throw ex;
		}
		enqueued(definition, start, null);
		return new StoredJobHandle<>(id, this.operations, this.queries);
	}

	private void enqueued(JobDefinition job, long start, @Nullable Throwable failure) {
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		this.listeners.forEach((listener) -> listener.enqueued(job.name(), job.queue(), took, failure));
	}

	@Override
	public JobCaller in(Duration delay) {
		return this.unchanged.in(delay);
	}

	@Override
	public JobCaller at(Instant time) {
		return this.unchanged.at(time);
	}

	@Override
	public JobCaller id(String id) {
		return this.unchanged.id(id);
	}

	@Override
	public JobHandle<Void> enqueue(JobRunnable call) {
		return this.unchanged.enqueue(call);
	}

	@Override
	public <T> JobHandle<T> enqueue(JobSupplier<T> call) {
		return this.unchanged.enqueue(call);
	}

	@Override
	public @Nullable JobInfo find(String id) {
		return this.queries.find(JobId.parse(id));
	}

	@Override
	public boolean cancel(String id) {
		return this.operations.cancel(JobId.parse(id));
	}

	@Override
	public boolean retry(String id) {
		return this.operations.retry(JobId.parse(id));
	}

	@Override
	public boolean delete(String id) {
		return this.operations.delete(JobId.parse(id));
	}

	/**
	 * The options of one call.
	 *
	 * @param due when it is due
	 * @param id the caller's id
	 */
	private record CallOptions(Due due, @Nullable String id) {

		private static final CallOptions NONE = new CallOptions(new Due.Now(), null);

	}

	/**
	 * Records what the lambda calls and enqueues it with options.
	 */
	private final class OptionsCaller implements JobCaller {

		private final CallOptions options;

		OptionsCaller(CallOptions options) {
			this.options = options;
		}

		@Override
		public JobCaller in(Duration delay) {
			Assert.isTrue(!delay.isNegative(), () -> "'delay' must not be negative: " + delay);
			return new OptionsCaller(new CallOptions(new Due.In(delay), this.options.id()));
		}

		@Override
		public JobCaller at(Instant time) {
			Assert.notNull(time, "'time' must not be null");
			return new OptionsCaller(new CallOptions(new Due.At(time), this.options.id()));
		}

		@Override
		public JobCaller id(String id) {
			return new OptionsCaller(new CallOptions(this.options.due(), JobId.checkLocal(id)));
		}

		@Override
		public JobHandle<Void> enqueue(JobRunnable call) {
			return DefaultJobClient.this.enqueue(recorded(call), this.options);
		}

		@Override
		public <T> JobHandle<T> enqueue(JobSupplier<T> call) {
			return DefaultJobClient.this.enqueue(recorded(call::get), this.options);
		}

		private RecordedCall recorded(JobRunnable call) {
			try {
				return DefaultJobClient.this.recorder.recordCallOf(call);
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new UndeclaredThrowableException(ex, "The lambda failed before its call could be enqueued");
			}
		}

	}

}
