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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;

import dev.backgroundjobs.JobChain;
import dev.backgroundjobs.JobConsumer;
import dev.backgroundjobs.JobFanOut;
import dev.backgroundjobs.JobFunction;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.JobSupplier;
import dev.backgroundjobs.JoinPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The children of a join as far as they are recorded.
 *
 * @param enqueuer records and enqueues calls
 * @param options of the children; an id is that of the join
 * @param children the children
 * @param policy what the join does when some of them fail
 * @param deadline how long it waits at most
 * @param <T> the type of the results of the children
 */
record DefaultJobFanOut<T>(JobEnqueuer enqueuer, CallOptions options, List<RecordedStep> children, JoinPolicy policy,
		Duration deadline) implements JobFanOut<T> {

	static <T> JobFanOut<T> begin(JobEnqueuer enqueuer, CallOptions options, JobSupplier<T> call) {
		return DefaultJobFanOut.<T>of(enqueuer, options).and(call);
	}

	static JobFanOut<Void> begin(JobEnqueuer enqueuer, CallOptions options, JobRunnable call) {
		return DefaultJobFanOut.<Void>of(enqueuer, options).and(call);
	}

	/**
	 * One child for each element.
	 */
	static <E, T> JobFanOut<T> begin(JobEnqueuer enqueuer, CallOptions options, Collection<E> elements,
			JobFunction<E, T> call) {
		JobFanOut<T> fanOut = begin(enqueuer, options, elements);
		for (E element : elements) {
			fanOut = fanOut.and((JobSupplier<T>) () -> call.apply(element));
		}
		return fanOut;
	}

	/**
	 * One child without result for each element.
	 */
	static <E> JobFanOut<Void> begin(JobEnqueuer enqueuer, CallOptions options, Collection<E> elements,
			JobConsumer<E> call) {
		JobFanOut<Void> fanOut = begin(enqueuer, options, elements);
		for (E element : elements) {
			fanOut = fanOut.and((JobRunnable) () -> call.accept(element));
		}
		return fanOut;
	}

	private static <T> JobFanOut<T> begin(JobEnqueuer enqueuer, CallOptions options, Collection<?> elements) {
		Assert.notEmpty(elements, "'elements' must not be empty: a join waits for one call at least");
		return of(enqueuer, options);
	}

	private static <T> DefaultJobFanOut<T> of(JobEnqueuer enqueuer, CallOptions options) {
		return new DefaultJobFanOut<>(enqueuer, options, List.of(), JoinPolicy.AWAIT_RETRY,
				enqueuer.fanOutLimits().deadline());
	}

	@Override
	public JobFanOut<T> and(JobSupplier<T> call) {
		return append(() -> RecordedStep.of(this.enqueuer.recorder().recordCallOf(call::get)));
	}

	@Override
	public JobFanOut<T> and(JobRunnable call) {
		// whatever its method returns: no compiler has compared it with the others
		return append(() -> RecordedStep.withoutResult(this.enqueuer.recorder().recordCallOf(call)));
	}

	private DefaultJobFanOut<T> append(Callable<RecordedStep> recording) {
		int most = this.enqueuer.fanOutLimits().maxChildren();
		Assert.state(this.children.size() < most,
				() -> "A join waits for " + most + " children at most (background-jobs.fan-out.max-children): let each "
						+ "of them do more, or enqueue the calls without a join");
		List<RecordedStep> more = new ArrayList<>(this.children);
		more.add(record(recording));
		return new DefaultJobFanOut<>(this.enqueuer, this.options, List.copyOf(more), this.policy, this.deadline);
	}

	@Override
	public JobFanOut<T> onFailure(JoinPolicy chosen) {
		Assert.notNull(chosen, "'policy' must not be null");
		return new DefaultJobFanOut<>(this.enqueuer, this.options, this.children, chosen, this.deadline);
	}

	@Override
	public JobFanOut<T> within(Duration time) {
		Assert.isTrue(time.toMillis() > 0, () -> "'deadline' must be at least a millisecond: " + time);
		return new DefaultJobFanOut<>(this.enqueuer, this.options, this.children, this.policy, time);
	}

	@Override
	public JobChain<Void> then(JobRunnable call) {
		return join(() -> RecordedStep.of(this.enqueuer.recorder().recordCallOf(call)));
	}

	@Override
	public <R> JobChain<R> then(JobSupplier<R> call) {
		return join(() -> RecordedStep.of(this.enqueuer.recorder().recordCallOf(call::get)));
	}

	@Override
	public JobChain<Void> then(JobConsumer<List<T>> call) {
		return joinWithResults((results) -> {
			call.accept(results);
			return RecordedHandle.of();
		});
	}

	@Override
	public <R> JobChain<R> then(JobFunction<List<T>, R> call) {
		return joinWithResults(call);
	}

	@SuppressWarnings("unchecked")
	private <R> JobChain<R> joinWithResults(JobFunction<List<T>, ?> call) {
		String first = this.children.get(0).call().job().name();
		Assert.isTrue(this.children.stream().anyMatch(RecordedStep::hasResult),
				() -> "Job '" + first + "' and the others of the fan-out have no results for the join: let their "
						+ "methods return JobHandle<...>, or begin the lambda with '() ->'");
		return join(
				() -> RecordedStep.given(ResultMarker.ofList(), "The list of the results of '" + first + "' and others",
						this.enqueuer.recorder(), (JobFunction<@Nullable Object, ?>) (JobFunction<?, ?>) call));
	}

	private <R> JobChain<R> join(Callable<RecordedStep> recording) {
		return new DefaultJobChain<>(this.enqueuer, this.options, this, List.of(record(recording)));
	}

	private static RecordedStep record(Callable<RecordedStep> recording) {
		try {
			return recording.call();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex, "The lambda failed before its call could be enqueued");
		}
	}

}
