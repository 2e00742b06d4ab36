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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.backgroundjobs.JobAwaitTimeoutException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobNotSucceededException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobResultException;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.RecordedJobException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What applications see of the life of a job, whatever keeps it.
 */
abstract class JobLifeContract {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

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
	void whoAwaitsAJobGetsItsResult() {
		run((context, jobs, life) -> {
			JobHandle<List<LifeJobs.Report>> handle = life.reported("Sales", 7);
			CompletableFuture<?> early = CompletableFuture.supplyAsync(() -> handle.await(PATIENCE));
			work(context, handle, JobState.SUCCEEDED);
			assertThat(early.join()).isEqualTo(List.of(new LifeJobs.Report("Sales", 7)));
			assertThat(handle.await(Duration.ZERO)).isEqualTo(early.join());
			// as another process may read it
			assertThat(jobs.handle(handle.id(), LifeJobs.Report[].class).await(PATIENCE))
				.containsExactly(new LifeJobs.Report("Sales", 7));
			assertThatExceptionOfType(JobResultException.class)
				.isThrownBy(() -> jobs.handle(handle.id(), Integer.class).await(PATIENCE))
				.withMessageContaining(handle.id())
				.withMessageContaining("its result does not fit java.lang.Integer");
		});
	}

	@Test
	void whoAwaitsAJobThatHasNoResultGetsNull() {
		run((context, jobs, life) -> {
			JobHandle<Void> followed = life.followed("a");
			JobHandle<Void> ofCaller = jobs.id("chosen").enqueue(() -> life.unfollowed("b"));
			work(context, ofCaller, JobState.SUCCEEDED);
			assertThat(followed.await(PATIENCE)).isNull();
			assertThat(ofCaller.await(PATIENCE)).isNull();
			JobHandle<Void> unfollowed = jobs.enqueue(() -> life.unfollowed("c"));
			for (JobHandle<?> handle : List.of(unfollowed, jobs.handle(unfollowed.id(), String.class))) {
				assertThatIllegalStateException().isThrownBy(() -> handle.await(PATIENCE))
					.withMessageContaining("let its method return a JobHandle, or choose its id");
			}
		});
	}

	@Test
	void whoAwaitsADeadJobGetsItsExceptionAsCause() {
		run((context, jobs, life) -> {
			life.failNext(9);
			JobHandle<Void> handle = life.failing("hopeless");
			CompletableFuture<?> early = CompletableFuture.supplyAsync(() -> handle.await(PATIENCE));
			work(context, handle, JobState.DEAD);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(early::join)
				.withCauseInstanceOf(JobNotSucceededException.class);
			assertThatExceptionOfType(JobNotSucceededException.class).isThrownBy(() -> handle.await(PATIENCE))
				.withMessage("Job LifeJobs.failing '" + handle.id()
						+ "' is DEAD after attempt 3: java.lang.IllegalStateException: hopeless")
				.satisfies((failure) -> assertThat(failure.getState()).isEqualTo(JobState.DEAD))
				.havingCause()
				.isInstanceOf(RecordedJobException.class)
				.withMessage("hopeless")
				.satisfies((cause) -> assertThat(cause.getStackTrace()[0])
					.satisfies((frame) -> assertThat(frame.getClassName()).isEqualTo(LifeJobs.class.getName()))
					.satisfies((frame) -> assertThat(frame.getMethodName()).isEqualTo("failing"))
					.satisfies((frame) -> assertThat(frame.getLineNumber()).isPositive()));
		});
	}

	@Test
	void whoAwaitsAJobThatDoesNotRunLearnsWhy() {
		run((context, jobs, life) -> {
			JobHandle<Void> cancelled = jobs.in(Duration.ofHours(1)).enqueue(() -> life.followed("a"));
			assertThatExceptionOfType(JobAwaitTimeoutException.class)
				.isThrownBy(() -> cancelled.await(Duration.ofMillis(20)))
				.satisfies((failure) -> assertThat(failure.getState()).isEqualTo(JobState.SCHEDULED));
			CompletableFuture<?> early = CompletableFuture.supplyAsync(() -> cancelled.await(PATIENCE));
			cancelled.cancel();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(early::join)
				.withMessageContaining("is CANCELLED");
			JobHandle<Void> deleted = jobs.in(Duration.ofHours(1)).enqueue(() -> life.followed("b"));
			CompletableFuture<?> waiting = CompletableFuture.supplyAsync(() -> deleted.await(PATIENCE));
			jobs.delete(deleted.id());
			assertThatExceptionOfType(CompletionException.class).isThrownBy(waiting::join)
				.withMessageContaining("is not known (any more)");
			JobHandle<Void> expired = life.perishable();
			idle(context, Duration.ofMillis(200));
			work(context, expired, JobState.EXPIRED);
			assertThatExceptionOfType(JobNotSucceededException.class).isThrownBy(() -> expired.await(PATIENCE))
				.satisfies((failure) -> assertThat(failure.getState()).isEqualTo(JobState.EXPIRED));
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
			assertThatExceptionOfType(JobResultException.class).isThrownBy(() -> large.await(PATIENCE))
				.withMessage("Job '" + large.id() + "' has succeeded, but its result was not kept: it takes more than "
						+ "background-jobs.job.max-result (200 bytes): store it elsewhere and return where");
			assertThat(info(broken).state()).isEqualTo(JobState.SUCCEEDED);
			assertThatExceptionOfType(JobResultException.class).isThrownBy(() -> broken.await(PATIENCE))
				.withMessageContaining("it cannot be written as JSON: ")
				.withMessageContaining("java.lang.Object")
				.withMessageContaining("[0]");
			assertThat(nothing.await(PATIENCE)).isNull();
			assertThat(life.log()).containsExactly("large", "broken", "nothing");
		});
	}

	@Test
	void whatAJobSaysOfItselfIsKeptWithIt() {
		run((context, jobs, life) -> {
			life.failNext(1);
			JobHandle<Void> handle = life.telling();
			assertThat(jobs.log(handle.id())).isEmpty();
			assertThat(info(handle).progress()).isNull();
			work(context, handle, JobState.SUCCEEDED);
			assertThat(info(handle).progress()).satisfies((progress) -> {
				assertThat(progress).extracting("current", "total", "message")
					.containsExactly(1000L, 1000L, "page 1000");
				assertThat(progress).extracting("at", InstanceOfAssertFactories.INSTANT)
					.isBetween(info(handle).startedAt(), info(handle).finishedAt());
			});
			assertThat(jobs.log(handle.id())).extracting(JobLogLine::attempt, JobLogLine::text)
				.containsExactly(tuple(1, "begun\nwell"), tuple(1, "by attempt 1"), tuple(2, "begun\nwell"),
						tuple(2, "by attempt 2"));
			jobs.delete(handle.id());
			assertThat(jobs.log(handle.id())).isEmpty();
		});
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
