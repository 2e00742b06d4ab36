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

package dev.backgroundjobs.client;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.CallObservation;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A call that has been checked, has its id, and is not enqueued yet: its batch or its
 * transaction decides. Thread-safe.
 */
public final class PendingJob {

	private final JobDefinition definition;

	private NewJob job;

	private final CallObservation observation;

	/** The steps of its chain behind it. */
	private List<PendingJob> behind = List.of();

	private volatile @Nullable Acceptance acceptance;

	private volatile @Nullable String notAccepted = "it is enqueued with the batch or the transaction it belongs to, "
			+ "which has not ended";

	PendingJob(JobDefinition definition, NewJob job, CallObservation observation) {
		this.definition = definition;
		this.job = job;
		this.observation = observation;
	}

	public JobDefinition definition() {
		return this.definition;
	}

	public NewJob job() {
		return this.job;
	}

	public JobId id() {
		return this.job.job().id();
	}

	/**
	 * Begin a chain, before anybody else knows of it.
	 */
	void setBehind(List<PendingJob> steps) {
		this.behind = List.copyOf(steps);
	}

	/**
	 * The job and, if it begins a chain, the steps behind it.
	 * @return all of them, in their order
	 */
	public Stream<PendingJob> steps() {
		return Stream.concat(Stream.of(this), this.behind.stream());
	}

	/**
	 * How many jobs it is.
	 * @return their number
	 */
	public int size() {
		return 1 + this.behind.size();
	}

	/**
	 * For how many plain jobs it counts in a batch.
	 */
	int weight() {
		return this.job.weight() + this.behind.size();
	}

	/**
	 * The id of the job there is, once it was accepted: another one, if that holds its
	 * lock.
	 */
	JobId acceptedId() {
		Acceptance met = this.acceptance;
		return (met != null) ? met.id() : id();
	}

	@Nullable Acceptance acceptance() {
		return this.acceptance;
	}

	/**
	 * What became of it, once it was accepted.
	 */
	JobAcceptance how() {
		Acceptance met = this.acceptance;
		return (met != null) ? met.how() : JobAcceptance.CREATED;
	}

	/**
	 * The size of the arguments and headers, about.
	 * @return a number of bytes
	 */
	public int bytes() {
		int bytes = this.job.job().arguments().length;
		for (Map.Entry<String, String> header : this.job.job().headers().entrySet()) {
			bytes += header.getKey().length() + header.getValue().length();
		}
		for (PendingJob step : this.behind) {
			bytes += step.bytes();
		}
		return bytes;
	}

	/**
	 * Set what travels with the job, before anybody else knows of it.
	 */
	void setHeaders(Map<String, String> headers) {
		this.job = this.job.withHeaders(headers);
	}

	/**
	 * The job was accepted.
	 * @param met what became of it, if it was not just created
	 */
	void accepted(@Nullable Acceptance met) {
		this.acceptance = met;
		this.notAccepted = null;
		this.observation.ended(null);
	}

	/**
	 * The store has refused the job, or nobody knows.
	 */
	void refused(RuntimeException failure) {
		this.observation.ended(failure);
		this.behind.forEach((step) -> step.refused(failure));
	}

	/**
	 * The job was not enqueued and will not be; or nobody knows.
	 * @param reason why
	 */
	public void notAccepted(String reason) {
		this.notAccepted = reason;
		this.observation.dropped();
		this.behind.forEach((step) -> step.notAccepted(reason));
	}

	/**
	 * Check that the job has been enqueued.
	 * @throws IllegalStateException if not
	 */
	void assertAccepted() {
		String reason = this.notAccepted;
		Assert.state(reason == null, () -> "Job '" + id() + "' is not enqueued: " + reason);
	}

	@Override
	public String toString() {
		return this.definition.name() + " " + id();
	}

}
