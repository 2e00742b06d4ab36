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

package dev.backgroundjobs.method;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.event.JobEvent;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Unique jobs: who calls gets one job for each key, and keys come from the arguments.
 */
class UniqueJobTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Invoices.class)
		.withBean("tenant", Tenant.class)
		.withPropertyValues("background-jobs.worker.enabled=false", "invoices.prefix=inv");

	@Test
	void aHundredThreadsOfTwoApplicationsMakeOneJobAndAllLearnItsId() {
		ApplicationContextRunner runner = this.runner.withPropertyValues("background-jobs.queues.default.partitions=3");
		runner.run((context) -> runner.run((other) -> {
			ExecutorService threads = Executors.newFixedThreadPool(100);
			try {
				CyclicBarrier start = new CyclicBarrier(100);
				List<Future<JobHandle<Void>>> calls = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					Invoices invoices = ((i % 2 == 0) ? context : other).getBean(Invoices.class);
					calls.add(threads.submit(() -> {
						start.await(30, TimeUnit.SECONDS);
						return invoices.send("42");
					}));
				}
				Set<String> ids = new HashSet<>();
				List<JobAcceptance> acceptances = new ArrayList<>();
				for (Future<JobHandle<Void>> call : calls) {
					ids.add(call.get(30, TimeUnit.SECONDS).id());
					acceptances.add(call.get().acceptance());
				}
				assertThat(ids).hasSize(1);
				assertThat(acceptances).containsOnlyOnce(JobAcceptance.CREATED).contains(JobAcceptance.EXISTING);
				assertThat(context.getBean(JobQueries.class).figures("default").queued()).isOne();
			}
			finally {
				threads.shutdownNow();
			}
		}));
	}

	@Test
	void keyIsWhatTheExpressionSays() {
		this.runner.run((context) -> {
			Invoices invoices = context.getBean(Invoices.class);
			assertThat(invoices.remind(new Invoice("a", 1)).acceptance()).isEqualTo(JobAcceptance.CREATED);
			assertThat(invoices.remind(new Invoice("a", 2)).acceptance()).isEqualTo(JobAcceptance.EXISTING);
			assertThat(invoices.remind(new Invoice("b", 1)).acceptance()).isEqualTo(JobAcceptance.CREATED);
			context.getBean(Tenant.class).name = "other";
			assertThat(invoices.remind(new Invoice("a", 1)).acceptance()).isEqualTo(JobAcceptance.CREATED);
			assertThat(invoices.send("a").acceptance()).as("keys belong to one job").isEqualTo(JobAcceptance.CREATED);
		});
	}

	@Test
	void longKeysDiffer() {
		this.runner.run((context) -> {
			JobClient jobs = context.getBean(JobClient.class);
			Invoices invoices = context.getBean(Invoices.class);
			String text = "\u00fc".repeat(300);
			JobHandle<Void> one = jobs.uniqueKey(text + 1).enqueue(() -> invoices.send("x"));
			assertThat(jobs.uniqueKey(text + 2).enqueue(() -> invoices.send("x")).id()).isNotEqualTo(one.id());
			assertThat(jobs.uniqueKey(text + 1).enqueue(() -> invoices.send("x")).id()).isEqualTo(one.id());
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.uniqueKey(" "));
		});
	}

	@Test
	void callIsRefusedIfThereIsNoKey() {
		this.runner.run((context) -> {
			Invoices invoices = context.getBean(Invoices.class);
			assertThatIllegalArgumentException().isThrownBy(() -> invoices.send(null))
				.withMessageContaining("'#order' of @UniqueJob on UniqueJobTests.Invoices.send(String) gave null");
			assertThatIllegalArgumentException().isThrownBy(() -> invoices.remind(null))
				.withMessageContaining("remind(Invoice) failed: ")
				.withMessageContaining("'number' cannot be found on null");
			assertThatIllegalArgumentException().isThrownBy(() -> invoices.bytes("a".getBytes(StandardCharsets.UTF_8)))
				.withMessageContaining("gave a byte[], which has no text of its own");
			assertThat(context.getBean(JobQueries.class).figures("default").queued()).isZero();
		});
	}

	@Test
	void handleOfACallInABatchKnowsTheJobThereIsWhenItIsEnqueued() {
		this.runner.run((context) -> {
			Invoices invoices = context.getBean(Invoices.class);
			JobHandle<Void> first = invoices.send("1");
			List<JobHandle<Void>> handles = new ArrayList<>();
			context.getBean(JobClient.class).enqueueAll(() -> {
				List.of("0", "1", "2", "2").forEach((order) -> handles.add(invoices.send(order)));
				assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> handles.get(1).acceptance());
			});
			assertThat(handles).extracting(JobHandle::acceptance)
				.containsExactly(JobAcceptance.CREATED, JobAcceptance.EXISTING, JobAcceptance.CREATED,
						JobAcceptance.EXISTING);
			assertThat(handles.get(1).id()).isEqualTo(first.id());
			assertThat(handles.get(3).id()).isEqualTo(handles.get(2).id());
			assertThat(handles.get(1).cancel()).isTrue();
			assertThat(invoices.send("1").acceptance()).isEqualTo(JobAcceptance.CREATED);
		});
	}

	@Test
	void eventsTellOfTheJobThatWasReplaced() {
		List<String> events = new CopyOnWriteArrayList<>();
		this.runner.withInitializer((context) -> context.addApplicationListener(new Heard(events))).run((context) -> {
			Invoices invoices = context.getBean(Invoices.class);
			JobHandle<Void> first = invoices.correct("a");
			JobHandle<Void> second = invoices.correct("b");
			invoices.send("c");
			invoices.send("c");
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(events).hasSize(4));
			assertThat(events).startsWith("JobEnqueuedEvent " + first.id(), "JobCancelledEvent " + first.id(),
					"JobEnqueuedEvent " + second.id());
		});
	}

	/**
	 * Application events of jobs, by their type and the job.
	 */
	private record Heard(
			List<String> events) implements ApplicationListener<PayloadApplicationEvent<? extends JobEvent>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<? extends JobEvent> event) {
			JobEvent job = event.getPayload();
			this.events.add(job.getClass().getSimpleName() + " " + job.id());
		}

	}

	record Invoice(String number, int copies) {

	}

	static class Tenant {

		volatile String name = "first";

		@Override
		public String toString() {
			return this.name;
		}

	}

	static class Invoices {

		@BackgroundJob
		@UniqueJob(key = "#order")
		JobHandle<Void> send(@Nullable String order) {
			return JobHandle.completed();
		}

		@BackgroundJob
		@UniqueJob(key = "'${invoices.prefix}-' + @tenant.toString() + #p0.number")
		JobHandle<Void> remind(@Nullable Invoice invoice) {
			return JobHandle.completed();
		}

		@BackgroundJob
		@UniqueJob(onConflict = UniqueJob.OnConflict.REPLACE)
		JobHandle<Void> correct(String order) {
			return JobHandle.completed();
		}

		@BackgroundJob
		@UniqueJob(key = "#content")
		void bytes(byte[] content) {
		}

	}

}
