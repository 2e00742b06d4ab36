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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.PayloadTooLargeException;
import dev.backgroundjobs.UnknownQueueException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns calls of job methods into jobs and hands them to the store. While a lambda of a
 * {@code JobCaller} runs, its call is recorded instead, to be enqueued with options.
 */
public final class JobEnqueuer implements JobCalls {

	private static final Logger logger = LoggerFactory.getLogger(JobEnqueuer.class);

	private final JobQueue queue;

	private final JobOperations operations;

	private final JobQueries queries;

	private final JobPayloadCodec codec;

	private final long maxPayload;

	private final List<JobListener> listeners;

	private final Supplier<Set<String>> knownQueues;

	private final CallRecorder recorder = new CallRecorder();

	/**
	 * Create an enqueuer.
	 * @param queue where jobs go
	 * @param operations what can be done to them, for their handles
	 * @param queries what can be asked of them, for their handles
	 * @param codec the codec for arguments
	 * @param maxPayload the most bytes the arguments of a call may take
	 * @param listeners those who want to hear of it
	 * @param knownQueues the queues that may be chosen for a call
	 */
	public JobEnqueuer(JobQueue queue, JobOperations operations, JobQueries queries, JobPayloadCodec codec,
			long maxPayload, List<JobListener> listeners, Supplier<Set<String>> knownQueues) {
		this.queue = queue;
		this.operations = operations;
		this.queries = queries;
		this.codec = codec;
		this.maxPayload = maxPayload;
		this.listeners = List.copyOf(listeners);
		this.knownQueues = knownQueues;
	}

	@Override
	public JobHandle<?> call(JobDefinition job, @Nullable Object[] arguments) {
		RecordedCall call = new RecordedCall(job, arguments);
		return this.recorder.record(call) ? RecordedHandle.INSTANCE : enqueue(call, CallOptions.NONE);
	}

	/**
	 * Run a lambda and enqueue the one call it makes.
	 * @throws IllegalStateException if it makes none or several
	 */
	<T> JobHandle<T> enqueueCallOf(JobRunnable lambda, CallOptions options) {
		try {
			return enqueue(this.recorder.recordCallOf(lambda), options);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex, "The lambda failed before its call could be enqueued");
		}
	}

	private <T> JobHandle<T> enqueue(RecordedCall call, CallOptions options) {
		JobDefinition definition = call.job();
		String queue = queue(definition, options);
		byte[] arguments = this.codec.encode(definition.parameterTypes(), call.arguments());
		if (arguments.length > this.maxPayload) {
			throw new PayloadTooLargeException("The arguments of job '" + definition.name() + "' take "
					+ arguments.length + " bytes, more than background-jobs.job.max-payload (" + this.maxPayload
					+ " bytes): hand over an id and load the data in the job");
		}
		JobId id = new JobId(QueuePartition.of(queue), (options.id() != null) ? options.id() : RandomId.next());
		boolean retained = definition.returnsHandle() || options.id() != null;
		JobPriority priority = (options.priority() != JobPriority.DEFAULT) ? options.priority() : definition.priority();
		NewJob job = new NewJob(new Job(id, definition.name(), arguments, retained, priority), options.due(),
				options.id() != null, definition.expiresAfter());
		long start = System.nanoTime();
		try {
			this.queue.enqueue(job);
		}
		catch (RuntimeException ex) {
			enqueued(job.job(), start, ex);
			throw ex;
		}
		enqueued(job.job(), start, null);
		return new StoredJobHandle<>(id, this.operations, this.queries);
	}

	private String queue(JobDefinition definition, CallOptions options) {
		String queue = options.queue();
		if (queue == null || queue.equals(definition.queue())) {
			return definition.queue();
		}
		Set<String> known = this.knownQueues.get();
		if (!known.contains(queue)) {
			throw new UnknownQueueException("There is no queue '" + queue + "'; nothing was enqueued. Known are "
					+ new TreeSet<>(known) + ": a queue is known when a job method, background-jobs.queues.<name> or "
					+ "background-jobs.worker.queues names it");
		}
		return queue;
	}

	private void enqueued(Job job, long start, @Nullable Throwable failure) {
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		for (JobListener listener : this.listeners) {
			try {
				listener.enqueued(job.name(), job.queue(), took, failure);
			}
			catch (RuntimeException ex) {
				// the job is enqueued, or is not, whatever a listener makes of it
				logger.error("A listener failed", ex);
			}
		}
	}

}
