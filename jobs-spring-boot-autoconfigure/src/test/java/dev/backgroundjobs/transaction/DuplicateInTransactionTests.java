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

package dev.backgroundjobs.transaction;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.DuplicateJobException;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobsNotEnqueuedException;
import dev.backgroundjobs.NotEnqueuedJob;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.autoconfigure.JobsMetricsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsObservationAutoConfiguration;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A call of a committed transaction is refused because a job like it lives; its
 * neighbours are not to blame.
 */
class DuplicateInTransactionTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class, JobsMetricsAutoConfiguration.class,
				JobsObservationAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withBean(Spans.class)
		.withBean(DataSource.class, DuplicateInTransactionTests::dataSource)
		.withUserConfiguration(SignupConfiguration.class)
		.withBean(Payments.class)
		.withPropertyValues("background-jobs.worker.enabled=false");

	@Test
	void neighboursOfARefusedCallAreEnqueuedAndCountedAndObservedSoOnce() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			String held = payments.charge("held").id();
			context.getBean(Spans.class).ended.clear();
			assertThatExceptionOfType(JobsNotEnqueuedException.class).isThrownBy(() -> charge(context))
				.satisfies((ex) -> assertThat(ex.getJobs()).extracting(NotEnqueuedJob::arguments)
					.containsExactly("[\"held\"]", "[\"twice\"]"))
				.satisfies((ex) -> assertThat(ex.getJobs()).extracting(NotEnqueuedJob::cause)
					.hasOnlyElementsOfType(DuplicateJobException.class)
					.satisfiesExactly((cause) -> assertThat(cause).hasMessageContaining("job '" + held + "' has"),
							(cause) -> assertThat(cause).hasMessageContaining("has the same unique key")
								.hasMessageNotContaining(held)));
			assertThat(Shop.queued(context, "payments")).as("held, new, twice, receipt").isEqualTo(4);
			assertThat(calls(context)).containsOnly(Map.entry("Payments.charge enqueued none", 3L),
					Map.entry("Payments.charge rejected DuplicateJobException", 2L),
					Map.entry("Payments.receipt enqueued none", 1L));
			assertThat(context.getBean(Spans.class).ended).containsExactlyInAnyOrder("Payments.charge enqueued none",
					"Payments.charge rejected DuplicateJobException", "Payments.charge enqueued none",
					"Payments.charge rejected DuplicateJobException", "Payments.receipt enqueued none");
		});
	}

	@Test
	void callsThatAreMoreWorkForTheStoreRideInSmallerBatches() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Shop.transaction(context)
				.executeWithoutResult(
						(status) -> IntStream.range(0, 201).forEach((order) -> payments.remind("order-" + order)));
			assertThat(Shop.batches(context, "payments")).isEqualTo(4);
		});
	}

	@Test
	void neighboursOfARefusedCallRunInline() {
		ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
			.withBean(DataSource.class, DuplicateInTransactionTests::dataSource)
			.withUserConfiguration(SignupConfiguration.class)
			.withBean(Payments.class)
			.withPropertyValues("background-jobs.mode=inline");
		runner.run((context) -> {
			assertThatExceptionOfType(JobsNotEnqueuedException.class).isThrownBy(() -> charge(context))
				.satisfies((ex) -> assertThat(ex.getJobs()).extracting(NotEnqueuedJob::arguments)
					.containsExactly("[\"twice\"]"));
			assertThat(context.getBean(Payments.class).done()).containsExactly("held", "new", "twice", "receipt");
		});
	}

	private static void charge(AssertableApplicationContext context) {
		Payments payments = context.getBean(Payments.class);
		Shop.transaction(context).executeWithoutResult((status) -> {
			payments.charge("held");
			payments.charge("new");
			payments.charge("twice");
			payments.charge("twice");
			assertThat(payments.receipt()).isNotNull();
		});
	}

	private static Map<String, Long> calls(AssertableApplicationContext context) {
		return context.getBean(SimpleMeterRegistry.class)
			.find("background.jobs.enqueue")
			.timers()
			.stream()
			.collect(Collectors.toMap((timer) -> text(timer.getId().getTags(), Tag::getKey, Tag::getValue),
					Timer::count));
	}

	private static <T> String text(Iterable<T> tags, Function<T, String> key, Function<T, String> value) {
		Map<String, String> values = new HashMap<>();
		tags.forEach((tag) -> values.put(key.apply(tag), value.apply(tag)));
		return values.get("job.name") + " " + values.get("outcome") + " " + values.get("error");
	}

	private static DataSource dataSource() {
		return new DriverManagerDataSource("jdbc:h2:mem:duplicates;DB_CLOSE_DELAY=-1");
	}

	static class Spans implements ObservationHandler<Observation.Context> {

		private final List<String> ended = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(Observation.Context context) {
			context.addLowCardinalityKeyValue(KeyValue.of("error",
					(context.getError() != null) ? context.getError().getClass().getSimpleName() : "none"));
			this.ended.add(text(context.getLowCardinalityKeyValues(), KeyValue::getKey, KeyValue::getValue));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return String.valueOf(context.getName()).equals("background.jobs.enqueue");
		}

	}

	static class Payments {

		private final List<String> done = new CopyOnWriteArrayList<>();

		List<String> done() {
			return this.done;
		}

		@BackgroundJob("payments")
		@UniqueJob(key = "#order", onConflict = UniqueJob.OnConflict.REJECT)
		JobHandle<Void> charge(String order) {
			this.done.add(order);
			return JobHandle.completed();
		}

		@BackgroundJob("payments")
		@UniqueJob(key = "#order", onConflict = UniqueJob.OnConflict.DEBOUNCE)
		void remind(String order) {
		}

		@BackgroundJob("payments")
		JobHandle<Void> receipt() {
			this.done.add("receipt");
			return JobHandle.completed();
		}

	}

}
