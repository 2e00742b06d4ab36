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

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import dev.backgroundjobs.PayloadTooLargeException;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.RandomId;
import org.jspecify.annotations.Nullable;

/**
 * Makes jobs of the steps of a chain, and of the children for which its first step waits
 * if that is a join. The ids of those behind the first are one text that nobody else has
 * with a number, drawn anew with each call also if the caller chose the id of the first:
 * what is left of an earlier chain under that id, in whatever queue, is in nobody's way.
 */
final class ChainedJobs {

	private final List<RecordedStep> steps;

	private final CallOptions options;

	private final @Nullable DefaultJobFanOut<?> fanOut;

	private final BiFunction<JobDefinition, CallOptions, JobId> ids;

	private final Preparation preparation;

	ChainedJobs(List<RecordedStep> steps, CallOptions options, @Nullable DefaultJobFanOut<?> fanOut,
			BiFunction<JobDefinition, CallOptions, JobId> ids, Preparation preparation) {
		this.steps = steps;
		this.options = (fanOut != null) ? CallOptions.NONE.withIdOf(options) : options;
		this.fanOut = fanOut;
		this.ids = ids;
		this.preparation = preparation;
	}

	/**
	 * The calls in the order in which they are enqueued: a join stands before its
	 * children.
	 */
	static List<RecordedStep> calls(List<RecordedStep> steps, @Nullable DefaultJobFanOut<?> fanOut) {
		List<RecordedStep> calls = new ArrayList<>(steps);
		calls.addAll(1, (fanOut != null) ? fanOut.children() : List.of());
		return calls;
	}

	/**
	 * The jobs in the order of {@link #calls}.
	 */
	List<PendingJob> jobs() {
		List<JobId> ids = ids();
		String family = (this.fanOut != null) ? RandomId.next() : "";
		List<PendingJob> jobs = new ArrayList<>(this.steps.size());
		for (int k = 0; k < ids.size(); k++) {
			jobs.add(this.preparation.prepare(this.steps.get(k), options(ids, k, family), ids.get(k), link(ids, k)));
		}
		if (this.fanOut != null) {
			jobs.addAll(1, children(this.fanOut, ids.get(0), family));
		}
		checkSize(jobs, jobs.stream().mapToInt(PendingJob::bytes).sum());
		return jobs;
	}

	/**
	 * Children of the join's queue stay in its partition. Their ids are drawn anew each
	 * time, so that the marks of an earlier join under the same id are not taken for
	 * theirs.
	 */
	private List<PendingJob> children(DefaultJobFanOut<?> fanOut, JobId join, String family) {
		List<PendingJob> jobs = new ArrayList<>();
		boolean takesResults = this.steps.get(0).marked() != RecordedStep.NONE;
		for (RecordedStep child : fanOut.children()) {
			String local = family + ".c" + (jobs.size() + 1);
			JobId own = this.ids.apply(child.call().job(), fanOut.options().withId(local));
			JobId id = own.queue().equals(join.queue()) ? new JobId(join.partition(), local) : own;
			CallOptions options = CallOptions.NONE.withPriority(fanOut.options().priority())
				.withDue(new Due.Child(fanOut.options().due(), join));
			jobs.add(this.preparation.prepare(child, options, id,
					JobLink.child(join, fanOut.policy(), takesResults && child.hasResult())));
		}
		return jobs;
	}

	private void checkSize(List<PendingJob> jobs, int bytes) {
		if (jobs.size() > 1 && bytes > JobQueue.MAX_BATCH_BYTES) {
			throw new PayloadTooLargeException("The steps of the chain that begins with '"
					+ this.steps.get(0).call().job().name() + "' take " + bytes + " bytes, more than "
					+ JobQueue.MAX_BATCH_BYTES + ": hand over ids and load the data in the jobs");
		}
	}

	/**
	 * Steps of one queue stay in one partition, so that they go on at once.
	 */
	private List<JobId> ids() {
		JobId first = this.ids.apply(this.steps.get(0).call().job(), this.options);
		String common = (this.options.id() != null) ? RandomId.next() : first.local();
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
	 * Only the first step has options, but whoever chose the id of the chain follows all
	 * of its steps: they are kept.
	 */
	private CallOptions options(List<JobId> ids, int k, String family) {
		if (k == 0) {
			return (this.fanOut != null) ? this.options.withDue(new Due.Joined(this.fanOut.policy(),
					this.fanOut.options().due(), this.fanOut.deadline(), this.fanOut.children().size(), family))
					: this.options;
		}
		CallOptions behind = CallOptions.NONE.withDue(new Due.After(ids.get(k - 1)));
		return (this.options.id() != null) ? behind.withId(ids.get(k).local()) : behind;
	}

	private @Nullable JobLink link(List<JobId> ids, int k) {
		boolean joins = this.fanOut != null && k == 0;
		if (ids.size() == 1 && !joins) {
			return null;
		}
		int behind = ids.size() - 1 - k;
		boolean handsOver = behind > 0 && this.steps.get(k + 1).marked() != RecordedStep.NONE;
		return new JobLink((k > 0) ? ids.get(k - 1) : null, (behind > 0) ? ids.get(k + 1) : null, behind, handsOver,
				JobLink.NO_HOLE, joins ? JobLink.Role.JOIN : JobLink.Role.STEP);
	}

	/**
	 * Checks a step and makes a job of it.
	 */
	interface Preparation {

		PendingJob prepare(RecordedStep step, CallOptions options, JobId id, @Nullable JobLink link);

	}

}
