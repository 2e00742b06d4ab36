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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.BatchEnqueueException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.PayloadTooLargeException;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Many calls in few round trips.
 */
class EnqueueAllTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withUserConfiguration(MailConfiguration.class)
		.withPropertyValues("background-jobs.worker.enabled=false");

	@Test
	void sendsFiveHundredJobsInOneRoundTripAndTheRestInAnother() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			long number = context.getBean(JobClient.class)
				.enqueueAll(() -> IntStream.range(0, 1203).forEach(digests::send));
			assertThat(number).isEqualTo(1203);
			assertThat(batches(context)).containsExactly(500, 500, 203);
			assertThat(queued(context, "digests")).isEqualTo(1203);
		});
	}

	@Test
	void callsThatAreMoreWorkForTheStoreRideInSmallerBatches() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			context.getBean(JobClient.class).enqueueAll(() -> {
				IntStream.range(0, 300).forEach(digests::replace);
				IntStream.range(0, 101).forEach(digests::send);
				IntStream.range(0, 82).forEach(digests::replace);
				IntStream.range(0, 250).forEach(digests::once);
			});
			assertThat(batches(context)).containsExactly(62, 62, 62, 62, 52 + 84, 17 + 60, 22 + 162, 88);
			assertThat(queued(context, "digests")).isEqualTo(300 + 101 + 250);
		});
	}

	@Test
	void keepsTheOrderOfTheCalls() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			context.getBean(JobClient.class).enqueueAll(() -> IntStream.range(0, 7).forEach(digests::send));
			assertThat(context.getBean(Batches.class).jobs()).extracting((job) -> new String(job.job().arguments()))
				.containsExactly("[0]", "[1]", "[2]", "[3]", "[4]", "[5]", "[6]");
		});
	}

	@Test
	void flushesBeforeACallForAnotherQueueAndBeforeAMebibyteIsFull() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			context.getBean(JobClient.class).enqueueAll(() -> {
				digests.send(1);
				digests.send(2);
				digests.archive("small");
				IntStream.range(0, 9).forEach((k) -> digests.archive("x".repeat(200_000)));
				digests.send(3);
			});
			assertThat(batches(context)).containsExactly(2, 6, 4, 1);
		});
	}

	@Test
	void takesCallsWithOptionsOfTheSameThread() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			JobClient jobs = context.getBean(JobClient.class);
			List<JobHandle<?>> handles = new ArrayList<>();
			assertThat(jobs.enqueueAll(() -> {
				handles.add(jobs.in(Duration.ofHours(1)).enqueue(() -> digests.send(1)));
				handles.add(jobs.id("digest-2").enqueue(() -> digests.send(2)));
				handles.add(digests.weekly());
			})).isEqualTo(3);
			assertThat(batches(context)).containsExactly(3);
			assertThat(handles).extracting(JobHandle::state)
				.containsExactly(JobState.SCHEDULED, JobState.QUEUED, JobState.QUEUED);
			assertThat(handles.get(1).id()).isEqualTo("digests~0~digest-2");
			assertThat(handles.get(0).cancel()).isTrue();
		});
	}

	@Test
	void handleKnowsItsIdAtOnceAndTheRestWhenItsBatchIsSent() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			context.getBean(JobClient.class).enqueueAll(() -> {
				JobHandle<Integer> handle = digests.weekly();
				assertThat(handle.id()).startsWith("digests~0~");
				assertThatIllegalStateException().isThrownBy(handle::info)
					.withMessageContaining(handle.id())
					.withMessageContaining("which has not ended");
				assertThatIllegalStateException().isThrownBy(handle::state);
				assertThatIllegalStateException().isThrownBy(handle::cancel);
				digests.archive("another queue");
				assertThat(handle.state()).isEqualTo(JobState.QUEUED);
			});
		});
	}

	@Test
	void firstRefusedBatchStopsItAndSaysWhatIsEnqueued() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			context.getBean(Batches.class).refuse(2);
			List<JobHandle<?>> handles = new ArrayList<>();
			assertThatExceptionOfType(BatchEnqueueException.class).isThrownBy(
					() -> context.getBean(JobClient.class).enqueueAll(() -> IntStream.range(0, 1203).forEach((k) -> {
						try {
							handles.add(digests.weekly());
						}
						catch (BatchEnqueueException ex) {
							// code inside that swallows it is stopped nevertheless
						}
					})))
				.withCauseInstanceOf(DataAccessResourceFailureException.class)
				.withMessageContaining("Call 500 ")
				.satisfies((ex) -> assertThat(ex.getFailedIndex()).isEqualTo(500))
				.satisfies((ex) -> assertThat(ex.getAccepted()).extracting(JobHandle::id)
					.isEqualTo(handles.subList(0, 500).stream().map(JobHandle::id).toList()));
			assertThat(batches(context)).containsExactly(500);
			assertThat(queued(context, "digests")).isEqualTo(500);
			assertThatIllegalStateException().isThrownBy(handles.get(500)::state).withMessageContaining("refused");
		});
	}

	@Test
	void failingCodeInsideSendsNothingMoreAndItsExceptionTellsWhatWasSent() {
		this.runner.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			List<JobHandle<?>> handles = new ArrayList<>();
			assertThatIllegalArgumentException().isThrownBy(
					() -> context.getBean(JobClient.class).enqueueAll(() -> IntStream.range(0, 600).forEach((k) -> {
						handles.add(digests.weekly());
						if (k == 520) {
							throw new IllegalArgumentException("no such user");
						}
					})))
				.withMessage("no such user")
				.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
					.isInstanceOfSatisfying(BatchEnqueueException.class,
							(batch) -> assertThat(batch.getAccepted()).hasSize(500)));
			assertThat(queued(context, "digests")).isEqualTo(500);
			assertThatIllegalStateException().isThrownBy(handles.get(510)::info)
				.withMessageContaining("the code inside 'enqueueAll' failed");
			digests.send(1);
			assertThat(queued(context, "digests")).as("the thread is free again").isEqualTo(501);
		});
	}

	@Test
	void callThatCannotBeEnqueuedFailsItselfAndNotItsNeighbours() {
		this.runner.withPropertyValues("background-jobs.job.max-payload=1KB").run((context) -> {
			Digests digests = context.getBean(Digests.class);
			assertThat(context.getBean(JobClient.class).enqueueAll(() -> {
				digests.archive("before");
				assertThatExceptionOfType(PayloadTooLargeException.class)
					.isThrownBy(() -> digests.archive("x".repeat(2000)));
				digests.archive("after");
			})).isEqualTo(2);
			assertThat(batches(context)).containsExactly(2);
		});
	}

	@Test
	void cannotBeNestedNorBeRecorded() {
		this.runner.run((context) -> {
			JobClient jobs = context.getBean(JobClient.class);
			Digests digests = context.getBean(Digests.class);
			assertThatIllegalStateException()
				.isThrownBy(() -> jobs.enqueueAll(() -> jobs.enqueueAll(() -> digests.send(1))))
				.withMessageContaining("leave the inner one out");
			assertThatIllegalStateException()
				.isThrownBy(() -> jobs.in(Duration.ofHours(1)).enqueue(() -> jobs.enqueueAll(() -> digests.send(1))))
				.withMessageContaining("inside 'enqueueAll' instead");
			assertThat(batches(context)).isEmpty();
		});
	}

	@Test
	void sendsNothingWhenThereAreNoCalls() {
		this.runner.run((context) -> {
			assertThat(context.getBean(JobClient.class).enqueueAll(() -> {
			})).isZero();
			assertThat(batches(context)).isEmpty();
		});
	}

	private static List<Integer> batches(AssertableApplicationContext context) {
		return context.getBean(Batches.class).sizes();
	}

	private static long queued(AssertableApplicationContext context, String queue) {
		return context.getBean(JobQueries.class).figures(queue).queued();
	}

	static class Digests {

		@BackgroundJob(queue = "digests")
		void send(int user) {
		}

		@BackgroundJob(queue = "digests")
		@UniqueJob(key = "#user", onConflict = UniqueJob.OnConflict.REPLACE)
		void replace(int user) {
		}

		@BackgroundJob(queue = "digests")
		@UniqueJob(key = "#user")
		void once(int user) {
		}

		@BackgroundJob(queue = "digests")
		JobHandle<Integer> weekly() {
			return JobHandle.completed(1);
		}

		@BackgroundJob(queue = "archive")
		void archive(String text) {
		}

	}

	/**
	 * Remembers the batches that went to the store, and refuses one.
	 */
	static class Batches {

		private final List<Integer> sizes = new ArrayList<>();

		private final List<NewJob> jobs = new ArrayList<>();

		private int refused;

		void refuse(int batch) {
			this.refused = batch;
		}

		List<Integer> sizes() {
			return this.sizes;
		}

		List<NewJob> jobs() {
			return this.jobs;
		}

		JobQueue before(JobQueue store) {
			return new JobQueue() {

				@Override
				public Map<Integer, Acceptance> enqueue(List<NewJob> batch) {
					if (Batches.this.sizes.size() + 1 == Batches.this.refused) {
						throw new DataAccessResourceFailureException("Redis has gone");
					}
					Map<Integer, Acceptance> met = store.enqueue(batch);
					Batches.this.sizes.add(batch.size());
					Batches.this.jobs.addAll(batch);
					return met;
				}

				@Override
				public Map<Integer, Acceptance> enqueue(List<NewJob> batch, Duration timeout) {
					throw new UnsupportedOperationException();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MailConfiguration {

		@Bean
		Digests digests() {
			return new Digests();
		}

		@Bean
		Batches batches() {
			return new Batches();
		}

		@Bean
		static BeanPostProcessor recordingSender(ObjectProvider<JobQueue> queue, ObjectProvider<Batches> batches) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof JobSender) ? new JobSender(batches.getObject().before(queue.getObject()),
							List.of(), JobObservations.NONE) : bean;
				}

			};
		}

	}

}
