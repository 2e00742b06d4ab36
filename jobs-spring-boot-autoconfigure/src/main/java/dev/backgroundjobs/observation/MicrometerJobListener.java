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

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.Settlement;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Times enqueueing, waiting and execution of jobs. Timers are kept per job and outcome,
 * so that recording allocates next to nothing.
 */
public final class MicrometerJobListener implements JobListener {

	private static final String NONE = "none";

	private final MeterRegistry registry;

	private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

	/**
	 * Create a listener.
	 * @param registry where to record
	 */
	public MicrometerJobListener(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void enqueued(Job job, Duration took, @Nullable Throwable failure) {
		record(new Key("background.jobs.enqueue", job.queue(), job.name(), (failure != null) ? "failed" : "enqueued",
				error(failure)), took);
	}

	@Override
	public void started(ClaimedJob claimed, Duration waited) {
		record(new Key("background.jobs.wait", claimed.job().queue(), claimed.job().name(), null, null), waited);
	}

	@Override
	public void finished(FinishedAttempt attempt) {
		ClaimedJob claimed = attempt.claimed();
		record(new Key("background.jobs.execution", claimed.job().queue(), claimed.job().name(),
				outcome(attempt.settlement(), attempt.outcome()), error(attempt.exception())), attempt.took());
	}

	@Override
	public void expired(String queue, int number) {
		this.registry.counter("background.jobs.expired", "queue", queue).increment(number);
	}

	private static String outcome(Settlement settlement, JobOutcome outcome) {
		return switch (settlement) {
			case STALE -> "stale";
			case CANCELLED -> "cancelled";
			case ACCEPTED, UNCERTAIN -> outcome(outcome);
		};
	}

	private static String outcome(JobOutcome outcome) {
		if (outcome instanceof JobOutcome.Succeeded) {
			return "completed";
		}
		if (outcome instanceof JobOutcome.Retry) {
			return "retried";
		}
		if (outcome instanceof JobOutcome.Dead) {
			return "buried";
		}
		if (outcome instanceof JobOutcome.Cancelled) {
			return "cancelled";
		}
		return (outcome instanceof JobOutcome.Parked) ? "parked" : "released";
	}

	private static String error(@Nullable Throwable failure) {
		return (failure != null) ? failure.getClass().getSimpleName() : NONE;
	}

	private void record(Key key, Duration took) {
		this.timers.computeIfAbsent(key, this::timer).record(took);
	}

	private Timer timer(Key key) {
		Timer.Builder timer = Timer.builder(key.meter()).tag("queue", key.queue()).tag("job.name", key.job());
		if (key.outcome() != null && key.error() != null) {
			timer.tag("outcome", key.outcome()).tag("error", key.error());
		}
		return timer.register(this.registry);
	}

	/**
	 * A timer's name and tags.
	 *
	 * @param meter name of the meter
	 * @param queue the queue
	 * @param job name of the job
	 * @param outcome what came of it
	 * @param error simple name of the exception
	 */
	private record Key(String meter, String queue, String job, @Nullable String outcome, @Nullable String error) {

	}

}
