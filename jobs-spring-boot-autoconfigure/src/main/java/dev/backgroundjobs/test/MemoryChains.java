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

package dev.backgroundjobs.test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JoinPolicy;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.NewJob;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of those that wait in memory for the end of others: of the steps of
 * chains, and of joins. Guarded by its store.
 */
final class MemoryChains {

	/** As much as Redis takes: of each child its result and one byte. */
	private static final int MOST_RESULTS = 256 * 1024;

	private static final byte[] NOTHING = "null".getBytes(StandardCharsets.UTF_8);

	private final MemoryJobStore store;

	private final Map<JobId, MemoryJob> jobs;

	/** The joins that wait. */
	private final Map<JobId, Join> joins = new LinkedHashMap<>();

	MemoryChains(MemoryJobStore store, Map<JobId, MemoryJob> jobs) {
		this.store = store;
		this.jobs = jobs;
	}

	void added(NewJob added, MemoryJob job) {
		Instant now = this.store.clock().instant();
		if (added.due() instanceof Due.Joined joined) {
			Instant due = (joined.due() instanceof Due.In in) ? now.plus(in.delay())
					: (joined.due() instanceof Due.At at && at.time().isAfter(now)) ? at.time() : now;
			this.joins.put(added.job().id(),
					new Join(job, joined.policy(), due.plus(joined.within()), new LinkedHashMap<>()));
		}
		else if (added.due() instanceof Due.Child child) {
			Join join = this.joins.get(child.join());
			if (join != null) {
				join.marks().put(added.job().id(), Mark.NONE);
			}
		}
	}

	/**
	 * An attempt has ended.
	 */
	void settled(MemoryJob job, JobOutcome outcome) {
		JobLink link = job.job().link();
		boolean completed = job.state() == JobState.SUCCEEDED && !job.isCancelled();
		if (link == null) {
			return;
		}
		if (completed && link.isChild()) {
			JobResult result = job.result();
			mark(job, new Mark(null, (link.handsOver() && result != null) ? result.json() : null));
		}
		else if (completed) {
			MemoryJob successor = job.successor(this.jobs);
			if (successor != null) {
				successor.proceed(outcome, this.store.clock().instant(), this.store.nextPlace());
			}
		}
		else if (job.state() == JobState.SUCCEEDED || job.state() == JobState.CANCELLED) {
			never(job, "CANCELLED");
		}
		else if (job.state() == JobState.DEAD && link.role() == JobLink.Role.CHILD_FAILED_WHEN_DEAD) {
			never(job, "DEAD");
		}
	}

	/**
	 * A job will never complete: who waits for it does not wait any more.
	 */
	void never(MemoryJob job, String how) {
		this.joins.remove(job.job().id());
		JobLink link = job.job().link();
		if (link != null && link.isChild()) {
			mark(job, new Mark(how, null));
			return;
		}
		MemoryJob successor = job.successor(this.jobs);
		if (successor != null) {
			this.store.end(successor, JobState.CANCELLED, "cancelled");
		}
	}

	private void mark(MemoryJob child, Mark ended) {
		JobLink link = child.job().link();
		Join join = (link != null) ? this.joins.get(link.successor()) : null;
		if (join == null) {
			return;
		}
		Mark mark = (join.bytes() + ended.bytes() > MOST_RESULTS) ? Mark.TOO_LARGE : ended;
		if (!join.marks().replace(child.job().id(), Mark.NONE, mark)) {
			return;
		}
		if (mark.failure() != null && join.policy() != JoinPolicy.SKIP) {
			int number = new ArrayList<>(join.marks().keySet()).indexOf(child.job().id()) + 1;
			decide(join, new Failure("CHILD_FAILED", "Child " + number + " of " + join.marks().size() + ", '"
					+ child.job().id().local() + "', is " + mark.failure(), ""));
		}
		else if (!join.marks().containsValue(Mark.NONE)) {
			decide(join, null);
		}
	}

	/**
	 * When the next of some jobs is due, if joins are of them that stop waiting.
	 * @param due when the next of the others is
	 */
	@Nullable Instant nextDue(Predicate<JobState> which, @Nullable Instant due) {
		return Stream.concat(Stream.ofNullable(due), this.joins.values().stream().map(Join::deadline))
			.filter((time) -> time == due || which.test(JobState.WAITING))
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	/**
	 * Joins whose time is over wait no more.
	 */
	void passDeadlines() {
		Instant now = this.store.clock().instant();
		for (Join join : List.copyOf(this.joins.values())) {
			if (!join.deadline().isAfter(now)) {
				long open = join.marks().values().stream().filter(Mark.NONE::equals).count();
				decide(join, (join.policy() == JoinPolicy.SKIP) ? null : new Failure("DEADLINE_PASSED",
						open + " of " + join.marks().size() + " children had not succeeded when the time was over",
						""));
			}
		}
	}

	private void decide(Join join, @Nullable Failure failure) {
		this.joins.remove(join.job().job().id());
		JobOutcome results = new JobOutcome.Succeeded(JobResult.of(join.results()));
		join.job().proceed(results, this.store.clock().instant(), this.store.nextPlace());
		if (failure != null) {
			join.job().die(failure, this.store.clock().instant());
			this.store.count(join.job(), "buried");
		}
	}

	void clear() {
		this.joins.clear();
	}

	/**
	 * A join that waits.
	 *
	 * @param job the join
	 * @param policy what it does when children fail
	 * @param deadline when it stops waiting
	 * @param marks how its children have ended, in their order
	 */
	private record Join(MemoryJob job, JoinPolicy policy, Instant deadline, Map<JobId, Mark> marks) {

		int bytes() {
			return this.marks.values().stream().mapToInt(Mark::bytes).sum();
		}

		byte[] results() {
			ByteArrayOutputStream json = new ByteArrayOutputStream();
			json.write('[');
			for (Mark mark : this.marks.values()) {
				if (json.size() > 1) {
					json.write(',');
				}
				json.writeBytes((mark.result() != null) ? mark.result() : NOTHING);
			}
			json.write(']');
			return json.toByteArray();
		}

	}

	/**
	 * How a child has ended.
	 *
	 * @param failure why it has not succeeded, or {@code null}
	 * @param result its result, or {@code null}
	 */
	private record Mark(@Nullable String failure, byte @Nullable [] result) {

		static final Mark NONE = new Mark(null, null);

		static final Mark TOO_LARGE = new Mark("TOO_LARGE: the results of all children take more than 256 KiB", null);

		int bytes() {
			return (this == NONE) ? 0 : 1
					+ ((this.failure != null) ? this.failure.length() : (this.result != null) ? this.result.length : 0);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
