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

import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.function.Function;

import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.JobsDisabledException;
import dev.backgroundjobs.core.CallObservation;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobInterceptors;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobLock;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.core.UniqueRule;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NamedThreadLocal;
import org.springframework.util.Assert;

/**
 * Turns calls of job methods into jobs and hands them to the store. While a lambda of a
 * {@code JobCaller} runs, its call is recorded instead, to be enqueued with options; a
 * call inside a transaction waits for its end, one inside {@code enqueueAll} for its
 * batch.
 */
public final class JobEnqueuer {

	private final JobSender sender;

	private final JobHandles handles;

	private final JobArguments arguments;

	private final JobTransactions transactions;

	private final JobInterceptors interceptors;

	private final KnownQueues knownQueues;

	private final FanOutLimits fanOutLimits;

	private final CallRecorder recorder = new CallRecorder();

	private final ThreadLocal<@Nullable JobBatch> batch = new NamedThreadLocal<>("Batch of job calls");

	/**
	 * Create an enqueuer.
	 * @param sender sends jobs to the store
	 * @param handles makes their handles
	 * @param arguments writes the arguments of calls
	 * @param interceptors stand around calls
	 * @param transactions where calls inside a transaction wait
	 * @param knownQueues the queues that may be chosen for a call
	 * @param fanOutLimits what a fan-out may be
	 */
	public JobEnqueuer(JobSender sender, JobHandles handles, JobArguments arguments, JobInterceptors interceptors,
			JobTransactions transactions, KnownQueues knownQueues, FanOutLimits fanOutLimits) {
		this.sender = sender;
		this.handles = handles;
		this.arguments = arguments;
		this.interceptors = interceptors;
		this.transactions = transactions;
		this.knownQueues = knownQueues;
		this.fanOutLimits = fanOutLimits;
	}

	/**
	 * Take a call: enqueue it, or hand it to the {@code JobCaller} whose lambda runs on
	 * this thread.
	 * @param job what was called
	 * @param arguments the arguments
	 * @return a handle to the job
	 */
	public JobHandle<?> call(JobDefinition job, @Nullable Object[] arguments) {
		RecordedCall call = new RecordedCall(job, arguments);
		return this.recorder.record(call) ? RecordedHandle.INSTANCE : enqueue(call, CallOptions.NONE);
	}

	/**
	 * Run a lambda and enqueue the one call it makes.
	 * @throws IllegalStateException if it makes none or several
	 */
	<T> JobHandle<T> enqueueCallOf(JobRunnable lambda, CallOptions options) {
		return enqueue(recordCallOf(lambda), options);
	}

	/**
	 * Run a lambda and give the one call it makes as a job that nobody enqueues, without
	 * what would travel with it.
	 * @throws IllegalStateException if it makes none or several
	 */
	NewJob callOf(JobRunnable lambda, CallOptions options) {
		RecordedCall call = recordCallOf(lambda);
		JobDefinition definition = call.job();
		checkEnabled(definition);
		Assert.isTrue(unique(definition, options) == null, () -> "Job '" + definition.name()
				+ "' is unique and cannot be run by a schedule, which has overlap instead; let its job call it");
		Job job = new Job(id(definition, options), definition.name(),
				this.arguments.write(RecordedStep.of(call)).json(), isRetained(definition, options),
				priority(definition, options));
		return new NewJob(job, options.due(), false, definition.expiresAfter());
	}

