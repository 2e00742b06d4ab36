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

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import org.jspecify.annotations.Nullable;

/**
 * Begins a trace for each attempt of a job whose call is long ago, with a link to the
 * trace of the call. All other attempts continue that trace.
 */
public final class DelayedJobTracingObservationHandler
		extends PropagatingReceiverTracingObservationHandler<JobReceiverContext> {

	private static final Pattern TRACE_PARENT = Pattern
		.compile("\\p{XDigit}{2}-(\\p{XDigit}{32})-(\\p{XDigit}{16})-(\\p{XDigit}{2}).*");

	/**
	 * Create a handler.
	 * @param tracer makes spans
	 * @param propagator reads what came with the job
	 */
	public DelayedJobTracingObservationHandler(Tracer tracer, Propagator propagator) {
		super(tracer, propagator);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof JobReceiverContext attempt && attempt.isDelayed();
	}

	@Override
	public Span.Builder customizeExtractedSpan(JobReceiverContext context, Span.Builder builder) {
		TraceContext call = call(context.header("traceparent"));
		builder.setNoParent();
		return (call != null) ? builder.addLink(new Link(call)) : builder;
	}

	private @Nullable TraceContext call(String traceParent) {
		Matcher parts = TRACE_PARENT.matcher(traceParent);
		return parts.matches() ? getTracer().traceContextBuilder()
			.traceId(parts.group(1))
			.spanId(parts.group(2))
			.sampled((Integer.parseInt(parts.group(3), 16) & 1) != 0)
			.build() : null;
	}

}
