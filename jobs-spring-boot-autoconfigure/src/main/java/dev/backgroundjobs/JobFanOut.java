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
import java.util.List;

/**
 * Calls of job methods that run beside each other, and a <em>join</em>: a job that runs
 * when they have ended. Immutable and thread-safe: each call and each setting gives a new
 * fan-out.
 * <p>
 * The calls, the <em>children</em> of the join, are jobs like any other, with the queues,
 * retries and dead letters of their methods, and so is the join. It is
 * {@link JobState#WAITING} until all children have succeeded; what it does when one has
 * not, {@link #onFailure(JoinPolicy)} says. It never waits longer than until its
 * {@linkplain #within(Duration) deadline}. A join that does not run because of its
 * children is a dead letter whose failure names the child: whoever retries it runs it
 * with what there was.
 *
 * @param <T> the type of the results of the children
 * @see JobCaller#all(JobSupplier)
 */
public interface JobFanOut<T> {

	/**
	 * Add a call of a method that returns a handle.
	 * @param call makes the call
	 * @return a fan-out with this child
	 * @throws IllegalStateException if the lambda called no job method, or two, or there
	 * are {@code background-jobs.fan-out.max-children} already
	 */
	JobFanOut<T> and(JobSupplier<T> call);

	/**
	 * Add a call of a method without result, or with one of another type than {@code T}.
	 * In the list of results, {@code null} stands for it.
	 * @param call makes the call
	 * @return a fan-out with this child
	 * @throws IllegalStateException as {@link #and(JobSupplier)}
	 */
	JobFanOut<T> and(JobRunnable call);

	/**
	 * Set what the join does when a child has failed. By default it waits for it to be
	 * retried.
	 * @param policy the policy
	 * @return a fan-out with this policy
	 */
	JobFanOut<T> onFailure(JoinPolicy policy);

	/**
	 * Set how long the join waits at most, by the clock of Redis, from the time at which
	 * the children are due. By default it is {@code background-jobs.fan-out.deadline}.
	 * @param deadline more than zero
	 * @return a fan-out with this deadline
	 */
	JobFanOut<T> within(Duration deadline);

	/**
	 * Join with a call of a method without result, to which no results are handed over.
	 * @param call makes the call
	 * @return a chain that begins with the join
	 * @throws IllegalStateException if the lambda called no job method, or two
	 */
	JobChain<Void> then(JobRunnable call);

	/**
	 * Join with a call of a method that returns a handle; see {@link #then(JobRunnable)}.
	 * @param call makes the call
	 * @param <R> the type of its result
	 * @return a chain that begins with the join
	 */
	<R> JobChain<R> then(JobSupplier<R> call);

	/**
	 * Join with a call of a method without result, to which the results of the children
	 * are handed over, in the order of the children. Together they take 256 KiB at most:
	 * a child whose result does not fit has failed. The lambda names the type of its
	 * parameter; see {@link JobChain#then(JobConsumer)}.
	 * @param call makes the call; the list stands for results that do not exist yet
	 * @return a chain that begins with the join
	 * @throws IllegalArgumentException if the list is not exactly one argument of the
	 * call, or no child has a result
	 * @throws IllegalStateException as {@link #then(JobRunnable)}
	 */
	@SuppressWarnings("overloads")
	JobChain<Void> then(JobConsumer<List<T>> call);

	/**
	 * Join with a call of a method that returns a handle, to which the results of the
	 * children are handed over; see {@link #then(JobConsumer)}.
	 * @param call makes the call
	 * @param <R> the type of its result
	 * @return a chain that begins with the join
	 */
	@SuppressWarnings("overloads")
	<R> JobChain<R> then(JobFunction<List<T>, R> call);

}
