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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import dev.backgroundjobs.JobChain;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobConsumer;
import dev.backgroundjobs.JobFunction;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.JobSupplier;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The steps of a chain as far as they are recorded.
 *
 * @param <T> the type of the last step's result
 */
final class DefaultJobChain<T> implements JobChain<T> {

	private final JobEnqueuer enqueuer;

	private final CallOptions options;

	/** The children of its first step, if that is a join. */
	private final @Nullable DefaultJobFanOut<?> fanOut;

	private final List<RecordedStep> steps;

	DefaultJobChain(JobEnqueuer enqueuer, CallOptions options, @Nullable DefaultJobFanOut<?> fanOut,
			List<RecordedStep> steps) {
		this.enqueuer = enqueuer;
		this.options = options;
		this.fanOut = fanOut;
		this.steps = steps;
	}

	static <T> JobChain<T> begin(JobEnqueuer enqueuer, CallOptions options, JobRunnable lambda) {
		return new DefaultJobChain<Void>(enqueuer, options, null, List.of()).append(lambda);
	}

	@Override
	public JobChain<Void> then(JobRunnable call) {
		return append(call);
	}

	@Override
	public <R> JobChain<R> then(JobSupplier<R> call) {
		return append(call::get);
	}

	@Override
	public JobChain<Void> then(JobConsumer<T> call) {
		return appendWithResult((result) -> {
			call.accept(result);
			return RecordedHandle.of();
		});
	}

	@Override
	public <R> JobChain<R> then(JobFunction<T, R> call) {
		return appendWithResult(call);
	}

	private <R> JobChain<R> append(JobRunnable lambda) {
		return append(() -> RecordedStep.of(this.enqueuer.recorder().recordCallOf(lambda)));
	}

	@SuppressWarnings("unchecked")
	private <R> JobChain<R> appendWithResult(JobFunction<T, ?> lambda) {
		RecordedStep last = this.steps.get(this.steps.size() - 1);
		return append(() -> last.next(this.enqueuer.recorder(), (JobFunction<@Nullable Object, ?>) lambda));
	}

	private <R> JobChain<R> append(Callable<RecordedStep> recording) {
		Assert.state(this.steps.size() < MAX_STEPS,
				"A chain has " + MAX_STEPS + " steps at most: let its last " + "step enqueue another chain");
		List<RecordedStep> longer = new ArrayList<>(this.steps);
		try {
			longer.add(recording.call());
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex, "The lambda failed before its call could be enqueued");
		}
		return new DefaultJobChain<>(this.enqueuer, this.options, this.fanOut, List.copyOf(longer));
	}

	@Override
	public JobChainHandle<T> enqueue() {
		return this.enqueuer.enqueueChain(this.steps, this.options, this.fanOut);
	}

}
