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

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;

import com.sun.management.ThreadMXBean;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.AttemptObservation;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.CallObservation;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.Settlement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What meters and traces cost a job in memory that is thrown away: the numbers of
 * {@code docs/performance.md}.
 */
class ObservationCostTests {

	private static final int JOBS = 10_000;

	private final ClaimedJob claimed = new ClaimedJob(
			new Job(JobId.parse("mail~0~order-42"), "Mail.send", new byte[0], false, JobPriority.NORMAL), "token",
			Attempts.NONE, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);

	@Test
	void metersAllocateNextToNothing() {
		MicrometerJobListener listener = new MicrometerJobListener(new SimpleMeterRegistry());
		FinishedAttempt attempt = new FinishedAttempt(this.claimed, new JobOutcome.Succeeded(), null,
				Duration.ofMillis(1), Settlement.ACCEPTED);
		long bytes = bytesPerJob("Timers and counters", () -> {
			listener.enqueued(this.claimed.job(), attempt.took(), null);
			listener.started(this.claimed, attempt.took());
			listener.finished(attempt);
		});
		assertThat(bytes).isLessThan(250);
	}

	@Test
	void observationsAllocateKilobytes() {
		ObservationRegistry registry = ObservationRegistry.create();
		Tracer otel = SdkTracerProvider.builder().build().get("test");
		OtelTracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), (event) -> {
		});
		OtelPropagator propagator = new OtelPropagator(
				ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
		registry.observationConfig()
			.observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
					new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
					new PropagatingReceiverTracingObservationHandler<>(tracer, propagator)));
		MicrometerJobObservations observations = new MicrometerJobObservations(registry);
		long bytes = bytesPerJob("Observations and spans besides", () -> {
			CallObservation call = observations.called("Mail.send", this.claimed.job().id());
			call.ended(null);
			AttemptObservation attempt = observations.started(this.claimed);
			attempt.open().close();
			attempt.ended(new JobOutcome.Succeeded(), null);
		});
		assertThat(bytes).isGreaterThan(1000);
	}

	private static long bytesPerJob(String what, Runnable job) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		for (int k = 0; k < JOBS; k++) {
			job.run();
		}
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int k = 0; k < JOBS; k++) {
			job.run();
		}
		long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / JOBS;
		System.out.println(what + ": " + bytes + " bytes per job");
		return bytes;
	}

}
