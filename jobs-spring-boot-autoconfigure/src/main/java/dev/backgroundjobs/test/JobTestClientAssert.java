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

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.backgroundjobs.JobState;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about the jobs of a test. What they say of jobs holds for all that were
 * enqueued since the test began, whatever became of them. Names are checked: one that no
 * job of the application has is refused.
 */
public final class JobTestClientAssert extends AbstractAssert<JobTestClientAssert, JobTestClient> {

	JobTestClientAssert(JobTestClient jobs) {
		super(jobs, JobTestClientAssert.class);
	}

	/**
	 * Verifies that no job was enqueued.
	 * @return this
	 */
	public JobTestClientAssert hasNoJobs() {
		return hasJobs(0);
	}

	/**
	 * Verifies how many jobs were enqueued.
	 * @param number how many
	 * @return this
	 */
	public JobTestClientAssert hasJobs(int number) {
		return hasJobs(number, "to be enqueued", (job) -> true);
	}

	/**
	 * Verifies that no job waits for an attempt, be it the first or a retry.
	 * @return this
	 */
	public JobTestClientAssert hasNoPendingJobs() {
		return hasJobs(0, "to wait for an attempt", TestJob::isPending);
	}

	/**
	 * Verifies that no job is a dead letter.
	 * @return this
	 */
	public JobTestClientAssert hasNoDeadJobs() {
		return hasJobs(0, "to be dead", (job) -> job.state() == JobState.DEAD);
	}

	private JobTestClientAssert hasJobs(int number, String what, Predicate<TestJob> which) {
		List<TestJob> all = this.actual.list();
		long found = all.stream().filter(which).count();
		if (found != number) {
			throw failureWithActualExpected(found, number, "%nExpecting %d job(s) %s but found %d. %s", number, what,
					found, describe(all));
		}
		return this;
	}

	/**
	 * Verifies that a job was enqueued.
	 * @param name the job's name
	 * @return assertions about the jobs of that name
	 */
	public JobsAssert enqueued(String name) {
		return jobs(name, "to be enqueued", (job) -> true);
	}

	/**
	 * Verifies that a job has succeeded.
	 * @param name the job's name
	 * @return assertions about the jobs of that name that have
	 */
	public JobsAssert succeeded(String name) {
		return jobs(name, "to have succeeded", (job) -> job.state() == JobState.SUCCEEDED);
	}

	/**
	 * Verifies that a job is dead.
	 * @param name the job's name
	 * @return assertions about the jobs of that name that are
	 */
	public JobsAssert dead(String name) {
		return jobs(name, "to be dead", (job) -> job.state() == JobState.DEAD);
	}

	/**
	 * Verifies that a job was not enqueued.
	 * @param name the job's name
	 * @return this
	 */
	public JobTestClientAssert notEnqueued(String name) {
		String current = this.actual.definition(name).name();
		return hasJobs(0, "of " + current + " to be enqueued", (job) -> job.name().equals(current));
	}

	private JobsAssert jobs(String name, String what, Predicate<TestJob> which) {
		String current = this.actual.definition(name).name();
		List<TestJob> named = this.actual.list().stream().filter((job) -> job.name().equals(current)).toList();
		JobsAssert jobs = new JobsAssert(this.actual, named, "a job " + current);
		jobs.info.description(this.info.description());
		return jobs.narrowed(what, which);
	}

	/**
	 * Jobs as a message shows them.
	 */
	static String describe(List<TestJob> jobs) {
		return jobs.isEmpty() ? "No job was enqueued"
				: "There are:" + jobs.stream().map((job) -> "\n  " + job).collect(Collectors.joining());
	}

}
