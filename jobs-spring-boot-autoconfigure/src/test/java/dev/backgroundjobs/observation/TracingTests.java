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

package dev.backgroundjobs.observation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.autoconfigure.JobsMetricsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsObservationAutoConfiguration;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryEventPublisherBeansApplicationListener;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Traces from callers to jobs, with the OpenTelemetry bridge as Boot sets it up.
 */
class TracingTests {

	/** Level, version, flags and due time. */
	private static final int ENQUEUED_AT = 9;

	private final ApplicationContextRunner metered = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class, ObservationAutoConfiguration.class,
				JobsMetricsAutoConfiguration.class, JobsObservationAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withBean(Work.class)
		.withPropertyValues("background-jobs.queues.small.capacity=1");

	private final ApplicationContextRunner runner = this.metered.withInitializer((context) -> {
		OpenTelemetryEventPublisherBeansApplicationListener.addWrapper();
		context.addApplicationListener(new OpenTelemetryEventPublisherBeansApplicationListener());
	})
		.withConfiguration(AutoConfigurations.of(MicrometerTracingAutoConfiguration.class,
				OpenTelemetrySdkAutoConfiguration.class, OpenTelemetryTracingAutoConfiguration.class))
		.withUserConfiguration(ExportConfiguration.class)
		.withPropertyValues("management.tracing.sampling.probability=1.0");

	@Test
	void traceGoesOnFromTheCallerToTheJobInAnotherProcess() {
		producer().run((producer) -> worker(producer).run((worker) -> {
			List<JobHandle<Void>> job = new ArrayList<>();
			Span request = inSpan(producer, "request", () -> job.add(producer.getBean(Work.class).work("now")));
			awaitState(job.get(0), JobState.SUCCEEDED);
			SpanData sent = span(producer, "send traced");
			assertThat(sent.getKind()).isEqualTo(SpanKind.PRODUCER);
			assertThat(sent.getParentSpanId()).isEqualTo(request.context().spanId());
			SpanData processed = span(worker, "process traced");
			assertThat(processed.getKind()).isEqualTo(SpanKind.CONSUMER);
			assertThat(processed.getTraceId()).isEqualTo(request.context().traceId());
			assertThat(processed.getParentSpanId()).isEqualTo(sent.getSpanId());
			assertThat(attributes(processed)).containsEntry("queue", "traced")
				.containsEntry("job.name", "Work.work")
				.containsEntry("job.id", job.get(0).id())
				.containsEntry("job.attempt", "1")
				.containsEntry("outcome", "completed");
			Map<String, String> logged = worker.getBean(Work.class).logged().get(0);
			assertThat(logged).containsEntry("job.id", job.get(0).id())
				.containsEntry("job.name", "Work.work")
				.containsEntry("job.queue", "traced")
				.containsEntry("job.attempt", "1")
				.containsEntry("traceId", request.context().traceId())
				.containsEntry("spanId", processed.getSpanId());
			assertTimedOnce(worker, "background.jobs.execution");
			assertTimedOnce(producer, "background.jobs.enqueue");
		}));
	}

	@Test
	void eachAttemptHasASpanWithItsErrorAndTheLogNamesTheTrace() {
		ListAppender<ILoggingEvent> log = new ContextAppender();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.backgroundjobs.job.Work.fail");
		log.start();
		logger.addAppender(log);
		try {
			this.runner.run((context) -> {
				JobHandle<Void> job = context.getBean(Work.class).fail();
				awaitState(job, JobState.DEAD);
				await().untilAsserted(() -> assertThat(spans(context, "process traced")).hasSize(2));
				List<SpanData> attempts = spans(context, "process traced");
				assertThat(attempts).extracting((span) -> attributes(span).get("job.attempt"))
					.containsExactly("1", "2");
				assertThat(attempts).extracting((span) -> attributes(span).get("outcome"))
					.containsExactly("retried", "buried");
				assertThat(attempts).allSatisfy((span) -> {
					assertThat(span.getTraceId()).isEqualTo(span(context, "send traced").getTraceId());
					assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
					assertThat(span.getEvents()).singleElement()
						.satisfies((event) -> assertThat(event.getAttributes().asMap().values()).contains("no luck",
								IllegalStateException.class.getName()));
				});
				await().untilAsserted(() -> assertThat(log.list).hasSize(2));
				assertThat(log.list).extracting((event) -> event.getMDCPropertyMap().get("spanId"))
					.containsExactlyElementsOf(attempts.stream().map(SpanData::getSpanId).toList());
				assertThat(log.list)
					.allSatisfy((event) -> assertThat(event.getMDCPropertyMap()).containsEntry("job.id", job.id()));
			});
		}
		finally {
			logger.detachAppender(log);
		}
	}

