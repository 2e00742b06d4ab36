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

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * Calls a job's method with options. Immutable and thread-safe: each option gives a new
 * caller.
 * <p>
 * The lambda runs once, on the calling thread, and must call exactly one job method of a
 * Spring bean; the call is recorded, not executed.
 */
public interface JobCaller {

	/**
	 * Enqueue the call with a delay, measured by the clock of Redis.
	 * @param delay how long from now; zero or more
	 * @return a caller with this option
	 */
	JobCaller in(Duration delay);

	/**
	 * Enqueue the call for a time by the clock of Redis. A time in the past means now.
	 * @param time when the job is due, in milliseconds precision
	 * @return a caller with this option
	 */
	JobCaller at(Instant time);

	/**
	 * Enqueue the call to another queue than its method's.
	 * @param queue name of a queue that a job method of this application,
	 * {@code background-jobs.queues.<name>} or {@code background-jobs.worker.queues}
	 * names
	 * @return a caller with this option
	 */
	JobCaller queue(String queue);

	/**
	 * Enqueue the call with another priority than its method's.
	 * @param priority the priority; {@link JobPriority#DEFAULT} for the method's
	 * @return a caller with this option
	 */
	JobCaller priority(JobPriority priority);

	/**
	 * Enqueue the call under an id of the caller's choice. While a job with that id
	 * exists in the queue, further calls enqueue nothing and return a handle to it. A
	 * succeeded job exists for {@code background-jobs.retention.succeeded}.
	 * @param id letters, digits, {@code .}, {@code _} and {@code -}, at most 64
	 * @return a caller with this option
	 */
	JobCaller id(String id);

	/**
	 * Enqueue the call with a key of which one job lives at a time: see
	 * {@link UniqueJob}. It takes the place of the key that the method's annotation would
	 * give, whose other attributes still hold.
	 * @param key the key, not empty; one of the method's own
	 * @return a caller with this option
	 */
	JobCaller uniqueKey(String key);

	/**
	 * Enqueue a call of a method without result.
	 * @param call makes the call
	 * @return a handle to the job
	 * @throws IllegalStateException if the lambda called no job method, or two
	 * @throws UnknownQueueException if nothing names the queue
	 * @throws PayloadTooLargeException if the arguments are too large
	 * @throws DuplicateJobException if a job with its unique key lives, and the method
	 * wants that
	 * @throws QueueFullException if the queue is full, or Redis has no memory left
	 * @throws EnqueueOutcomeUnknownException if Redis did not answer in time
	 * @throws org.springframework.dao.DataAccessException if Redis is away; nothing was
	 * enqueued
	 */
	JobHandle<Void> enqueue(JobRunnable call);

	/**
	 * Enqueue a call of a method that returns a handle; see
	 * {@link #enqueue(JobRunnable)}.
	 * @param call makes the call
	 * @param <T> the type of the job's result
	 * @return a handle to the job
	 */
	<T> JobHandle<T> enqueue(JobSupplier<T> call);

	/**
	 * Begin a chain with a call of a method without result. The options are those of this
	 * first step; while a job with the id chosen for it exists, nothing of the chain is
	 * enqueued, and its handle follows the one there is.
	 * @param call makes the call
	 * @return a chain of one step, to which others are appended
	 * @throws IllegalStateException if the lambda called no job method, or two
	 */
	JobChain<Void> chain(JobRunnable call);

	/**
	 * Begin a chain with a call of a method that returns a handle; see
	 * {@link #chain(JobRunnable)}.
	 * @param call makes the call
	 * @param <T> the type of the job's result
	 * @return a chain of one step, to which others are appended
	 */
	<T> JobChain<T> chain(JobSupplier<T> call);

	/**
	 * Begin a fan-out: calls that run beside each other, and a join that waits for them.
	 * The options are those of the calls; an id is that of the join, and nothing is
	 * enqueued while a job under it exists: the handle is then that of the join and the
	 * steps behind it, without its children.
	 * @param call makes the first call, of a method that returns a handle
	 * @param <T> the type of the results
	 * @return a fan-out with this child, to which others are added
	 * @throws IllegalStateException if the lambda called no job method, or two
	 */
	<T> JobFanOut<T> all(JobSupplier<T> call);

	/**
	 * Begin a fan-out with a call of a method without result, or whose result the join
	 * does not take; see {@link #all(JobSupplier)}.
	 * @param call makes the first call
	 * @return a fan-out with this child
	 */
	JobFanOut<Void> all(JobRunnable call);

	/**
	 * Begin a fan-out with a call for each of some elements; see
	 * {@link #all(JobSupplier)}. The lambda names the type of its parameter; see
	 * {@link JobChain#then(JobConsumer)}.
	 * @param elements the elements, in their order; at least one
	 * @param call makes a call of a method that returns a handle
	 * @param <E> the type of the elements
	 * @param <T> the type of the results
	 * @return a fan-out with these children
	 */
	@SuppressWarnings("overloads")
	<E, T> JobFanOut<T> all(Collection<E> elements, JobFunction<E, T> call);

	/**
	 * Begin a fan-out with a call for each of some elements; see
	 * {@link #all(Collection, JobFunction)}.
	 * @param elements the elements, in their order; at least one
	 * @param call makes a call of a method without result, or whose result the join does
	 * not take
	 * @param <E> the type of the elements
	 * @return a fan-out with these children
	 */
	@SuppressWarnings("overloads")
	<E> JobFanOut<Void> all(Collection<E> elements, JobConsumer<E> call);

}
