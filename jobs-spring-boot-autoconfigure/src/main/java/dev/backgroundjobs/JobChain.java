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
 * Calls of job methods that run one after the other: each step is enqueued when the one
 * before it has succeeded. Immutable and thread-safe: each step gives a new chain, and
 * each {@link #enqueue()} enqueues all of its steps.
 * <p>
 * A step is a job like any other, with the queue, retries and dead letter of its method.
 * While it has not succeeded, those behind it are {@link JobState#WAITING}: retrying a
 * dead step continues the chain, and once a step was cancelled, has expired or was
 * deleted, those behind it are cancelled.
 * <p>
 * A lambda runs once, when it is handed over, on the calling thread, and must call
 * exactly one job method of a Spring bean; the call is recorded, not executed. What it is
 * given stands for the result of the step before, which does not exist yet: exactly one
 * argument of its call must be that very object.
 *
 * @param <T> the type of the last step's result
 */
public interface JobChain<T> {

	/**
	 * The most steps of a chain.
	 */
	int MAX_STEPS = 50;

	/**
	 * Append a call of a method without result.
	 * @param call makes the call
	 * @return a chain with this step
	 * @throws IllegalStateException if the lambda called no job method, or two, or the
	 * chain has as many steps as it may
	 */
	JobChain<Void> then(JobRunnable call);

	/**
	 * Append a call of a method that returns a handle; see {@link #then(JobRunnable)}.
	 * @param call makes the call
	 * @param <R> the type of its result
	 * @return a chain with this step
	 */
	<R> JobChain<R> then(JobSupplier<R> call);

	/**
	 * Append a call of a method without result, to which the result of the step before is
	 * handed over. The lambda names the type of its parameter, or javac cannot tell it
	 * from one for the other method of this kind.
	 * @param call makes the call
	 * @return a chain with this step
	 * @throws IllegalArgumentException if the result is not exactly one argument of the
	 * call
	 * @throws IllegalStateException as {@link #then(JobRunnable)}
	 */
	@SuppressWarnings("overloads")
	JobChain<Void> then(JobConsumer<T> call);

	/**
	 * Append a call of a method that returns a handle, to which the result of the step
	 * before is handed over; see {@link #then(JobConsumer)}.
	 * @param call makes the call
	 * @param <R> the type of its result
	 * @return a chain with this step
	 */
	@SuppressWarnings("overloads")
	<R> JobChain<R> then(JobFunction<T, R> call);

	/**
	 * Enqueue the chain, all of its steps or none. Inside a transaction it is enqueued
	 * after the commit, inside {@code enqueueAll} with its batch.
	 * @return a handle to the last step, with those of all
	 * @throws PayloadTooLargeException if the arguments of a step are too large, or those
	 * of all steps together take more than a megabyte
	 * @see JobCaller#enqueue(JobRunnable)
	 */
	JobChainHandle<T> enqueue();

}
