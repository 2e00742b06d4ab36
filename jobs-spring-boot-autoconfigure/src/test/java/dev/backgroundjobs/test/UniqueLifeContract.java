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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.backgroundjobs.BatchEnqueueException;
import dev.backgroundjobs.DuplicateJobException;
import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobNotSucceededException;
import dev.backgroundjobs.JobState;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What applications see of unique jobs, whatever keeps them.
 */
abstract class UniqueLifeContract {

	private final JobLifeContract means;

	UniqueLifeContract(JobLifeContract means) {
		this.means = means;
	}

	/**
	 * The time of the locks that have one is over.
	 */
	abstract void endLocks(ApplicationContext context);

	@Test
	void callsWithTheKeyOfAJobThatLivesJoinIt() {
		run((context, jobs, life) -> {
			JobHandle<Void> first = life.unique("one", "a");
			assertThat(first.acceptance()).isEqualTo(JobAcceptance.CREATED);
			JobHandle<Void> second = life.unique("one", "b");
			assertThat(second.acceptance()).isEqualTo(JobAcceptance.EXISTING);
			assertThat(second.id()).isEqualTo(first.id());
			assertThat(jobs.uniqueKey("one").enqueue(() -> life.unique("other", "c")).id()).isEqualTo(first.id());
			this.means.work(context, life.unique("two", "d"), JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("a", "d");
			assertThat(life.unique("one", "e").acceptance()).as("it has ended").isEqualTo(JobAcceptance.CREATED);
		});
	}

	@Test
	void callThatRefusesToBeASecondOneNamesTheFirst() {
		run((context, jobs, life) -> {
			JobHandle<Void> first = life.refusing("one");
			assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> life.refusing("one"))
				.satisfies((ex) -> assertThat(ex.getExistingId()).isEqualTo(first.id()))
				.withMessageContaining(first.id());
			assertThatExceptionOfType(BatchEnqueueException.class)
				.isThrownBy(() -> jobs.enqueueAll(() -> List.of("two", "one").forEach(life::refusing)))
				.withCauseInstanceOf(DuplicateJobException.class);
			assertThat(life.refusing("two").acceptance()).as("its batch was refused").isEqualTo(JobAcceptance.CREATED);
			assertThat(first.cancel()).isTrue();
			assertThat(life.refusing("one").acceptance()).isEqualTo(JobAcceptance.CREATED);
		});
	}

	@Test
	void callReplacesTheJobThatWaits() {
		run((context, jobs, life) -> {
			List<JobHandle<Void>> handles = new ArrayList<>();
			jobs.enqueueAll(() -> List.of("a", "b", "c").forEach((text) -> handles.add(life.replacing(text))));
			assertThat(handles).extracting(JobHandle::acceptance)
				.containsExactly(JobAcceptance.CREATED, JobAcceptance.REPLACED, JobAcceptance.REPLACED);
			assertThat(handles).extracting(JobHandle::state)
				.containsExactly(JobState.CANCELLED, JobState.CANCELLED, JobState.QUEUED);
			JobHandle<Void> waits = handles.get(2);
			CompletableFuture<?> result = CompletableFuture.supplyAsync(() -> waits.await(Duration.ofSeconds(30)));
			handles.add(life.replacing("d"));
			assertThatExceptionOfType(CompletionException.class).as("of the job that was replaced")
				.isThrownBy(result::join)
				.withCauseInstanceOf(JobNotSucceededException.class)
				.withMessageContaining("CANCELLED");
			this.means.work(context, handles.get(3), JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("d");
		});
	}

	@Test
	void callGivesTheJobThatWaitsItsArgumentsAndTheLaterTime() {
		run((context, jobs, life) -> {
			JobHandle<Void> first = jobs.in(Duration.ofMillis(1)).enqueue(() -> life.debounced("a"));
			Instant due = info(first).dueAt();
			JobHandle<Void> second = jobs.in(Duration.ofMillis(50)).enqueue(() -> life.debounced("b"));
			assertThat(second.acceptance()).isEqualTo(JobAcceptance.DEBOUNCED);
			assertThat(second.id()).isEqualTo(first.id());
			assertThat(info(first).dueAt()).isAfter(due);
			this.means.idle(context, Duration.ofMillis(60));
			this.means.work(context, first, JobState.SUCCEEDED);
			assertThat(life.log()).containsExactly("b");
		});
	}

	@Test
	void jobThatCanNoLongerBeStartedStandsInNobodysWay() {
		run((context, jobs, life) -> {
			JobHandle<Void> late = jobs.in(Duration.ofMillis(1)).enqueue(() -> life.perishable("late"));
			this.means.idle(context, Duration.ofMillis(50));
			assertThat(jobs.reschedule(late.id(), Duration.ofHours(1))).isFalse();
			assertThat(life.perishable("other").acceptance()).isEqualTo(JobAcceptance.CREATED);
			this.means.work(context, late, JobState.EXPIRED);
		});
	}

	@Test
	void keyMayBeTakenForATimeThatOutlivesItsJob() {
		run((context, jobs, life) -> {
			JobHandle<Void> first = life.onceInAWhile("a");
			this.means.work(context, first, JobState.SUCCEEDED);
			assertThat(life.onceInAWhile("b").id()).isEqualTo(first.id());
			endLocks(context);
			assertThat(life.onceInAWhile("c").acceptance()).isEqualTo(JobAcceptance.CREATED);
		});
	}

	@Test
	void deadJobStaysDeadWhileAnotherOneHasItsKey() {
		run((context, jobs, life) -> {
			life.failNext(1);
			JobHandle<Void> dead = life.unique("one", "fails");
			this.means.work(context, dead, JobState.DEAD);
			JobHandle<Void> other = life.unique("one", "b");
			assertThat(other.acceptance()).isEqualTo(JobAcceptance.CREATED);
			assertThat(jobs.retry(dead.id())).isFalse();
			assertThat(other.cancel()).isTrue();
			assertThat(jobs.retry(dead.id())).isTrue();
			assertThat(life.unique("one", "c").id()).isEqualTo(dead.id());
		});
	}

	private static JobInfo info(JobHandle<?> handle) {
		return Objects.requireNonNull(handle.info(), handle.id());
	}

	private void run(Life life) {
		this.means.runner().withBean(UniqueJobs.class).run((context) -> {
			assertThat(context).hasNotFailed();
			this.means.begin(context);
			life.live(context, context.getBean(JobClient.class), context.getBean(UniqueJobs.class));
		});
	}

	interface Life {

		void live(ApplicationContext context, JobClient jobs, UniqueJobs life);

	}

}
