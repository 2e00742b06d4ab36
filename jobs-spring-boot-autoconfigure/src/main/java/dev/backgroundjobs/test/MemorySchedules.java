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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.ScheduleOperations;
import dev.backgroundjobs.schedule.StoredSchedule;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Schedules in memory, for tests. Only the time that a test lets pass has slots: where
 * the machine's clock happens to stand changes nothing. Thread-safe.
 */
public final class MemorySchedules implements ScheduleOperations {

	private static final int MAX_SLOTS = 100_000;

	private final MemoryJobStore store;

	private final Supplier<List<ScheduleDefinition>> declared;

	private final Map<String, Kept> schedules = new LinkedHashMap<>();

	/** Whether they are those of this test. */
	private volatile boolean begun;

	private long revisions;

	/**
	 * Create schedules.
	 * @param store takes their runs
	 * @param declared those of the application's methods
	 */
	public MemorySchedules(MemoryJobStore store, Supplier<List<ScheduleDefinition>> declared) {
		this.store = store;
		this.declared = declared;
		store.clock().onMove(this::moved);
	}

	private Map<String, Kept> all() {
		return all(this.store.clock().instant());
	}

	private Map<String, Kept> all(Instant now) {
		if (!this.begun) {
			this.begun = true;
			this.schedules.clear();
			this.declared.get().forEach((definition) -> this.schedules.put(definition.id(), kept(definition, now)));
		}
		return this.schedules;
	}

	private Kept kept(ScheduleDefinition definition, Instant now) {
		return new Kept(new StoredSchedule(definition, ++this.revisions, now, now.minusMillis(1), null, null, false));
	}

	/**
	 * Time that has passed before now by itself has no slots.
	 */
	synchronized void begin() {
		Instant now = this.store.clock().instant();
		all().values().forEach((kept) -> kept.leaveOut(now.minusMillis(1)));
	}

