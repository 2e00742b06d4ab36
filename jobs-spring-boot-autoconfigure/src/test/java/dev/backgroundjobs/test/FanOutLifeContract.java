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
import java.util.List;
import java.util.Objects;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobFanOut;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JoinPolicy;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.test.FanOutJobs.Image;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What applications see of calls beside each other and of the job that waits for them,
 * whatever keeps them.
 */
abstract class FanOutLifeContract {

	private final JobLifeContract means;

	FanOutLifeContract(JobLifeContract means) {
		this.means = means;
	}

	/**
	 * Let time pass by the clock of the store, if it can be moved.
	 */
	abstract void pass(ApplicationContext context, Duration time);

	@Test
	void joinIsGivenTheResultsInTheOrderOfTheChildren() {
		run((context, jobs, album) -> {
			JobChainHandle<Void> chain = images(jobs, album).then((List<Image> images) -> album.publish("a", images))
				.then((String name) -> album.tell(name))
				.enqueue();
			assertThat(states(chain)).endsWith("WAITING", "WAITING");
			List<JobInfo> infos = infos(chain);
			assertThat(infos).extracting(JobInfo::queue).containsExactly("image", "album", "image", "album", "mail");
			assertThat(infos).extracting(JobInfo::successor)
				.containsExactly(infos.get(3).id(), infos.get(3).id(), infos.get(3).id(), chain.id(), null);
			assertThat(context.getBean(JobQueries.class).figures("album").waiting()).isPositive();
			this.means.work(context, chain, JobState.SUCCEEDED);
			assertThat(album.log()).containsExactly("publish a[x@100, x@4000, x@300]", "tell a3");
			assertThat(states(chain)).containsOnly("SUCCEEDED");
		});
	}

	@Test
	void joinAwaitsTheRetryOfADeadChild() {
		run((context, jobs, album) -> {
			album.fail(300);
			JobChainHandle<String> join = images(jobs, album).then((List<Image> images) -> album.publish("b", images))
				.enqueue();
			this.means.work(context, join.steps().get(2), JobState.DEAD);
			assertThat(join.state()).isEqualTo(JobState.WAITING);
			album.mend();
			assertThat(jobs.retry(join.steps().get(2).id())).isTrue();
			this.means.work(context, join, JobState.SUCCEEDED);
			assertThat(album.log()).containsExactly("publish b[x@100, x@4000, x@300]");
		});
	}

	@Test
	void joinFailsWithAChildAndGoesOnWithWhatThereWas() {
		run((context, jobs, album) -> {
			album.fail(300);
			JobChainHandle<Void> chain = images(jobs, album).onFailure(JoinPolicy.FAIL)
				.then((List<Image> images) -> album.publish("c", images))
				.then((String name) -> album.tell(name))
				.enqueue();
			JobHandle<?> join = chain.steps().get(3);
			this.means.work(context, join, JobState.DEAD);
			JobFailure failure = info(join).failures().get(0);
			assertThat(failure.type()).isEqualTo("CHILD_FAILED");
			assertThat(failure.message()).startsWith("Child 3 of 3, '").endsWith(".c3', is DEAD");
			assertThat(chain.state()).isEqualTo(JobState.WAITING);
			this.means.work(context, chain.steps().get(1), JobState.SUCCEEDED);
			assertThat(jobs.retry(join.id())).isTrue();
			this.means.work(context, chain, JobState.SUCCEEDED);
			assertThat(album.log()).hasSize(2).last().isEqualTo("tell c3");
		});
	}

	@Test
	void joinLeavesOutChildrenThatHaveFailed() {
		run((context, jobs, album) -> {
			album.fail(300);
			JobChainHandle<String> join = images(jobs, album).onFailure(JoinPolicy.SKIP)
				.then((List<Image> images) -> album.publish("d", images))
				.enqueue();
			assertThat(join.steps().get(0).cancel()).isTrue();
			this.means.work(context, join, JobState.SUCCEEDED);
			assertThat(album.log()).containsExactly("publish d[null, x@4000, null]");
		});
	}

	@Test
	void joinDoesNotWaitLongerThanItsDeadline() {
		run((context, jobs, album) -> {
			context.getBean(JobOperations.class).pause("image");
			JobChainHandle<String> join = jobs.in(Duration.ofMillis(10))
				.all(List.of(1, 2), (Integer width) -> album.scale("x", width))
				.within(Duration.ofMillis(200))
				.then((List<Image> images) -> album.publish("e", images))
				.enqueue();
			pass(context, Duration.ofMinutes(1));
			this.means.work(context, join, JobState.DEAD);
			assertThat(info(join).failures()).extracting(JobFailure::type).containsExactly("DEADLINE_PASSED");
			assertThat(info(join).failures().get(0).message())
				.isEqualTo("2 of 2 children had not succeeded when the time was over");
		});
	}

	@Test
	void joinWaitsForChildrenThatWereDueLongAgo() {
		run((context, jobs, album) -> {
			JobChainHandle<Void> join = jobs.at(Instant.EPOCH.plusSeconds(1))
				.all(List.of("x", "y"), (String file) -> album.index(file))
				.within(Duration.ofHours(1))
				.then(() -> album.tell("h"))
				.enqueue();
			this.means.work(context, join, JobState.SUCCEEDED);
			assertThat(album.log()).hasSize(3).last().isEqualTo("tell h");
		});
	}

