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

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobResult;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What applications see of the life of a job, whatever keeps it.
 */
abstract class JobLifeContract {

	private final ApplicationContextRunner runner = runner().withBean(LifeJobs.class)
		.withPropertyValues("background-jobs.jobs.[LifeJobs.configured].retry.max-retries=1",
				"background-jobs.job.max-result=200B");

	abstract ApplicationContextRunner runner();

	/**
	 * Begin with nothing running.
	 */
	void begin(ApplicationContext context) {
	}

	/**
	 * Let a time pass in which nothing runs.
	 */
	abstract void idle(ApplicationContext context, Duration time);

	/**
	 * Let jobs run, retries included, until one is in a state.
	 */
	abstract void work(ApplicationContext context, JobHandle<?> job, JobState end);

	@Test
	void jobThatIsFollowedIsKept() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = life.followed("a");
			assertThat(handle.state()).isEqualTo(JobState.QUEUED);
			work(context, handle, JobState.SUCCEEDED);
			JobInfo info = info(handle);
			assertThat(life.log()).containsExactly("a");
			assertThat(info.name()).isEqualTo("LifeJobs.followed");
			assertThat(info.attempt()).isOne();
			assertThat(info.retries()).isZero();
			assertThat(info.failures()).isEmpty();
			assertThat(info.startedAt()).isBetween(info.dueAt(), info.finishedAt());
			assertThat(handle.cancel()).isFalse();
			assertThat(jobs.retry(handle.id())).isFalse();
			assertThat(jobs.delete(handle.id())).isTrue();
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void jobThatNobodyFollowsIsGone() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = jobs.enqueue(() -> life.unfollowed("a"));
			work(context, life.followed("b"), JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("a", "b");
			assertThat(handle.info()).isNull();
		});
	}

	@Test
	void idThatExistsEnqueuesNothing() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = jobs.id("one").enqueue(() -> life.unfollowed("a"));
			assertThat(jobs.id("one").enqueue(() -> life.unfollowed("b")).id()).isEqualTo(handle.id());
			work(context, handle, JobState.SUCCEEDED);
			jobs.id("one").enqueue(() -> life.unfollowed("c"));
			assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED);
			work(context, life.followed("d"), JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("a", "d");
		});
	}

	@Test
	void failureIsRetriedUnderTheSameIdWithTheNextAttempt() {
		run((context, jobs, life) -> {
			life.failNext(2);
			JobHandle<Void> handle = life.failing("at first");
			work(context, handle, JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("at first 1 " + handle.id(), "at first 2 " + handle.id(),
					"at first 3 " + handle.id());
			assertThat(info(handle).attempt()).isEqualTo(3);
			assertThat(info(handle).retries()).isEqualTo(2);
			assertThat(info(handle).failures()).extracting(JobFailure::attempt).containsExactly(1, 2);
			assertThat(info(handle).failures()).extracting(JobFailure::type)
				.containsOnly(IllegalStateException.class.getName());
		});
	}

	@Test
	void deadLetterShowsItsFailuresAndIsRetriedAfresh() {
		run((context, jobs, life) -> {
			life.failNext(4);
			JobHandle<Void> handle = life.failing("hopeless");
			work(context, handle, JobState.DEAD);
			JobInfo dead = info(handle);
			assertThat(dead.attempt()).isEqualTo(3);
			assertThat(dead.failures()).extracting(JobFailure::message).containsOnly("hopeless").hasSize(3);
			assertThat(dead.finishedAt()).isNotNull();
			assertThat(dead.startedAt()).isNull();
			assertThat(handle.cancel()).isFalse();
			assertThat(jobs.retry(handle.id())).isTrue();
			work(context, handle, JobState.SUCCEEDED);
			assertThat(info(handle).attempt()).isEqualTo(5);
			assertThat(info(handle).retries()).isOne();
		});
	}

	@Test
	void jobMaySayThatThereIsNoUseInRetries() {
		for (String how : new String[] { "for good", "excluded" }) {
			run((context, jobs, life) -> {
				life.failNext(1);
				JobHandle<Void> handle = life.failing(how);
				work(context, handle, JobState.DEAD);
				assertThat(info(handle).attempt()).isOne();
				assertThat(info(handle).failures()).hasSize(1);
			});
		}
	}

	@Test
	void jobMaySayWhenItIsToBeRetried() {
		run((context, jobs, life) -> {
			life.failNext(1);
			JobHandle<Void> handle = life.failing("asks");
			work(context, handle, JobState.SUCCEEDED);
			JobInfo info = info(handle);
			assertThat(info.dueAt()).isEqualTo(info.failures().get(0).at().plusMillis(30));
		});
	}

	@Test
	void settingsOfAJobWinOverItsAnnotation() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = life.configured();
			work(context, handle, JobState.DEAD);
			assertThat(life.log()).containsExactly("configured", "configured");
		});
	}

	@Test
	void jobPastItsTimeDoesNotRun() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = life.perishable();
			idle(context, Duration.ofMillis(200));
			work(context, handle, JobState.EXPIRED);
			assertThat(info(handle).finishedAt()).isNotNull();
			assertThat(life.log()).isEmpty();
		});
	}

	@Test
	void delayIsKept() {
		run((context, jobs, life) -> {
			JobHandle<Void> handle = jobs.in(Duration.ofMillis(300)).enqueue(() -> life.followed("a"));
			assertThat(handle.state()).isEqualTo(JobState.SCHEDULED);
			JobInfo info = info(handle);
			assertThat(info.dueAt()).isEqualTo(info.enqueuedAt().plusMillis(300));
			assertThat(handle.cancel()).isTrue();
			assertThat(handle.state()).isEqualTo(JobState.CANCELLED);
			work(context, life.followed("b"), JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("b");
		});
	}

	@Test
	void urgentJobsGoFirstAndOthersKeepTheirOrder() {
		run((context, jobs, life) -> {
			jobs.priority(JobPriority.LOW).enqueue(() -> life.followed("low"));
			life.followed("first");
			life.followed("second");
			jobs.priority(JobPriority.HIGH).enqueue(() -> life.followed("high"));
			work(context, jobs.priority(JobPriority.LOW).enqueue(() -> life.followed("last")), JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("high", "first", "second", "low", "last");
		});
	}

	@Test
	void resultIsKeptWithTheJob() {
		run((context, jobs, life) -> {
			JobHandle<?> handle = life.reported("Sales", 7);
			assertThat(look(context, handle).result()).isNull();
			work(context, handle, JobState.SUCCEEDED);
			JobResult result = look(context, handle).result();
			assertThat(result).isNotNull();
			assertThat(result.text()).isEqualTo("[{\"title\":\"Sales\",\"pages\":7}]");
		});
	}

	@Test
	void jobWhoseResultCannotBeKeptHasSucceededAndDoesNotRunAgain() {
		run((context, jobs, life) -> {
			JobHandle<?> large = life.unwritable("large");
			JobHandle<?> broken = life.unwritable("broken");
			JobHandle<?> nothing = life.followed("nothing");
			work(context, nothing, JobState.SUCCEEDED);
			assertThat(info(large).attempt()).isOne();
			assertThat(look(context, large).result()).hasToString("not kept: it takes more than "
					+ "background-jobs.job.max-result (200 bytes): store it elsewhere and return where");
			assertThat(info(broken).state()).isEqualTo(JobState.SUCCEEDED);
			assertThat(String.valueOf(look(context, broken).result()))
				.startsWith("not kept: it cannot be written as JSON: ")
				.contains("java.lang.Object", "[0]");
			assertThat(look(context, nothing).result()).isNull();
			assertThat(life.log()).containsExactly("large", "broken", "nothing");
		});
	}

	private static FoundJob look(ApplicationContext context, JobHandle<?> handle) {
		FoundJob found = context.getBean(JobQueries.class).look(JobId.parse(handle.id()));
		assertThat(found).isNotNull();
		return found;
	}

	private void run(Life life) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			begin(context);
			life.live(context, context.getBean(JobClient.class), context.getBean(LifeJobs.class));
		});
	}

	private static JobInfo info(JobHandle<?> handle) {
		JobInfo info = handle.info();
		assertThat(info).isNotNull();
		return info;
	}

	interface Life {

		void live(ApplicationContext context, JobClient jobs, LifeJobs life);

	}

}
