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
 * Stands around the calls of job methods and around the attempts to run them: carries
 * context from the caller to the job, refuses calls, measures, translates exceptions.
 * Every bean of this type is asked, in the order of {@code @Order} or {@code Ordered},
 * the first one outermost. Both methods run on many threads at once.
 * <p>
 * Each of them calls {@code proceed} exactly once, on the thread it was called on, before
 * it returns. Not to call it is an error and said so, since a call that is enqueued by
 * nobody, or a job that succeeds without having run, would be lost silently: who does not
 * want the job throws an exception.
 */
public interface JobInterceptor {

	/**
	 * Around the enqueueing of a call, on its caller's thread and in its caller's
	 * transaction. Arguments, queue and settings have been checked. When {@code proceed}
	 * returns, the job is enqueued; inside a transaction it will be when that commits,
	 * and inside {@code enqueueAll} with its batch.
	 * <p>
	 * Not asked are recurring jobs, which nobody calls, and jobs that are enqueued once
	 * more by {@link JobClient#retry(String)} or {@link NotEnqueuedJob#enqueue()}: they
	 * keep their headers.
	 * <p>
	 * What it throws reaches the caller. Thrown before {@code proceed}, nothing is
	 * enqueued.
	 * @param call the call, to which headers can be added until {@code proceed}
	 * @param chain leads on to the next interceptor, and at last into the queue
	 */
	default void enqueue(JobCall call, EnqueueChain chain) {
		chain.proceed();
	}

	/**
	 * Around an attempt, on the job's thread: inside {@link JobContext#current()} and the
	 * job's timeout, and outside of the bean's proxy, so of its transaction. A job that
	 * cannot be run by this process, because its arguments do not fit, say, does not come
	 * here.
	 * <p>
	 * What it throws is the exception of the attempt, and decides whether the job is
	 * tried again; if it returns, the job has succeeded, whatever {@code proceed} has
	 * thrown.
	 * @param job the job
	 * @param chain leads on to the next interceptor, and at last to the job's method
	 * @throws Throwable what {@code proceed} throws, or another exception
	 */
	default void execute(JobExecution job, ExecutionChain chain) throws Throwable {
		chain.proceed();
	}

	/**
	 * The way into the queue.
	 */
	@FunctionalInterface
	interface EnqueueChain {

		/**
		 * Go on. Throws what a call of a job method may throw; who catches it throws
		 * something else, since the job is not enqueued.
		 * @throws IllegalStateException if this is not the time or the thread for it
		 */
		void proceed();

	}

	/**
	 * The way to the job's method.
	 */
	@FunctionalInterface
	interface ExecutionChain {

		/**
		 * Go on.
		 * @throws Throwable what the job's method throws
		 * @throws IllegalStateException if this is not the time or the thread for it
		 */
		void proceed() throws Throwable;

	}

}
