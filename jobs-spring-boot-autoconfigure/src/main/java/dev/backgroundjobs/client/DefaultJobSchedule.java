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
import java.time.ZoneId;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobRunnable;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.JobSupplier;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.schedule.ScheduleDefaults;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.Slots;
import dev.backgroundjobs.schedule.Timing;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;

/**
 * A schedule that is made at run time.
 *
 * @param id its id
 * @param schedules what can be done with it
 * @param options its options so far
 */
record DefaultJobSchedule(String id, JobSchedules schedules, Options options) implements JobSchedule {

	@Override
	public JobSchedule cron(String expression) {
		CronExpression.parse(expression);
		return with(new Options(expression.trim(), this.options.zone(), this.options.fixedRate(),
				this.options.initialDelay(), this.options.policies(), this.options.call()));
	}

	@Override
	public JobSchedule zone(ZoneId zone) {
		Assert.notNull(zone, "'zone' must not be null");
		return with(new Options(this.options.cron(), zone, this.options.fixedRate(), this.options.initialDelay(),
				this.options.policies(), this.options.call()));
	}

	@Override
	public JobSchedule fixedRate(Duration rate) {
		Timing.of(rate, Duration.ZERO);
		return with(new Options(this.options.cron(), this.options.zone(), rate, this.options.initialDelay(),
				this.options.policies(), this.options.call()));
	}

	@Override
	public JobSchedule initialDelay(Duration delay) {
		Assert.isTrue(!delay.isNegative(), () -> "'delay' must not be negative: " + delay);
		return with(new Options(this.options.cron(), this.options.zone(), this.options.fixedRate(), delay,
				this.options.policies(), this.options.call()));
	}

	@Override
	public JobSchedule misfire(MisfirePolicy policy) {
		return with(new Policies(policy, this.options.policies().maxMisfires(), this.options.policies().overlap()));
	}

	@Override
	public JobSchedule maxMisfires(int max) {
		return with(new Policies(this.options.policies().misfire(), Slots.Misfires.checkMax(max),
				this.options.policies().overlap()));
	}

	@Override
	public JobSchedule overlap(OverlapPolicy policy) {
		return with(new Policies(this.options.policies().misfire(), this.options.policies().maxMisfires(), policy));
	}

	@Override
	public JobSchedule queue(String queue) {
		return with(this.options.call().withQueue(QueuePartition.of(queue).queue()));
	}

	@Override
	public JobSchedule priority(JobPriority priority) {
		Assert.notNull(priority, "'priority' must not be null");
		return with(this.options.call().withPriority(priority));
	}

	private JobSchedule with(CallOptions call) {
		return with(new Options(this.options.cron(), this.options.zone(), this.options.fixedRate(),
				this.options.initialDelay(), this.options.policies(), call));
	}

	private JobSchedule with(Policies policies) {
		return with(new Options(this.options.cron(), this.options.zone(), this.options.fixedRate(),
				this.options.initialDelay(), policies, this.options.call()));
	}

	private JobSchedule with(Options changed) {
		return new DefaultJobSchedule(this.id, this.schedules, changed);
	}

	@Override
	public JobScheduleInfo schedule(JobRunnable call) {
		Timing timing = this.options.timing();
		NewJob run = this.schedules.enqueuer().callOf(call, this.options.call());
		ScheduleDefinition definition = new ScheduleDefinition(this.id, Origin.CLIENT, timing,
				this.schedules.defaults()
					.misfires(this.options.policies().misfire(), this.options.policies().maxMisfires()),
				ScheduleDefaults.overlap(this.options.policies().overlap()), run.job(), run.expiresAfter());
		return this.schedules.operations().put(definition);
	}

	@Override
	public <T> JobScheduleInfo schedule(JobSupplier<T> call) {
		return schedule((JobRunnable) call::get);
	}

	@Override
	public @Nullable JobScheduleInfo info() {
		return this.schedules.operations().find(this.id);
	}

	@Override
	public boolean pause() {
		return this.schedules.operations().pause(this.id);
	}

	@Override
	public boolean resume() {
		return this.schedules.operations().resume(this.id);
	}

	@Override
	public @Nullable String trigger() {
		JobId run = this.schedules.operations().trigger(this.id);
		return (run != null) ? run.toString() : null;
	}

	@Override
	public boolean remove() {
		return this.schedules.operations().remove(this.id);
	}

	/**
	 * What was said so far.
	 *
	 * @param cron the cron expression
	 * @param zone the time zone of the expression, or {@code null} for that of the
	 * process
	 * @param fixedRate the rate
	 * @param initialDelay the delay of the first slot
	 * @param policies what becomes of slots that cannot be fired in time
	 * @param call the options of each run
	 */
	record Options(@Nullable String cron, @Nullable ZoneId zone, @Nullable Duration fixedRate,
			@Nullable Duration initialDelay, Policies policies, CallOptions call) {

		static final Options NONE = new Options(null, null, null, null,
				new Policies(MisfirePolicy.DEFAULT, -1, OverlapPolicy.DEFAULT), CallOptions.NONE);

		Timing timing() {
			Assert.isTrue(this.cron == null || this.fixedRate == null,
					"A schedule has a cron expression or a fixed rate, not both");
			if (this.fixedRate != null) {
				return Timing.of(this.fixedRate, (this.initialDelay != null) ? this.initialDelay : Duration.ZERO);
			}
			Assert.isTrue(this.cron != null, "A schedule needs a cron expression or a fixed rate");
			Assert.isTrue(this.initialDelay == null, "The initial delay belongs to a fixed rate");
			return Timing.of(this.cron, (this.zone != null) ? this.zone : ZoneId.systemDefault());
		}

	}

	/**
	 * What becomes of slots that cannot be fired in time.
	 *
	 * @param misfire of those that were missed
	 * @param maxMisfires how many of them are fired
	 * @param overlap of those whose previous run has not ended
	 */
	record Policies(MisfirePolicy misfire, int maxMisfires, OverlapPolicy overlap) {

	}

}