	@Test
	void childrenWithoutResultsAreAwaitedToo() {
		run((context, jobs, album) -> {
			JobChainHandle<Void> join = jobs.all(List.of("x", "y"), (String file) -> album.index(file))
				.then(() -> album.tell("f"))
				.enqueue();
			this.means.work(context, join, JobState.SUCCEEDED);
			assertThat(album.log()).hasSize(3).contains("index x", "index y").last().isEqualTo("tell f");
		});
	}

	@Test
	void childWithAResultOfAnotherTypeHandsNothingOver() {
		run((context, jobs, album) -> {
			JobChainHandle<String> join = jobs.all(() -> album.original("x"))
				.and(() -> album.raw(3))
				.then((List<Image> images) -> album.publish("h", images))
				.enqueue();
			this.means.work(context, join, JobState.SUCCEEDED);
			assertThat(album.log()).containsExactly("publish h[x@4000, null]");
			assertThat(info(join.steps().get(1)).state()).isEqualTo(JobState.SUCCEEDED);
		});
	}

	@Test
	void childWhoseResultDoesNotFitHasFailed() {
		run((context, jobs, album) -> {
			JobChainHandle<Void> join = jobs
				.all(List.of(250_000, 250_001, 250_002, 250_003, 250_004), (Integer bytes) -> album.raw(bytes))
				.onFailure(JoinPolicy.FAIL)
				.then((List<String> files) -> album.list(files))
				.enqueue();
			this.means.work(context, join, JobState.DEAD);
			assertThat(info(join).failures().get(0).message())
				.contains("is TOO_LARGE: the results of all children take more than ");
		});
	}

	@Test
	void cancelReachesTheStepsBehindTheJoinToo() {
		run((context, jobs, album) -> {
			context.getBean(JobOperations.class).pause("image");
			context.getBean(JobOperations.class).pause("mail");
			JobChainHandle<Void> chain = jobs.all(() -> album.scale("x", 1))
				.onFailure(JoinPolicy.SKIP)
				.within(Duration.ofMillis(200))
				.then((List<Image> images) -> album.publish("i", images))
				.then((String name) -> album.tell(name))
				.enqueue();
			pass(context, Duration.ofMinutes(1));
			this.means.work(context, chain.steps().get(1), JobState.SUCCEEDED);
			assertThat(chain.cancel()).isTrue();
			assertThat(states(chain)).containsExactly("CANCELLED", "SUCCEEDED", "CANCELLED");
		});
	}

	@Test
	void cancelledFanOutDoesNotGoOn() {
		run((context, jobs, album) -> {
			JobChainHandle<Void> chain = images(jobs, album).then(() -> album.publish("g", List.of()))
				.then(() -> album.tell("g"))
				.enqueue();
			assertThat(chain.cancel()).isTrue();
			assertThat(states(chain)).containsOnly("CANCELLED");
			assertThat(chain.cancel()).isFalse();
			assertThat(album.log()).isEmpty();
		});
	}

	@Test
	void fanOutUnderAnIdThatExistsIsEnqueuedOnce() {
		run((context, jobs, album) -> {
			JobChainHandle<Void> join = jobs.id("album-7")
				.all(() -> album.original("x"))
				.then(() -> album.index("first"))
				.then(() -> album.tell("first"))
				.enqueue();
			JobChainHandle<Void> again = jobs.id("album-7")
				.all(() -> album.original("x"))
				.then(() -> album.index("second"))
				.then(() -> album.tell("second"))
				.enqueue();
			assertThat(List.of(join.acceptance(), again.acceptance())).containsExactly(JobAcceptance.CREATED,
					JobAcceptance.EXISTING);
			assertThat(again.steps()).extracting(JobHandle::id).containsExactly(join.steps().get(1).id(), join.id());
			this.means.work(context, again, JobState.SUCCEEDED);
			assertThat(join.steps().get(1).id()).endsWith("~album-7");
			assertThat(album.log()).containsExactly("index first", "tell first");
		});
	}

	private static JobFanOut<Image> images(JobClient jobs, FanOutJobs album) {
		return jobs.all(() -> album.scale("x", 100)).and(() -> album.original("x")).and(() -> album.scale("x", 300));
	}

	private static List<String> states(JobChainHandle<?> chain) {
		return infos(chain).stream().map((info) -> info.state().name()).toList();
	}

	private static List<JobInfo> infos(JobChainHandle<?> chain) {
		return chain.steps().stream().<JobInfo>map(FanOutLifeContract::info).toList();
	}

	private static JobInfo info(JobHandle<?> handle) {
		return Objects.requireNonNull(handle.info(), handle.id());
	}

	private void run(Life life) {
		this.means.runner().withBean(FanOutJobs.class).run((context) -> {
			assertThat(context).hasNotFailed();
			this.means.begin(context);
			life.live(context, context.getBean(JobClient.class), context.getBean(FanOutJobs.class));
		});
	}

	interface Life {

		void live(ApplicationContext context, JobClient jobs, FanOutJobs album);

	}

}
