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

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.backgroundjobs.core.AttemptObservation;
import dev.backgroundjobs.core.CallObservation;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobOutcome;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes calls and attempts with Micrometer, for the tracers and other handlers of the
 * application. The timers of the same names are {@link MicrometerJobListener}'s.
 */
public final class MicrometerJobObservations implements JobObservations {

	static final String ENQUEUE = "background.jobs.enqueue";

	static final String EXECUTION = "background.jobs.execution";

	/** Tells meters of these observations from those that are recorded directly. */
	private static final String SYSTEM = "messaging.system";

	private static final Logger logger = LoggerFactory.getLogger(MicrometerJobObservations.class);

	private final ObservationRegistry registry;

	/**
	 * Create it.
	 * @param registry where handlers listen
	 */
	public MicrometerJobObservations(ObservationRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Keeps the meters out that a handler makes of these observations: what they measure
	 * has meters of its own.
	 * @return the filter
	 */
	public static MeterFilter meterFilter() {
		return MeterFilter.deny((id) -> id.getName().startsWith("background.jobs.") && id.getTag(SYSTEM) != null);
	}

	@Override
	public CallObservation called(String name, JobId id) {
		JobSenderContext context = new JobSenderContext();
		Observation observation = start(ENQUEUE, "send " + id.queue(), context, name, id);
		return (observation != null) ? new Call(observation, Objects.requireNonNull(context.getCarrier()))
				: CallObservation.NONE;
	}

	@Override
	public AttemptObservation started(ClaimedJob claimed) {
		JobId id = claimed.job().id();
		Observation observation = start(EXECUTION, "process " + id.queue(), new JobReceiverContext(claimed),
				claimed.job().name(), id);
		if (observation == null) {
			return AttemptObservation.NONE;
		}
		observation.highCardinalityKeyValue("job.attempt", String.valueOf(claimed.attempts().attempt()));
		return new Attempt(observation);
	}

	private @Nullable Observation start(String name, String span, Observation.Context context, String job, JobId id) {
		return guarded(() -> {
			Observation observation = Observation.createNotStarted(name, () -> context, this.registry);
			if (observation.isNoop()) {
				return null;
			}
			return observation.contextualName(span)
				.lowCardinalityKeyValue("queue", id.queue())
				.lowCardinalityKeyValue("job.name", job)
				.lowCardinalityKeyValue(SYSTEM, "background_jobs")
				.highCardinalityKeyValue("job.id", id.toString())
				.start();
		});
	}

	/**
	 * A handler that fails must not cost a job.
	 */
	private static <T> @Nullable T guarded(Supplier<@Nullable T> observing) {
		try {
			return observing.get();
		}
		catch (RuntimeException | Error ex) {
			logger.error("An ObservationHandler failed", ex);
			return null;
		}
	}

	private static void stop(Observation observation, String outcome, @Nullable Throwable failure) {
		guarded(() -> {
			observation.lowCardinalityKeyValue("outcome", outcome);
			if (failure != null) {
				observation.error(failure);
			}
			observation.stop();
			return null;
		});
	}

	/**
	 * A call until its job is enqueued.
	 */
	private static final class Call implements CallObservation {

		private final Observation observation;

		private final Map<String, String> headers;

		private final AtomicBoolean ended = new AtomicBoolean();

		Call(Observation observation, Map<String, String> headers) {
			this.observation = observation;
			this.headers = headers;
		}

		@Override
		public Map<String, String> headers() {
			return this.headers;
		}

		@Override
		public void ended(@Nullable Throwable failure) {
			if (this.ended.compareAndSet(false, true)) {
				stop(this.observation, Outcomes.ofCall(failure), failure);
			}
		}

		@Override
		public void dropped() {
			if (this.ended.compareAndSet(false, true)) {
				stop(this.observation, "dropped", null);
			}
		}

	}

	/**
	 * An attempt until its method has ended.
	 */
	private static final class Attempt implements AttemptObservation {

		private final Observation observation;

		private final AtomicBoolean ended = new AtomicBoolean();

		Attempt(Observation observation) {
			this.observation = observation;
		}

		@Override
		public Scope open() {
			Observation.Scope scope = guarded(this.observation::openScope);
			return () -> guarded(() -> {
				if (scope != null) {
					scope.close();
				}
				return null;
			});
		}

		@Override
		public void ended(JobOutcome outcome, @Nullable Throwable exception) {
			if (this.ended.compareAndSet(false, true)) {
				stop(this.observation, Outcomes.of(outcome), exception);
			}
		}

	}

}