	private RecordedCall recordCallOf(JobRunnable lambda) {
		try {
			return this.recorder.recordCallOf(lambda);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex, "The lambda failed before its call could be enqueued");
		}
	}

	/**
	 * Run something and enqueue the calls it makes on this thread in batches.
	 * @return how many calls it made
	 */
	long enqueueCallsOf(Runnable calls) {
		Assert.state(!this.recorder.isRecording(), "'enqueueAll' inside the lambda of 'enqueue' cannot be enqueued: "
				+ "call 'enqueue' with options inside 'enqueueAll' instead");
		Assert.state(this.batch.get() == null, "'enqueueAll' was called inside 'enqueueAll': the outer one takes the "
				+ "calls of the inner one, too, so leave the inner one out");
		JobBatch collected = new JobBatch(this.sender, this::sent);
		this.batch.set(collected);
		try {
			calls.run();
			collected.flush();
		}
		catch (RuntimeException | Error ex) {
			collected.abandon(ex);
			throw ex;
		}
		finally {
			this.batch.remove();
		}
		return collected.size();
	}

	private <T> JobHandle<T> enqueue(RecordedCall call, CallOptions options) {
		PendingJob job = prepare(call, options);
		return this.interceptors.isEmpty() ? accept(job) : intercept(job, call.arguments(), this::accept);
	}

	CallRecorder recorder() {
		return this.recorder;
	}

	FanOutLimits fanOutLimits() {
		return this.fanOutLimits;
	}

	/**
	 * Enqueue the steps of a chain together, with the children of its first one.
	 */
	<T> JobChainHandle<T> enqueueChain(List<RecordedStep> steps, CallOptions options,
			@Nullable DefaultJobFanOut<?> fanOut) {
		refuseUnique(ChainedJobs.calls(steps, fanOut), options);
		List<PendingJob> jobs = new ChainedJobs(steps, options, fanOut, this::id, this::prepare).jobs();
		jobs.get(0).setBehind(jobs.subList(1, jobs.size()));
		intercept(jobs, ChainedJobs.calls(steps, fanOut), 0);
		return this.handles.ofChain(jobs, (fanOut != null) ? fanOut.children().size() : 0);
	}

	/**
	 * The interceptors of all calls stand around the enqueueing of the chain, those of
	 * the first one outermost.
	 */
	private <T> JobHandle<T> intercept(List<PendingJob> jobs, List<RecordedStep> steps, int index) {
		if (this.interceptors.isEmpty() || index == jobs.size()) {
			return accept(jobs.get(0));
		}
		return intercept(jobs.get(index), steps.get(index).call().arguments(),
				(job) -> intercept(jobs, steps, index + 1));
	}

	private <T> JobHandle<T> intercept(PendingJob job, @Nullable Object[] arguments,
			Function<PendingJob, JobHandle<T>> accept) {
		InterceptedCall<T> call = new InterceptedCall<>(job, arguments, this.arguments.maxHeaders());
		try {
			this.interceptors.enqueue(call, () -> call.accept(accept));
		}
		catch (RuntimeException | Error ex) {
			call.refused();
			throw ex;
		}
		return call.handle();
	}

	private <T> JobHandle<T> accept(PendingJob job) {
		PendingJobHandle<T> pending = new PendingJobHandle<>(job, () -> this.handles.of(job));
		JobBatch collecting = this.batch.get();
		if (this.transactions.join(job)) {
			if (collecting != null) {
				collecting.deferred();
			}
			return pending;
		}
		if (collecting != null) {
			collecting.add(job, pending);
			return pending;
		}
		this.sender.send(List.of(job));
		sent(List.of(job));
		return this.handles.of(job);
	}

	/**
	 * A job that runs now makes calls of its own: they belong to no batch.
	 */
	private void sent(List<PendingJob> jobs) {
		if (!this.sender.runsJobs()) {
			return;
		}
		JobBatch outer = this.batch.get();
		this.batch.remove();
		try {
			this.sender.sent(jobs);
		}
		finally {
			if (outer != null) {
				this.batch.set(outer);
			}
		}
	}

	/**
	 * Check everything that can be checked without the store.
	 */
	private PendingJob prepare(RecordedCall call, CallOptions options) {
		return prepare(RecordedStep.of(call), options, id(call.job(), options), null);
	}

	private PendingJob prepare(RecordedStep step, CallOptions options, JobId id, @Nullable JobLink link) {
		JobDefinition definition = step.call().job();
		checkEnabled(definition);
		UniqueRule unique = (link != null) ? null : unique(definition, options);
		JobLock lock = (unique != null) ? lock(unique, step.call(), options) : null;
		JobId where = (lock != null) ? id(id, options.id(), lock) : id;
		JobArguments.Written arguments = this.arguments.write(step);
		CallObservation observation = this.sender.called(definition, where);
		JobLink place = (link != null) ? link.withHole(arguments.hole()) : null;
		Job job = new Job(where, definition.name(), arguments.json(), isRetained(definition, options),
				priority(definition, options), observation.headers(), place, lock);
		return new PendingJob(definition,
				new NewJob(job, options.due(), options.id() != null, definition.expiresAfter(), unique), observation);
	}

	private static void checkEnabled(JobDefinition definition) {
		if (!definition.enabled()) {
			throw new JobsDisabledException("Job '" + definition.name()
					+ "' is disabled: background-jobs.jobs.*.enabled is false for it; nothing was enqueued");
		}
	}

	private static boolean isRetained(JobDefinition definition, CallOptions options) {
		return definition.returnsHandle() || options.id() != null;
	}

	private static JobPriority priority(JobDefinition definition, CallOptions options) {
		return (options.priority() != JobPriority.DEFAULT) ? options.priority() : definition.priority();
	}

	/**
	 * What waits behind a step is enqueued by its completion, which asks no lock.
	 */
	private static void refuseUnique(List<RecordedStep> steps, CallOptions options) {
		Assert.isTrue(options.uniqueKey() == null, "A chain has no unique key; nothing was enqueued");
		for (RecordedStep step : steps) {
			JobDefinition job = step.call().job();
			Assert.isTrue(job.unique() == null, () -> "Job '" + job.name()
					+ "' has @UniqueJob and cannot be a step of a chain; nothing was enqueued. Let a step call it");
		}
	}

	private static @Nullable UniqueRule unique(JobDefinition definition, CallOptions options) {
		UniqueRule declared = definition.unique();
		return (declared == null && options.uniqueKey() != null) ? UniqueRule.OF_CALL : declared;
	}

	private static JobLock lock(UniqueRule unique, RecordedCall call, CallOptions options) {
		String key = options.uniqueKey();
		return unique.lock(call.job().name(), (key != null) ? key : unique.key().of(call.arguments()));
	}

	/**
	 * Jobs with the same lock are kept where its key leads.
	 */
	private JobId id(JobId otherwise, @Nullable String chosen, JobLock lock) {
		String queue = otherwise.queue();
		QueuePartitions partitions = this.sender.partitions();
		Assert.isTrue(chosen == null || partitions.number(queue) == 1,
				() -> "Queue '" + queue
						+ "' has several partitions, in which a job is found by its id or by its unique "
						+ "key: leave one of them out; nothing was enqueued");
		return (chosen != null || partitions.number(queue) == 1) ? otherwise
				: partitions.draw(partitions.of(queue, lock.key()));
	}

	private JobId id(JobDefinition definition, CallOptions options) {
		return id(queue(definition, options), options.id());
	}

	private JobId id(String queue, @Nullable String chosen) {
		QueuePartitions partitions = this.sender.partitions();
		if (chosen != null) {
			return new JobId(partitions.of(queue, chosen), chosen);
		}
		if (partitions.number(queue) == 1) {
			return new JobId(QueuePartition.of(queue), RandomId.next());
		}
		// calls that are sent together stay together
		JobBatch collecting = this.batch.get();
		QueuePartition together = this.transactions.partition(queue);
		if (together == null && collecting != null) {
			together = collecting.partition(queue);
		}
		return partitions.draw((together != null) ? together : partitions.next(queue));
	}

	private String queue(JobDefinition definition, CallOptions options) {
		String queue = options.queue();
		if (queue == null || queue.equals(definition.queue())) {
			return definition.queue();
		}
		this.knownQueues.check(queue);
		return queue;
	}

}