	@Test
	void attemptLongAfterItsCallHasATraceOfItsOwnThatLinksToTheCall() {
		producer().run((producer) -> {
			JobHandle<Void> late = producer.getBean(Work.class).work("late");
			agedByTwoMinutes(producer, late.id());
			worker(producer).run((worker) -> {
				awaitState(late, JobState.SUCCEEDED);
				SpanData sent = span(producer, "send traced");
				SpanData processed = span(worker, "process traced");
				assertThat(processed.getTraceId()).isNotEqualTo(sent.getTraceId());
				assertThat(processed.getParentSpanContext().isValid()).isFalse();
				assertThat(processed.getLinks()).singleElement()
					.satisfies((link) -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(sent.getSpanId()));
			});
		});
	}

	@Test
	void callOfABatchOrATransactionCarriesTheContextOfTheCall() {
		producer().run((producer) -> worker(producer).run((worker) -> {
			Work work = producer.getBean(Work.class);
			List<Span> callers = new ArrayList<>();
			producer.getBean(JobClient.class).enqueueAll(() -> {
				callers.add(inSpan(producer, "one", () -> work.work("first of batch")));
				callers.add(inSpan(producer, "two", () -> work.work("second of batch")));
			});
			TransactionTemplate transaction = new TransactionTemplate(
					new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:traced")));
			transaction.executeWithoutResult(
					(status) -> callers.add(inSpan(producer, "three", () -> work.work("after commit"))));
			await().untilAsserted(() -> assertThat(spans(worker, "process traced")).hasSize(3));
			assertThat(spans(worker, "process traced")).extracting(SpanData::getTraceId)
				.containsExactlyInAnyOrderElementsOf(callers.stream().map((span) -> span.context().traceId()).toList());
			transaction.executeWithoutResult((status) -> {
				work.work("never");
				status.setRollbackOnly();
			});
			assertThat(spans(producer, "send traced"))
				.filteredOn((span) -> "dropped".equals(attributes(span).get("outcome")))
				.singleElement()
				.satisfies((span) -> assertThat(span.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR));
		}));
	}

	@Test
	void refusedCallIsAnErrorOfItsSpan() {
		producer().run((producer) -> {
			Work work = producer.getBean(Work.class);
			work.small();
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(work::small);
			assertThat(spans(producer, "send small")).extracting((span) -> attributes(span).get("outcome"))
				.containsExactly("enqueued", "rejected");
			assertThat(spans(producer, "send small").get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		});
	}

	@Test
	void nothingIsObservedForMetersAlone() {
		this.metered.run((context) -> {
			assertThat(context).getBean(JobObservations.class).isSameAs(JobObservations.NONE);
			awaitState(context.getBean(Work.class).work("untraced"), JobState.SUCCEEDED);
			assertTimedOnce(context, "background.jobs.execution");
		});
		this.metered.withBean(OtherHandler.class).run((context) -> {
			awaitState(context.getBean(Work.class).work("observed"), JobState.SUCCEEDED);
			await().untilAsserted(() -> assertThat(context.getBean(OtherHandler.class).observed)
				.containsExactlyInAnyOrder("background.jobs.enqueue", "background.jobs.execution"));
		});
	}

	private ApplicationContextRunner producer() {
		return this.runner.withPropertyValues("background-jobs.worker.enabled=false");
	}

	private ApplicationContextRunner worker(ApplicationContext producer) {
		return this.runner.withPropertyValues("background-jobs.namespace="
				+ producer.getEnvironment().getRequiredProperty("background-jobs.namespace"));
	}

	private static Span inSpan(ApplicationContext context, String name, Runnable action) {
		Tracer tracer = context.getBean(Tracer.class);
		Span span = tracer.nextSpan().name(name).start();
		try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
			assertThat(scope).isNotNull();
			action.run();
			return span;
		}
		finally {
			span.end();
		}
	}

	private static SpanData span(ApplicationContext context, String name) {
		await().untilAsserted(() -> assertThat(spans(context, name)).hasSize(1));
		return spans(context, name).get(0);
	}

	private static List<SpanData> spans(ApplicationContext context, String name) {
		return context.getBean(Spans.class)
			.exporter()
			.getFinishedSpanItems()
			.stream()
			.filter((span) -> span.getName().equals(name))
			.sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
			.toList();
	}

	private static Map<String, String> attributes(SpanData span) {
		Map<String, String> attributes = new HashMap<>();
		span.getAttributes()
			.forEach((AttributeKey<?> key, Object value) -> attributes.put(key.getKey(), value.toString()));
		return attributes;
	}

	/**
	 * The handler for meters listens, too, and must not measure a second time.
	 */
	private static void assertTimedOnce(ApplicationContext context, String name) {
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		await().untilAsserted(() -> assertThat(registry.find(name).timers()).singleElement().satisfies((timer) -> {
			assertThat(timer.count()).isEqualTo(1);
			assertThat(timer.getId().getTags()).extracting((tag) -> tag.getKey())
				.containsExactlyInAnyOrder("queue", "job.name", "outcome", "error");
		}));
		assertThat(registry.find(name + ".active").meters()).isEmpty();
	}

	private static void agedByTwoMinutes(ApplicationContext context, String id) {
		byte[] jobs = ("bj:{" + context.getEnvironment().getRequiredProperty("background-jobs.namespace")
				+ ".traced}:j")
			.getBytes(StandardCharsets.UTF_8);
		byte[] local = id.substring("traced~0~".length()).getBytes(StandardCharsets.UTF_8);
		try (RedisConnection redis = context.getBean(RedisConnectionFactory.class).getConnection()) {
			byte[] record = redis.hashCommands().hGet(jobs, local);
			assertThat(record).isNotNull();
			ByteBuffer time = ByteBuffer.allocate(8);
			time.put(2, record, ENQUEUED_AT, 6);
			byte[] earlier = ByteBuffer.allocate(8).putLong(time.getLong(0) - Duration.ofMinutes(2).toMillis()).array();
			System.arraycopy(earlier, 2, record, ENQUEUED_AT, 6);
			redis.hashCommands().hSet(jobs, local, record);
		}
	}

	private static void awaitState(JobHandle<?> handle, JobState state) {
		await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(state));
	}

