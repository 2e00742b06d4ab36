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

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.JobDefinition;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about jobs of one name. Each narrows them down to those it holds for and
 * fails when none is left.
 */
public final class JobsAssert extends AbstractAssert<JobsAssert, List<TestJob>> {

	private final JobTestClient client;

	private final String description;

	JobsAssert(JobTestClient client, List<TestJob> jobs, String description) {
		super(jobs, JobsAssert.class);
		this.client = client;
		this.description = description;
	}

	/**
	 * Verifies that one was called with arguments. They are compared as the job's method
	 * gets them, written as JSON and read again.
	 * @param arguments the arguments
	 * @return assertions about those that were
	 */
	public JobsAssert withArguments(@Nullable Object... arguments) {
		String what = "with arguments " + Arrays.deepToString(arguments);
		return narrowed(what, (job) -> Objects.deepEquals(job.arguments().toArray(), roundTrip(job, arguments)));
	}

	private @Nullable Object @Nullable [] roundTrip(TestJob job, @Nullable Object[] arguments) {
		JobDefinition definition = this.client.definition(job.name());
		if (arguments.length != definition.parameterTypes().size()) {
			return null;
		}
		try {
			return this.client.roundTrip(definition, arguments);
		}
		catch (IllegalArgumentException | ArgumentsDoNotFitException ex) {
			// no call can have had them
			return null;
		}
	}

	/**
	 * Verifies that one was enqueued to a queue.
	 * @param queue name of the queue
	 * @return assertions about those that were
	 */
	public JobsAssert onQueue(String queue) {
		return narrowed("on queue " + queue, (job) -> job.queue().equals(queue));
	}

	/**
	 * Verifies that one has a priority.
	 * @param priority the priority
	 * @return assertions about those that have
	 */
	public JobsAssert withPriority(JobPriority priority) {
		return narrowed("with priority " + priority, (job) -> job.priority() == priority);
	}

	/**
	 * Verifies that one was enqueued under an id of its caller's choice.
	 * @param id the id, as it was given to {@code JobCaller.id(String)}
	 * @return assertions about those that were: one
	 */
	public JobsAssert withId(String id) {
		return narrowed("with id " + id, (job) -> job.id().equals(id) || job.id().endsWith("~" + id));
	}

	/**
	 * Verifies that one is due with a delay, measured from the time it was enqueued, or
	 * has failed if it waits for a retry. It does not matter how the clock has gone
	 * since.
	 * @param delay the delay
	 * @return assertions about those that are
	 */
	public JobsAssert dueIn(Duration delay) {
		return narrowed("due in " + delay, (job) -> Duration.between(waitsSince(job), job.dueAt()).equals(delay));
	}

	private static Instant waitsSince(TestJob job) {
		List<JobFailure> failures = job.failures();
		return failures.isEmpty() ? job.info().enqueuedAt() : failures.get(failures.size() - 1).at();
	}

	/**
	 * Verifies that one is due at a time.
	 * @param time the time; milliseconds count
	 * @return assertions about those that are
	 */
	public JobsAssert dueAt(Instant time) {
		return narrowed("due at " + time, (job) -> job.dueAt().toEpochMilli() == time.toEpochMilli());
	}

	/**
	 * Verifies that one is in a state.
	 * @param state the state
	 * @return assertions about those that are
	 */
	public JobsAssert inState(JobState state) {
		return narrowed("in state " + state, (job) -> job.state() == state);
	}

	/**
	 * Verifies that one is at an attempt: its latest, or its next if it waits for one.
	 * @param attempt the attempt, from 1
	 * @return assertions about those that are
	 */
	public JobsAssert atAttempt(int attempt) {
		return narrowed("at attempt " + attempt, (job) -> job.attempt() == attempt);
	}

	/**
	 * Verifies that one failed with an exception, in any of its attempts.
	 * @param type the class of the exception, as it was thrown
	 * @return assertions about those that did
	 */
	public JobsAssert withFailure(Class<? extends Throwable> type) {
		return narrowed("with failure " + type.getName(),
				(job) -> job.failures().stream().anyMatch((failure) -> failure.type().equals(type.getName())));
	}

	/**
	 * Verifies that one failed with a message that contains a text, in any of its
	 * attempts.
	 * @param text the text
	 * @return assertions about those that did
	 */
	public JobsAssert withFailureMessage(String text) {
		return narrowed("with failure message containing \"" + text + "\"",
				(job) -> job.failures()
					.stream()
					.anyMatch((failure) -> String.valueOf(failure.message()).contains(text)));
	}

	/**
	 * Verifies that there is exactly one.
	 * @return this
	 */
	public JobsAssert once() {
		return times(1);
	}

	/**
	 * Verifies how many there are.
	 * @param number how many
	 * @return this
	 */
	public JobsAssert times(int number) {
		if (this.actual.size() != number) {
			throw failureWithActualExpected(this.actual.size(), number,
					"%nExpecting %s %d time(s) but found it %d time(s). %s", this.description, number,
					this.actual.size(), JobTestClientAssert.describe(this.client.list()));
		}
		return this;
	}

	/**
	 * Verifies that all of them satisfy some assertions.
	 * @param assertions the assertions about one
	 * @return this
	 */
	public JobsAssert eachSatisfies(Consumer<TestJob> assertions) {
		this.actual.forEach(assertions);
		return this;
	}

	JobsAssert narrowed(String what, Predicate<TestJob> which) {
		List<TestJob> left = this.actual.stream().filter(which).toList();
		String narrower = this.description + " " + what;
		if (left.isEmpty()) {
			throw failure("%nExpecting %s but there is none. %s", narrower,
					JobTestClientAssert.describe(this.client.list()));
		}
		JobsAssert narrowed = new JobsAssert(this.client, left, narrower);
		narrowed.info.description(this.info.description());
		return narrowed;
	}

}
