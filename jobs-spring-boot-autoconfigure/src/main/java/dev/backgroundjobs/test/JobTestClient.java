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

package dev.backgroundjobs.test;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.method.JobMethod;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.NumberUtils;

/**
 * The jobs of a test in {@code background-jobs.mode=manual}: nothing runs until the test
 * says so, on the thread that says so. <pre class="code">
 * assertThat(jobs).enqueued("Mails.sendWelcome").withArguments("ada@example.org");
 * jobs.drain();
 * </pre> Every test method begins without jobs. Thread-safe, so that code under test may
 * call from any thread.
 */
public final class JobTestClient implements AssertProvider<JobTestClientAssert> {

	private static final int MAX_RUNS = 10_000;

	private static final Logger logger = LoggerFactory.getLogger("dev.backgroundjobs.job");

	private final MemoryJobStore store;

	private final JobRunner runner;

	private final JobPayloadCodec codec;

	private final MemorySchedules schedules;

	/**
	 * Create a client.
	 * @param store the jobs
	 * @param runner runs them
	 * @param codec the codec for arguments
	 * @param schedules the recurring ones
	 */
	public JobTestClient(MemoryJobStore store, JobRunner runner, JobPayloadCodec codec, MemorySchedules schedules) {
		this.store = store;
		this.runner = runner;
		this.codec = codec;
		this.schedules = schedules;
	}

	/**
	 * All jobs that were enqueued since the test began, whatever became of them.
	 * @return the jobs, as they were enqueued
	 */
	public List<TestJob> list() {
		return this.store.history(this::testJob);
	}

	/**
	 * Jobs in some states.
	 * @param states the states, for example {@code DEAD}
	 * @return the jobs, as they were enqueued
	 */
	public List<TestJob> list(JobState... states) {
		List<JobState> wanted = Arrays.asList(states);
		return list().stream().filter((job) -> wanted.contains(job.state())).toList();
	}

	private TestJob testJob(Job job, JobInfo info) {
		try {
			return new TestJob(info, Arrays.asList(this.runner.arguments(job)));
		}
		catch (ArgumentsDoNotFitException ex) {
			// its attempt says so
			return new TestJob(info, List.of());
		}
	}

	/**
	 * Run the next job that is due: by priority, then by the time since when it is due.
	 * What it throws is not thrown here: see {@link TestJob#failures()}.
	 * @return the job after its attempt, or {@code null} if none is due
	 */
	public @Nullable TestJob runNext() {
		ClaimedJob claimed = this.store.claimNext();
		return (claimed != null) ? attempt(claimed) : null;
	}

	/**
	 * Run a job, also one that is not due.
	 * @param job the job
	 * @return the job after its attempt
	 * @throws IllegalArgumentException if it does not wait for an attempt
	 */
	public TestJob run(JobHandle<?> job) {
		return run(job.id());
	}

	/**
	 * Run a job, also one that is not due.
	 * @param id the job's id
	 * @return the job after its attempt
	 * @throws IllegalArgumentException if it does not wait for an attempt
	 */
	public TestJob run(String id) {
		ClaimedJob claimed = this.store.claim(JobId.parse(id));
		Assert.notNull(claimed,
				() -> "Job '" + id + "' does not wait for an attempt. " + JobTestClientAssert.describe(list()));
		return attempt(claimed);
	}

	private TestJob attempt(ClaimedJob claimed) {
		run(claimed);
		TestJob job = this.store.latest(claimed.job().id(), this::testJob);
		Assert.state(job != null, () -> "Job '" + claimed.job().id() + "' was forgotten while it ran");
		return job;
	}

	private void run(ClaimedJob claimed) {
		FinishedAttempt attempt = this.runner.run(claimed, this.store);
		String id = claimed.job().id().toString();
		if (attempt.outcome() instanceof JobOutcome.Retry retry) {
			logger.warn("Job {} '{}' failed, attempt {}, next try in {}", claimed.job().name(), id,
					claimed.attempts().attempt(), retry.delay(), attempt.exception());
		}
		else if (attempt.outcome() instanceof JobOutcome.Dead) {
			logger.error("Job {} '{}' is dead after attempt {}", claimed.job().name(), id, claimed.attempts().attempt(),
					attempt.exception());
		}
	}

	/**
	 * Run all jobs that are due, also those that they enqueue, until none is. A job that
	 * fails is tried again later: see {@link #drainWithRetries()}.
	 * @return how many attempts were made
	 * @throws IllegalStateException if there is no end to it
	 */
	public int drain() {
		return drain(this::noTime);
	}

