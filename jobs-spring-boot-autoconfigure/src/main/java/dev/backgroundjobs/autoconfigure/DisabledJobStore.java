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

package dev.backgroundjobs.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobsDisabledException;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.Cancellation;
import dev.backgroundjobs.core.DeadLetters;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.WaitingNames;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.core.WorkerNamespaces;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.ScheduleOperations;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the store while background jobs are disabled: whoever uses them is told.
 */
final class DisabledJobStore implements JobQueue, JobOperations, JobQueries, ScheduleOperations, JobEnds {

	private static JobsDisabledException disabled() {
		return new JobsDisabledException("Background jobs are disabled: background-jobs.enabled is false");
	}

	@Override
	public Map<Integer, Acceptance> enqueue(List<NewJob> batch) {
		throw disabled();
	}

	@Override
	public Map<Integer, Acceptance> enqueue(List<NewJob> batch, Duration timeout) {
		throw disabled();
	}

	@Override
	public CompletableFuture<Void> await(JobId id) {
		throw disabled();
	}

	@Override
	public JobScheduleInfo put(ScheduleDefinition definition) {
		throw disabled();
	}

	@Override
	public boolean remove(String id) {
		throw disabled();
	}

	@Override
	public @Nullable JobId trigger(String id) {
		throw disabled();
	}

	@Override
	public @Nullable JobScheduleInfo find(String id) {
		throw disabled();
	}

	@Override
	public Set<String> ids() {
		throw disabled();
	}

	@Override
	public Cancellation requestCancel(JobId id) {
		throw disabled();
	}

	@Override
	public boolean retry(JobId id) {
		throw disabled();
	}

	@Override
	public boolean reschedule(JobId id, Due due) {
		throw disabled();
	}

	@Override
	public boolean delete(JobId id) {
		throw disabled();
	}

	@Override
	public DeadStep retryDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		throw disabled();
	}

	@Override
	public DeadStep deleteDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		throw disabled();
	}

	@Override
	public boolean pause(String queue) {
		throw disabled();
	}

	@Override
	public boolean resume(String queue) {
		throw disabled();
	}

	@Override
	public @Nullable FoundJob look(JobId id) {
		throw disabled();
	}

	@Override
	public QueueFigures figures(String queue) {
		throw disabled();
	}

	@Override
	public Set<String> queues() {
		throw disabled();
	}

	@Override
	public DeadLetters dead(String queue, int limit, @Nullable String cursor) {
		throw disabled();
	}

	@Override
	public WaitingNames waitingNames(String queue) {
		throw disabled();
	}

	@Override
	public @Nullable Job stored(JobId id) {
		throw disabled();
	}

	@Override
	public List<WorkerDescription> workers() {
		throw disabled();
	}

	@Override
	public WorkerNamespaces namespaces() {
		throw disabled();
	}

}
