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
import java.util.function.Function;

import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.DeadJoin;
import dev.backgroundjobs.core.FinishedAttempt;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.RecoveredJob;
import dev.backgroundjobs.core.Settlement;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Times and counts what this process does with jobs. Meters are kept per job and outcome,
 * so that recording allocates next to nothing.
 */
public final class MicrometerJobListener implements JobListener {

	private final MeterRegistry registry;

	private final Map<String, Map<String, CallMeters>> calls = new ConcurrentHashMap<>();

	private final Map<String, Map<String, AttemptMeters>> attempts = new ConcurrentHashMap<>();

	private final Map<String, QueueMeters> queues = new ConcurrentHashMap<>();

	/**
	 * Create a listener.
	 * @param registry where to record
	 */
	public MicrometerJobListener(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void enqueued(Job job, Duration took, @Nullable Throwable failure) {
		String queue = job.queue();
		CallMeters meters = kept(kept(this.calls, queue, (key) -> new ConcurrentHashMap<>()), job.name(),
				(key) -> new CallMeters(this.registry, queue, key));
		meters.ended(took, failure);
	}

	@Override
	public void started(ClaimedJob claimed, Duration waited) {
		attempts(claimed).waited(waited);
	}

	@Override
	public void finished(FinishedAttempt attempt) {
		AttemptMeters meters = attempts(attempt.claimed());
		if (attempt.settlement() == Settlement.STALE) {
			meters.stale();
		}
		else if (attempt.settlement() != Settlement.CANCELLED) {
			count(meters, attempt.outcome());
		}
		meters.ended(attempt);
	}

	private static void count(AttemptMeters meters, JobOutcome outcome) {
		if (outcome instanceof JobOutcome.Retry) {
			meters.retried();
		}
		else if (outcome instanceof JobOutcome.Dead) {
			meters.buried();
		}
	}

	@Override
	public void leaseLost(ClaimedJob claimed) {
		attempts(claimed).leaseLost();
	}

	@Override
	public void expired(String queue, int number) {
		queue(queue).expired(number);
	}

	@Override
	public void trimmed(String queue, int number) {
		queue(queue).trimmed(number);
	}

	@Override
	public void dropped(String queue, int number) {
		queue(queue).dropped(number);
	}

	@Override
	public void recovered(RecoveredJob job) {
		String queue = job.id().queue();
		queue(queue).recovered();
		if (job.dead()) {
			attempts(queue, job.name()).buried();
		}
	}

	@Override
	public void joinDied(DeadJoin join) {
		attempts(join.id().queue(), join.name()).buried();
	}

	@Override
	public void fired(String name, String queue, Duration lag) {
		this.registry.timer("background.jobs.schedule.lag", "queue", queue, "job.name", name).record(lag);
	}

	private AttemptMeters attempts(ClaimedJob claimed) {
		return attempts(claimed.job().queue(), claimed.job().name());
	}

	private AttemptMeters attempts(String queue, String job) {
		return kept(kept(this.attempts, queue, (key) -> {
			queue(key);
			return new ConcurrentHashMap<>();
		}), job, (key) -> new AttemptMeters(this.registry, queue, key));
	}

	private QueueMeters queue(String queue) {
		return kept(this.queues, queue, (key) -> new QueueMeters(this.registry, key));
	}

	private static <T> T kept(Map<String, T> all, String key, Function<String, T> creation) {
		T known = all.get(key);
		return (known != null) ? known : all.computeIfAbsent(key, creation);
	}

}