	/**
	 * Run all jobs that are due and move the {@link #clock() clock} ahead from retry to
	 * retry, until no job is left that is to be tried again: each has succeeded or is
	 * dead. Delayed and recurring jobs that become due by that run in their turn.
	 * @return how many attempts were made
	 * @throws IllegalStateException if there is no end to it
	 */
	public int drainWithRetries() {
		return drain(() -> this.store.nextDue((state) -> state == JobState.RETRYING));
	}

	/**
	 * Let some time pass: the {@link #clock() clock} is moved ahead from one due time to
	 * the next, and each job runs when it is due, retries and the slots of recurring jobs
	 * included.
	 * @param time how much time
	 * @return how many attempts were made
	 * @throws IllegalStateException if there is no end to it
	 */
	public int drainFor(Duration time) {
		Instant end = clock().instant().plus(time);
		int runs = drain(() -> {
			Instant due = this.store.nextDue((state) -> true);
			Instant slot = this.schedules.nextSlot();
			Instant next = (due == null || slot != null && slot.isBefore(due)) ? slot : due;
			return (next != null && !next.isAfter(end)) ? next : null;
		});
		clock().advanceTo(end);
		return runs;
	}

	private @Nullable Instant noTime() {
		return null;
	}

	private int drain(NextTime next) {
		this.schedules.begin();
		int runs = 0;
		Instant due;
		do {
			for (ClaimedJob job = this.store.claimNext(); job != null; job = this.store.claimNext()) {
				run(job);
				runs++;
				String name = job.job().name();
				Assert.state(runs < MAX_RUNS, () -> "There is no end to it: after " + MAX_RUNS
						+ " attempts jobs are still due, lately " + name + ". Does it enqueue itself without a delay?");
			}
			due = next.get();
			if (due != null) {
				clock().advanceTo(due, true);
			}
		}
		while (due != null);
		return runs;
	}

	/**
	 * Enqueue one run of a recurring job now, as an operator would. Its schedule fires by
	 * itself when the {@link #clock() clock} is moved.
	 * @param id the id of its schedule, by default the job's name
	 * @return the job
	 * @throws IllegalArgumentException if there is no such schedule
	 */
	public TestJob trigger(String id) {
		JobId run = this.schedules.trigger(id);
		Assert.notNull(run, () -> "There is no recurring job '" + id + "': they are " + this.schedules.ids());
		TestJob enqueued = this.store.latest(run, this::testJob);
		Assert.state(enqueued != null, "The job was forgotten at once");
		return enqueued;
	}

	private List<String> names(Predicate<JobMethod> which) {
		return this.runner.methods()
			.all()
			.stream()
			.filter(which)
			.map((method) -> method.definition().name())
			.sorted()
			.toList();
	}

	/**
	 * The clock by which jobs are due.
	 * @return the clock, to be moved ahead
	 */
	public JobTestClock clock() {
		return this.store.clock();
	}

	/**
	 * Forget all jobs and the way the clock was moved. Happens by itself before each test
	 * method of a Spring test.
	 */
	public void clear() {
		this.store.clear();
	}

	/**
	 * Check a name that a test mentions.
	 */
	JobDefinition definition(String name) {
		JobMethod method = this.runner.methods().find(name);
		Assert.isTrue(method != null,
				() -> "No job of this application is named '" + name + "': they are " + names((all) -> true));
		return method.definition();
	}

	/**
	 * Arguments as a job's method would get them.
	 */
	@Nullable Object[] roundTrip(JobDefinition job, @Nullable Object[] arguments) throws ArgumentsDoNotFitException {
		@Nullable Object[] passed = new Object[arguments.length];
		for (int i = 0; i < passed.length; i++) {
			passed[i] = passed(job.parameterTypes().get(i), arguments[i]);
		}
		return this.codec.decode(job.parameterTypes(), this.codec.encode(job.parameterTypes(), passed));
	}

	/**
	 * A number as the compiler would pass it: an int for a long, too.
	 */
	@SuppressWarnings("unchecked")
	private static @Nullable Object passed(Type parameter, @Nullable Object argument) {
		Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(ResolvableType.forType(parameter).toClass());
		return (argument instanceof Number number && Number.class.isAssignableFrom(type))
				? NumberUtils.convertNumberToTargetClass(number, (Class<Number>) type) : argument;
	}

	/**
	 * What AssertJ's {@code assertThat(jobs)} gives.
	 */
	@Override
	public JobTestClientAssert assertThat() {
		return new JobTestClientAssert(this);
	}

	/**
	 * The time to go to when nothing is due, or {@code null} to end.
	 */
	private interface NextTime {

		@Nullable Instant get();

	}

}
