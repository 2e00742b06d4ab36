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

package dev.backgroundjobs.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;

import dev.backgroundjobs.PayloadTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes jobs of the steps of a chain. The ids of those behind the first are one text that
 * nobody else has with a number: if the caller chose the id of the chain they follow from
 * it, so that the same chain is not enqueued twice.
 */
final class ChainedJobs {

	private static final int LENGTH_OF_AN_ID = 16;

	private final List<RecordedStep> steps;

	private final CallOptions options;

	private final BiFunction<JobDefinition, CallOptions, JobId> ids;

	private final Preparation preparation;

	ChainedJobs(List<RecordedStep> steps, CallOptions options, BiFunction<JobDefinition, CallOptions, JobId> ids,
			Preparation preparation) {
		this.steps = steps;
		this.options = options;
		this.ids = ids;
		this.preparation = preparation;
	}

	List<PendingJob> jobs() {
		List<JobId> ids = ids();
		List<PendingJob> jobs = new ArrayList<>(this.steps.size());
		int bytes = 0;
		for (int k = 0; k < ids.size(); k++) {
			PendingJob job = this.preparation.prepare(this.steps.get(k), options(ids, k), ids.get(k), link(ids, k));
			bytes += job.bytes();
			jobs.add(job);
		}
		if (ids.size() > 1 && bytes > JobQueue.MAX_BATCH_BYTES) {
			throw new PayloadTooLargeException("The steps of the chain that begins with '"
					+ this.steps.get(0).call().job().name() + "' take " + bytes + " bytes, more than "
					+ JobQueue.MAX_BATCH_BYTES + ": hand over ids and load the data in the jobs");
		}
		return jobs;
	}

	/**
	 * Steps of one queue stay in one partition, so that they go on at once.
	 */
	private List<JobId> ids() {
		JobId first = this.ids.apply(this.steps.get(0).call().job(), this.options);
		String common = (this.options.id() != null) ? textOf(first) : first.local();
		List<JobId> ids = new ArrayList<>(List.of(first));
		for (int k = 1; k < this.steps.size(); k++) {
			String local = common + "." + (k + 1);
			JobId own = this.ids.apply(this.steps.get(k).call().job(), CallOptions.NONE.withId(local));
			ids.add(new JobId(ids.stream()
				.map(JobId::partition)
				.filter((known) -> known.queue().equals(own.queue()))
				.findFirst()
				.orElse(own.partition()), local));
		}
		return ids;
	}

	/**
	 * Only the first step has options, but as long as one of the steps exists the caller
	 * has chosen all of their ids.
	 */
	private CallOptions options(List<JobId> ids, int k) {
		if (k == 0) {
			return this.options;
		}
		CallOptions behind = CallOptions.NONE.withDue(new Due.After(ids.get(k - 1)));
		return (this.options.id() != null) ? behind.withId(ids.get(k).local()) : behind;
	}

	private @Nullable JobLink link(List<JobId> ids, int k) {
		if (ids.size() == 1) {
			return null;
		}
		int behind = ids.size() - 1 - k;
		boolean handsOver = behind > 0 && this.steps.get(k + 1).marked() != RecordedStep.NONE;
		return new JobLink((k > 0) ? ids.get(k - 1) : null, (behind > 0) ? ids.get(k + 1) : null, behind, handsOver,
				JobLink.NO_HOLE);
	}

	private static String textOf(JobId id) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.toString().getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, LENGTH_OF_AN_ID));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Checks a step and makes a job of it.
	 */
	interface Preparation {

		PendingJob prepare(RecordedStep step, CallOptions options, JobId id, @Nullable JobLink link);

	}

}