	@Configuration(proxyBeanMethods = false)
	static class ExportConfiguration {

		@Bean
		Spans spans() {
			return new Spans();
		}

		/** Spans are there as soon as they have ended. */
		@Bean
		SpanProcessor immediateSpanProcessor(Spans spans) {
			return SimpleSpanProcessor.create(spans.exporter());
		}

	}

	/**
	 * Not a bean itself, which Boot would export to a second time.
	 *
	 * @param exporter where spans go
	 */
	record Spans(InMemorySpanExporter exporter) {

		Spans() {
			this(InMemorySpanExporter.create());
		}

	}

	static class OtherHandler implements ObservationHandler<Observation.Context> {

		private final List<String> observed = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(Observation.Context context) {
			this.observed.add(context.getName());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	/**
	 * Keeps the context of each event, too.
	 */
	static class ContextAppender extends ListAppender<ILoggingEvent> {

		@Override
		protected void append(ILoggingEvent event) {
			event.prepareForDeferredProcessing();
			super.append(event);
		}

	}

	static class Work {

		private final List<Map<String, String>> logged = new CopyOnWriteArrayList<>();

		List<Map<String, String>> logged() {
			return this.logged;
		}

		@BackgroundJob("traced")
		JobHandle<Void> work(String what) {
			this.logged.add(MDC.getCopyOfContextMap());
			return JobHandle.completed();
		}

		@BackgroundJob("traced")
		@JobRetry(maxRetries = 1, delay = "1ms", jitter = "0ms")
		JobHandle<Void> fail() {
			throw new IllegalStateException("no luck");
		}

		@BackgroundJob("small")
		void small() {
		}

	}

}
