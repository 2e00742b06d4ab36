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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.listener.Setback;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Looks at this process's own containers: what keeps them from working, from whatever
 * passes soon to what somebody has to correct.
 */
final class ProcessHealth {

	private static final String STALLED = ": this process has not been able to claim jobs lately, or its slots are "
			+ "held by jobs that do not heed their interrupt";

	private final @Nullable JobListenerContainerRegistry containers;

	ProcessHealth(@Nullable JobListenerContainerRegistry containers) {
		this.containers = containers;
	}

	/**
	 * Describe what is wrong.
	 * @param builder takes details
	 * @param passes what is over sooner is not worth an alarm
	 * @return the status of this process
	 */
	Status describe(Health.Builder builder, Duration passes) {
		describeStuckJobs(builder);
		describeLongRunningJobs(builder);
		boolean stalled = describeStalled(builder);
		Map<String, String> setbacks = new LinkedHashMap<>();
		boolean lasting = false;
		boolean down = stalled;
		for (JobListenerContainer container : containers()) {
			Setback setback = container.getSetback();
			if (setback != null) {
				setbacks.put(container.getId(), setback.message());
				down |= setback.reason() == Reason.DENIED || setback.reason() == Reason.BROKEN;
				lasting |= setback.reason() == Reason.NOT_NOW && setback.lasting().compareTo(passes) >= 0;
			}
		}
		if (!setbacks.isEmpty()) {
			builder.withDetail("setbacks", setbacks);
		}
		if (down) {
			return Status.DOWN;
		}
		return lasting ? Status.OUT_OF_SERVICE : Status.UP;
	}

	/**
	 * How long ago this process last polled a queue with success, in words.
	 */
	String lastPoll(String queue) {
		for (JobListenerContainer container : containers()) {
			if (container.getQueues().contains(queue)) {
				Duration since = container.getTimeSinceLastPoll();
				return (since != null) ? Duration.ofMillis(since.toMillis()).toString() : "never";
			}
		}
		return "not here";
	}

	private Collection<JobListenerContainer> containers() {
		return (this.containers != null) ? this.containers.getContainers() : List.of();
	}

	private void describeStuckJobs(Health.Builder builder) {
		Map<String, Integer> stuck = new TreeMap<>();
		containers().forEach((container) -> stuck.put(container.getId(), container.getStuck()));
		stuck.values().removeIf((number) -> number == 0);
		if (!stuck.isEmpty()) {
			builder.withDetail("stuck", stuck);
		}
	}

	private void describeLongRunningJobs(Health.Builder builder) {
		Map<String, List<String>> longRunning = new TreeMap<>();
		for (JobListenerContainer container : containers()) {
			List<String> jobs = container.getLongRunning()
				.stream()
				.map((job) -> job.name() + " '" + job.id() + "' for " + Duration.ofSeconds(job.elapsed().toSeconds()))
				.toList();
			if (!jobs.isEmpty()) {
				longRunning.put(container.getId(), jobs);
			}
		}
		if (!longRunning.isEmpty()) {
			builder.withDetail("longRunning", longRunning);
		}
	}

	private boolean describeStalled(Health.Builder builder) {
		List<String> stalled = containers().stream()
			.filter(ProcessHealth::isStalled)
			.map(JobListenerContainer::getId)
			.toList();
		if (!stalled.isEmpty()) {
			builder.withDetail("stalled", stalled + STALLED);
		}
		return !stalled.isEmpty();
	}

	private static boolean isStalled(JobListenerContainer container) {
		Setback setback = container.getSetback();
		// those whom Redis answers, with a refusal, have a word of their own
		return container.isStalled() && (setback == null || setback.reason() == Reason.AWAY);
	}

}
