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

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import dev.backgroundjobs.JobCaller;
import dev.backgroundjobs.JobChain;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobConsumer;
import dev.backgroundjobs.JobFanOut;
import dev.backgroundjobs.JobFunction;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobSupplier;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.ScheduleOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The client applications use.
 */
public final class DefaultJobClient implements JobClient {

	private final JobEnqueuer enqueuer;

	private final JobHandles handles;

	private final JobOperations operations;

	private final JobQueries queries;

	private final JobSchedules schedules;

	private final JobCaller unchanged = new OptionsCaller(CallOptions.NONE);

	/**
	 * Create a client.
	 * @param enqueuer enqueues calls
	 * @param handles makes handles of jobs
	 * @param operations what can be done to jobs
	 * @param queries what can be asked of them
	 * @param schedules what schedules need
	 */
	public DefaultJobClient(JobEnqueuer enqueuer, JobHandles handles, JobOperations operations, JobQueries queries,
			JobSchedules schedules) {
		this.enqueuer = enqueuer;
		this.handles = handles;
		this.operations = operations;
		this.queries = queries;
		this.schedules = schedules;
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
	public JobCaller queue(String queue) {
		return this.unchanged.queue(queue);
	}

	@Override
	public JobCaller priority(JobPriority priority) {
		return this.unchanged.priority(priority);
	}

	@Override
	public JobCaller id(String id) {
		return this.unchanged.id(id);
	}

	@Override
	public JobCaller uniqueKey(String key) {
		return this.unchanged.uniqueKey(key);
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
	public JobChain<Void> chain(JobRunnable call) {
		return this.unchanged.chain(call);
	}

	@Override
	public <T> JobChain<T> chain(JobSupplier<T> call) {
		return this.unchanged.chain(call);
	}

	@Override
	public <T> JobFanOut<T> all(JobSupplier<T> call) {
		return this.unchanged.all(call);
	}

	@Override
	public JobFanOut<Void> all(JobRunnable call) {
		return this.unchanged.all(call);
	}

	@Override
	public <E, T> JobFanOut<T> all(Collection<E> elements, JobFunction<E, T> call) {
		return this.unchanged.all(elements, call);
	}

	@Override
	public <E> JobFanOut<Void> all(Collection<E> elements, JobConsumer<E> call) {
		return this.unchanged.all(elements, call);
	}

	@Override
	public long enqueueAll(Runnable calls) {
		Assert.notNull(calls, "'calls' must not be null");
		return this.enqueuer.enqueueCallsOf(calls);
	}

	@Override
	public JobSchedule recurring(String id) {
		return new DefaultJobSchedule(ScheduleDefinition.checkId(id), this.schedules, DefaultJobSchedule.Options.NONE);
	}

	@Override
	public List<JobScheduleInfo> recurring() {
		ScheduleOperations operations = this.schedules.operations();
		return operations.ids().stream().map(operations::find).filter(Objects::nonNull).toList();
	}

	@Override
	public @Nullable JobInfo find(String id) {
		return this.queries.find(JobId.parse(id));
	}

	@Override
	public List<JobLogLine> log(String id) {
		FoundJob found = this.queries.look(JobId.parse(id));
		return (found != null) ? found.log() : List.of();
	}

	@Override
	public <T> JobHandle<T> handle(String id, Class<T> resultType) {
		Assert.notNull(resultType, "'resultType' must not be null");
		return this.handles.of(JobId.parse(id), resultType);
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
	public boolean reschedule(String id, Instant time) {
		Assert.notNull(time, "'time' must not be null");
		return this.operations.reschedule(JobId.parse(id), new Due.At(time));
	}

	@Override
	public boolean reschedule(String id, Duration delay) {
		Assert.isTrue(!delay.isNegative(), () -> "'delay' must not be negative: " + delay);
		return this.operations.reschedule(JobId.parse(id), new Due.In(delay));
	}

	@Override
	public boolean promote(String id) {
		return this.operations.promote(JobId.parse(id));
	}

	@Override
	public boolean delete(String id) {
		return this.operations.delete(JobId.parse(id));
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
			return new OptionsCaller(this.options.withDue(new Due.In(delay)));
		}

		@Override
		public JobCaller at(Instant time) {
			Assert.notNull(time, "'time' must not be null");
			return new OptionsCaller(this.options.withDue(new Due.At(time)));
		}

		@Override
		public JobCaller queue(String queue) {
			return new OptionsCaller(this.options.withQueue(QueuePartition.of(queue).queue()));
		}

		@Override
		public JobCaller priority(JobPriority priority) {
			Assert.notNull(priority, "'priority' must not be null");
			return new OptionsCaller(this.options.withPriority(priority));
		}

		@Override
		public JobCaller id(String id) {
			return new OptionsCaller(this.options.withId(JobId.checkLocal(id)));
		}

		@Override
		public JobCaller uniqueKey(String key) {
			Assert.hasText(key, "'key' must have text");
			return new OptionsCaller(this.options.withUniqueKey(key));
		}

		@Override
		public JobHandle<Void> enqueue(JobRunnable call) {
			return DefaultJobClient.this.enqueuer.enqueueCallOf(call, this.options);
		}

		@Override
		public <T> JobHandle<T> enqueue(JobSupplier<T> call) {
			return DefaultJobClient.this.enqueuer.enqueueCallOf(call::get, this.options);
		}

		@Override
		public JobChain<Void> chain(JobRunnable call) {
			return DefaultJobChain.begin(DefaultJobClient.this.enqueuer, this.options, call);
		}

		@Override
		public <T> JobChain<T> chain(JobSupplier<T> call) {
			return DefaultJobChain.begin(DefaultJobClient.this.enqueuer, this.options, call::get);
		}

		@Override
		public <T> JobFanOut<T> all(JobSupplier<T> call) {
			return DefaultJobFanOut.begin(DefaultJobClient.this.enqueuer, this.options, call);
		}

		@Override
		public JobFanOut<Void> all(JobRunnable call) {
			return DefaultJobFanOut.begin(DefaultJobClient.this.enqueuer, this.options, call);
		}

		@Override
		public <E, T> JobFanOut<T> all(Collection<E> elements, JobFunction<E, T> call) {
			return DefaultJobFanOut.begin(DefaultJobClient.this.enqueuer, this.options, elements, call);
		}

		@Override
		public <E> JobFanOut<Void> all(Collection<E> elements, JobConsumer<E> call) {
			return DefaultJobFanOut.begin(DefaultJobClient.this.enqueuer, this.options, elements, call);
		}

	}

}
