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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobNotSucceededException;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.test.ChainJobs.Transcoded;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What applications see of the life of a chain, whatever keeps it.
 */
abstract class ChainLifeContract {

	private static final String TRANSCODED = "Transcoded[file=v7.webm, height=1080]";

	private final JobLifeContract means;

	ChainLifeContract(JobLifeContract means) {
		this.means = means;
	}

	@Test
	void stepsRunInTheirOrderEachWithTheResultOfTheOneBeforeIt() {
		run((context, jobs, steps) -> {
			JobChainHandle<Void> chain = enqueue(jobs, steps);
			assertThat(states(chain)).containsExactly("QUEUED", "WAITING", "WAITING", "WAITING");
			assertThat(infos(chain)).extracting(JobInfo::queue).containsExactly("video", "image", "video", "mail");
			assertThat(infos(chain)).extracting(JobInfo::predecessor)
				.containsExactly(null, id(chain, 0), id(chain, 1), id(chain, 2));
			assertThat(infos(chain)).extracting(JobInfo::successor)
				.containsExactly(id(chain, 1), id(chain, 2), id(chain, 3), null);
			assertThat(context.getBean(JobQueries.class).figures("video").queued()).isOne();
			this.means.work(context, chain, JobState.SUCCEEDED);
			assertThat(states(chain)).containsOnly("SUCCEEDED");
			assertThat(steps.log()).containsExactly("transcode v7", "thumbnails of " + TRANSCODED + " as png",
					"publish [v7.webm.0.png, v7.webm.1.png]", "notify of v7");
			assertThat(infos(chain)).allMatch((info) -> !info.dueAt().isBefore(info.enqueuedAt()));
			assertThat(infos(chain)).extracting(JobInfo::successor)
				.containsExactly(id(chain, 1), id(chain, 2), id(chain, 3), null);
		});
	}

	@Test
	void deadStepLeavesTheRestWaitingAndTheChainGoesOnWhenItIsRetried() {
		run((context, jobs, steps) -> {
			steps.failNext(1);
			JobChainHandle<Void> chain = enqueue(jobs, steps);
			this.means.work(context, chain.steps().get(0), JobState.DEAD);
			assertThat(states(chain)).containsExactly("DEAD", "WAITING", "WAITING", "WAITING");
			assertThat(jobs.retry(id(chain, 0))).isTrue();
			this.means.work(context, chain, JobState.SUCCEEDED);
			assertThat(steps.log()).hasSize(5).endsWith("notify of v7");
		});
	}

	@Test
	void deadStepThatIsDeletedTakesThoseBehindItAlong() {
		run((context, jobs, steps) -> {
			steps.failNext(1);
			JobChainHandle<Void> chain = enqueue(jobs, steps);
			this.means.work(context, chain.steps().get(0), JobState.DEAD);
			assertThat(jobs.delete(id(chain, 0))).isTrue();
			assertThat(steps.log()).containsExactly("transcode v7");
			assertThat(chain.steps().get(0).info()).isNull();
			assertThat(chain.cancel()).as("cancelled again").isFalse();
		});
	}

	@Test
	void cancelledChainDoesNotGoOn() {
		run((context, jobs, steps) -> {
			JobChainHandle<Void> chain = enqueue(jobs, steps);
			assertThat(chain.steps().get(2).cancel()).isTrue();
			this.means.work(context, chain.steps().get(1), JobState.SUCCEEDED);
			assertThat(chain.cancel()).isFalse();
			assertThat(steps.log()).hasSize(2);
			JobChainHandle<Void> other = enqueue(jobs, steps);
			assertThat(other.cancel()).isTrue();
			assertThat(other.steps().get(0).state()).isEqualTo(JobState.CANCELLED);
		});
	}

	@Test
	void resultThatCannotBeHandedOverIsADeadLetterThatSaysSo() {
		run((context, jobs, steps) -> {
			JobChainHandle<Void> chain = jobs.chain(() -> steps.unbounded())
				.then((byte[] bytes) -> steps.store(bytes))
				.enqueue();
			this.means.work(context, chain.steps().get(0), JobState.DEAD);
			assertThat(chain.state()).isEqualTo(JobState.WAITING);
			assertThat(infos(chain).get(0).failures()).extracting(JobFailure::type)
				.containsExactly("RESULT_NOT_HANDED_OVER");
			assertThat(infos(chain).get(0).failures()).extracting(JobFailure::message)
				.allMatch((message) -> message.contains("background-jobs.job.max-result (200 bytes)")
						&& message.contains(chain.id()));
		});
	}

	@Test
	void chainUnderAnIdThatExistsIsEnqueuedOnceAndBothHandlesLeadToIt() {
		run((context, jobs, steps) -> {
			JobChainHandle<Void> chain = orders(jobs, steps, "first");
			List<JobChainHandle<Void>> again = new ArrayList<>(List.of(orders(jobs, steps, "second")));
			jobs.enqueueAll(() -> again.add(orders(jobs, steps, "third")));
			assertThat(chain.acceptance()).isEqualTo(JobAcceptance.CREATED);
			assertThat(again).allSatisfy((other) -> {
				assertThat(other.acceptance()).isEqualTo(JobAcceptance.EXISTING);
				assertThat(other.steps()).extracting(JobHandle::id).isEqualTo(ids(chain));
				assertThat(states(other)).containsExactly("QUEUED", "WAITING", "WAITING");
			});
			this.means.work(context, again.get(1), JobState.SUCCEEDED);
			assertThat(states(orders(jobs, steps, "too late"))).containsOnly("SUCCEEDED");
			assertThat(steps.log()).filteredOn((line) -> line.startsWith("notify")).containsExactly("notify of first");
			JobChainHandle<Void> other = jobs.id("order-8")
				.chain(() -> steps.transcode("v7"))
				.then(() -> steps.notifyStudents("other"))
				.enqueue();
			assertThat(jobs.id("order-8").chain(() -> steps.transcode("v7")).enqueue().cancel()).isTrue();
			assertThat(states(other)).containsOnly("CANCELLED");
		});
	}

