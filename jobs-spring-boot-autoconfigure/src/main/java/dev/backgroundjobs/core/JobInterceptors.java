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

import java.util.List;
import java.util.function.Supplier;

import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.JobInterceptor;

import org.springframework.util.function.SingletonSupplier;

/**
 * The interceptors of an application in their order, and the rules they keep to.
 */
public final class JobInterceptors {

	/**
	 * Nobody stands between.
	 */
	public static final JobInterceptors NONE = new JobInterceptors(List::of);

	private final SingletonSupplier<List<JobInterceptor>> interceptors;

	/**
	 * Create them.
	 * @param interceptors finds the interceptors, the outermost one first; asked once, at
	 * the first call or attempt
	 */
	public JobInterceptors(Supplier<List<JobInterceptor>> interceptors) {
		this.interceptors = SingletonSupplier.of(() -> List.copyOf(interceptors.get()));
	}

	/**
	 * Whether there are any.
	 * @return {@code true} if there are none
	 */
	public boolean isEmpty() {
		return this.interceptors.obtain().isEmpty();
	}

	/**
	 * Enqueue a call.
	 * @param accept enqueues it
	 */
	public void enqueue(JobCall call, Runnable accept) {
		enqueue(0, call, accept);
	}

	private void enqueue(int index, JobCall call, Runnable accept) {
		if (index == this.interceptors.obtain().size()) {
			accept.run();
			return;
		}
		JobInterceptor interceptor = this.interceptors.obtain().get(index);
		Passage passage = new Passage(interceptor, "job '" + call.name() + "' was called");
		try {
			interceptor.enqueue(call, () -> {
				passage.enter();
				enqueue(index + 1, call, accept);
				passage.come();
			});
		}
		finally {
			passage.close();
		}
		passage.checkEntered();
		passage.checkArrived();
	}

	/**
	 * Run a job.
	 * @param job the job
	 * @param method calls its method
	 * @throws Throwable what the method or an interceptor throws
	 */
	public void execute(JobExecution job, JobInterceptor.ExecutionChain method) throws Throwable {
		execute(0, job, method);
	}

	private void execute(int index, JobExecution job, JobInterceptor.ExecutionChain method) throws Throwable {
		if (index == this.interceptors.obtain().size()) {
			method.proceed();
			return;
		}
		JobInterceptor interceptor = this.interceptors.obtain().get(index);
		Passage passage = new Passage(interceptor, "job '" + job.name() + "' was to run");
		try {
			interceptor.execute(job, () -> {
				passage.enter();
				execute(index + 1, job, method);
			});
		}
		finally {
			passage.close();
		}
		passage.checkEntered();
	}

	/**
	 * The way on that one interceptor has, once.
	 */
	private static final class Passage {

		private final JobInterceptor interceptor;

		private final String occasion;

		private final Thread thread = Thread.currentThread();

		private volatile boolean closed;

		private boolean entered;

		private boolean arrived;

		Passage(JobInterceptor interceptor, String occasion) {
			this.interceptor = interceptor;
			this.occasion = occasion;
		}

		void enter() {
			check(Thread.currentThread() == this.thread, "called 'proceed' on another thread than its own");
			check(!this.closed, "called 'proceed' after it had returned");
			check(!this.entered, "called 'proceed' twice");
			this.entered = true;
		}

		void come() {
			this.arrived = true;
		}

		void close() {
			this.closed = true;
		}

		void checkEntered() {
			check(this.entered, "did not call 'proceed': to refuse it, it throws an exception");
		}

		void checkArrived() {
			check(this.arrived, "kept to itself that it was not enqueued: it throws an exception, that of 'proceed' "
					+ "or its own");
		}

		private void check(boolean kept, String breach) {
			if (!kept) {
				throw new IllegalStateException("When " + this.occasion + ", the JobInterceptor "
						+ this.interceptor.getClass().getName() + " " + breach);
			}
		}

	}

}