	/**
	 * The next slot of any schedule that is not paused.
	 */
	synchronized @Nullable Instant nextSlot() {
		return all().values()
			.stream()
			.filter((kept) -> !kept.schedule.paused())
			.map(Kept::next)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	private void moved(Instant from, Instant to, boolean step) {
		if (to.equals(Instant.EPOCH)) {
			// the store is being cleared, and holds its lock
			this.begun = false;
		}
		else {
			fireBetween(from, to, step);
		}
	}

	private synchronized void fireBetween(Instant from, Instant to, boolean step) {
		Map<String, Kept> all = all(from);
		if (!step) {
			all.values().forEach((kept) -> kept.leaveOut(from));
		}
		fireUntil(to);
	}

	/**
	 * Fire what is due until a time, in the order of the slots.
	 */
	private void fireUntil(Instant until) {
		for (int slots = 0; slots < MAX_SLOTS; slots++) {
			Kept next = all().values().stream().filter((kept) -> {
				Instant slot = kept.next();
				return slot != null && !slot.isAfter(until);
			}).min(Comparator.comparing((kept) -> Objects.requireNonNull(kept.next()))).orElse(null);
			if (next == null) {
				all().values().forEach((kept) -> kept.fireWaiting(this.store));
				return;
			}
			next.fire(this.store);
		}
		throw new IllegalStateException("There are more than " + MAX_SLOTS + " slots until " + until
				+ ": move the clock in smaller steps, or disable schedules with background-jobs.recurring.<id>.cron=-");
	}

	@Override
	public synchronized JobScheduleInfo put(ScheduleDefinition definition) {
		Kept before = all().get(definition.id());
		Assert.state(before == null || before.schedule.definition().origin() == Origin.CLIENT,
				() -> "The id '" + definition.id() + "' is that of a schedule that a @RecurringJob method declares");
		Instant now = this.store.clock().instant();
		if (before == null) {
			this.schedules.put(definition.id(), kept(definition, now));
		}
		else if (!isSame(before.schedule.definition(), definition)) {
			before.change(definition, ++this.revisions, now);
		}
		return Objects.requireNonNull(find(definition.id()));
	}

	private static boolean isSame(ScheduleDefinition one, ScheduleDefinition other) {
		Job run = one.run();
		Job otherRun = other.run();
		return one.timing().equals(other.timing()) && one.misfires().equals(other.misfires())
				&& one.overlap() == other.overlap() && Objects.equals(one.expiresAfter(), other.expiresAfter())
				&& one.queue().equals(other.queue()) && run.name().equals(otherRun.name())
				&& run.retained() == otherRun.retained() && run.priority() == otherRun.priority()
				&& Arrays.equals(run.arguments(), otherRun.arguments());
	}

	@Override
	public synchronized boolean remove(String id) {
		Kept kept = all().get(id);
		Assert.state(kept == null || kept.schedule.definition().origin() == Origin.CLIENT,
				() -> "Schedule '" + id + "' is declared by a @RecurringJob method and would be declared again");
		return this.schedules.remove(id) != null;
	}

	@Override
	public synchronized boolean pause(String id) {
		return pause(id, true);
	}

	@Override
	public synchronized boolean resume(String id) {
		return pause(id, false);
	}

	private boolean pause(String id, boolean pauses) {
		Kept kept = all().get(id);
		if (kept == null || kept.schedule.paused() == pauses) {
			return false;
		}
		kept.pause(pauses, this.store.clock().instant());
		return true;
	}

	@Override
	public @Nullable JobId trigger(String id) {
		JobId run = enqueue(id);
		if (run != null && this.store instanceof InlineJobStore inline) {
			inline.run(List.of(run));
		}
		return run;
	}

	private synchronized @Nullable JobId enqueue(String id) {
		Kept kept = all().get(id);
		return (kept != null) ? kept.run(this.store, new Due.Now()) : null;
	}

	@Override
	public synchronized @Nullable JobScheduleInfo find(String id) {
		Kept kept = all().get(id);
		return (kept != null) ? kept.schedule.info(this.store.clock().instant()) : null;
	}

	@Override
	public synchronized Set<String> ids() {
		return new TreeSet<>(all().keySet());
	}

	/**
	 * A schedule that is kept. Guarded by the schedules.
	 */
	private static final class Kept {

		private StoredSchedule schedule;

		private final List<JobId> runs = new ArrayList<>();

		Kept(StoredSchedule schedule) {
			this.schedule = schedule;
		}

		@Nullable Instant next() {
			return this.schedule.slots().next(this.schedule.done());
		}

		void leaveOut(Instant until) {
			if (until.isAfter(this.schedule.done())) {
				change(until, this.schedule.waiting(), this.schedule.lastFired(), this.schedule.paused());
			}
		}

		void pause(boolean pauses, Instant now) {
			change(doneAt(now), null, this.schedule.lastFired(), pauses);
		}

		/**
		 * It goes on with the next slot, paused or not as it was.
		 */
		void change(ScheduleDefinition definition, long revision, Instant now) {
			if (!definition.queue().equals(this.schedule.definition().queue())) {
				// those of another queue hold up nothing
				this.runs.clear();
			}
			this.schedule = new StoredSchedule(definition, revision, now, doneAt(now), null, this.schedule.lastFired(),
					this.schedule.paused());
		}

		private Instant doneAt(Instant now) {
			return this.schedule.done().isAfter(now) ? this.schedule.done() : now;
		}

		void fire(MemoryJobStore store) {
			Instant slot = Objects.requireNonNull(next());
			OverlapPolicy overlap = this.schedule.definition().overlap();
			boolean free = overlap == OverlapPolicy.ALLOW || !overlaps(store);
			if (this.schedule.paused() || !free) {
				boolean waits = !this.schedule.paused() && overlap == OverlapPolicy.QUEUE_ONE
						&& this.schedule.waiting() == null;
				change(slot, waits ? slot : this.schedule.waiting(), this.schedule.lastFired(), this.schedule.paused());
				return;
			}
			change(slot, this.schedule.waiting(), slot, false);
			run(store, new Due.At(slot));
		}

		void fireWaiting(MemoryJobStore store) {
			Instant slot = this.schedule.waiting();
			if (slot != null && !this.schedule.paused() && !overlaps(store)) {
				change(this.schedule.done(), null, slot, false);
				run(store, new Due.Now());
			}
		}

		private boolean overlaps(MemoryJobStore store) {
			this.runs.removeIf((run) -> {
				JobInfo info = store.find(run);
				return info == null || info.finishedAt() != null;
			});
			return !this.runs.isEmpty();
		}

		JobId run(MemoryJobStore store, Due due) {
			ScheduleDefinition definition = this.schedule.definition();
			Job run = definition.run();
			JobId id = new JobId(QueuePartition.of(definition.queue()), RandomId.next());
			this.runs.add(id);
			store.enqueue(new NewJob(new Job(id, run.name(), run.arguments(), run.retained(), run.priority()), due,
					false, definition.expiresAfter()));
			return id;
		}

		private void change(Instant done, @Nullable Instant waiting, @Nullable Instant lastFired, boolean paused) {
			this.schedule = new StoredSchedule(this.schedule.definition(), this.schedule.revision(),
					this.schedule.start(), done, waiting, lastFired, paused);
		}

	}

}