	@Test
	void chainUnderTheIdOfAJobThatIsGoneLosesNoStepToWhatIsLeftOfTheOneBefore() {
		run((context, jobs, steps) -> {
			context.getBean(JobOperations.class).pause("image");
			JobChainHandle<Void> chain = orders(jobs, steps, "first");
			this.means.work(context, chain.steps().get(0), JobState.SUCCEEDED);
			assertThat(jobs.delete(id(chain, 0))).isTrue();
			JobChainHandle<Void> again = orders(jobs, steps, "second");
			assertThat(again.acceptance()).isEqualTo(JobAcceptance.CREATED);
			this.means.work(context, again.steps().get(0), JobState.SUCCEEDED);
			context.getBean(JobOperations.class).resume("image");
			this.means.work(context, chain, JobState.SUCCEEDED);
			this.means.work(context, again, JobState.SUCCEEDED);
			assertThat(steps.log()).filteredOn((line) -> line.startsWith("notify"))
				.containsExactly("notify of first", "notify of second");
			assertThat(steps.log()).filteredOn((line) -> line.startsWith("thumbnails")).hasSize(2);
		});
	}

	@Test
	void stepsThatThoseUnderTheChosenIdDoNotHaveAreUnknown() {
		run((context, jobs, steps) -> {
			jobs.id("order-7").enqueue(() -> steps.transcode("alone"));
			JobChainHandle<Void> chain = orders(jobs, steps, "nobody");
			assertThat(chain.acceptance()).isEqualTo(JobAcceptance.EXISTING);
			assertThat(chain.steps()).extracting(JobHandle::state).containsExactly(JobState.QUEUED, null, null);
			assertThatExceptionOfType(JobNotSucceededException.class).isThrownBy(() -> chain.await(Duration.ZERO))
				.withMessageContaining("'" + chain.id() + "' is not known (any more)");
			assertThat(jobs.delete(id(chain, 0))).isTrue();
			assertThat(chain.steps()).extracting(JobHandle::state).containsOnlyNulls();
			assertThat(chain.cancel()).isFalse();
		});
	}

	@Test
	void firstStepHasTheOptionsOfTheCall() {
		run((context, jobs, steps) -> {
			JobChainHandle<Void> chain = jobs.in(Duration.ofHours(1))
				.queue("mail")
				.chain(() -> steps.transcode("v7"))
				.then(() -> steps.notifyStudents("v7"))
				.enqueue();
			assertThat(states(chain)).containsExactly("SCHEDULED", "WAITING");
			assertThat(infos(chain).get(0).queue()).isEqualTo("mail");
			assertThat(context.getBean(JobQueries.class).figures("mail").waiting()).isOne();
			assertThat(chain.cancel()).isTrue();
			assertThat(states(chain)).containsOnly("CANCELLED");
		});
	}

	private static JobChainHandle<Void> enqueue(JobClient jobs, ChainJobs steps) {
		return jobs.chain(() -> steps.transcode("v7"))
			.then((Transcoded video) -> steps.thumbnails(2, video, "png"))
			.then((List<String> files) -> steps.publish(files))
			.then(() -> steps.notifyStudents("v7"))
			.enqueue();
	}

	private static JobChainHandle<Void> orders(JobClient jobs, ChainJobs steps, String name) {
		return jobs.id("order-7")
			.chain(() -> steps.transcode("v7"))
			.then((Transcoded video) -> steps.thumbnails(1, video, "png"))
			.then(() -> steps.notifyStudents(name))
			.enqueue();
	}

	private static List<String> ids(JobChainHandle<?> chain) {
		List<String> ids = new ArrayList<>();
		chain.steps().forEach((step) -> ids.add(step.id()));
		return ids;
	}

	private static String id(JobChainHandle<?> chain, int step) {
		return chain.steps().get(step).id();
	}

	private static List<String> states(JobChainHandle<?> chain) {
		return infos(chain).stream().map((info) -> info.state().name()).toList();
	}

	private static List<JobInfo> infos(JobChainHandle<?> chain) {
		List<JobInfo> infos = new ArrayList<>();
		chain.steps().forEach((step) -> infos.add(Objects.requireNonNull(step.info(), step.id())));
		return infos;
	}

	private void run(Life life) {
		this.means.runner()
			.withBean(ChainJobs.class)
			.withPropertyValues("background-jobs.job.max-result=200B")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				this.means.begin(context);
				life.live(context, context.getBean(JobClient.class), context.getBean(ChainJobs.class));
			});
	}

	interface Life {

		void live(ApplicationContext context, JobClient jobs, ChainJobs steps);

	}

}
