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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.DuplicateJobs;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLock;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.UniqueRule;
import org.jspecify.annotations.Nullable;

/**
 * The locks of unique jobs in memory. Guarded by their store.
 */
final class MemoryLocks {

	private final Map<Key, Held> held = new HashMap<>();

	/**
	 * The job that holds the lock of a call, or {@code null}.
	 */
	@Nullable MemoryJob holder(NewJob call, Instant now) {
		JobLock lock = call.job().lock();
		Held entry = (lock != null) ? this.held.get(Key.of(call.job().id(), lock)) : null;
		return (entry != null && entry.holds(now)) ? entry.job() : null;
	}

	/**
	 * Refuse a batch in which a call is to be refused.
	 */
	void refuse(List<NewJob> batch, Instant now) {
		Map<String, String> refused = new LinkedHashMap<>();
		Map<JobLock, JobId> seen = new HashMap<>();
		NewJob first = null;
		for (NewJob call : batch) {
			JobLock lock = call.job().lock();
			UniqueRule unique = call.unique();
			if (lock == null || unique == null) {
				continue;
			}
			MemoryJob holder = holder(call, now);
			JobId id = (holder != null) ? holder.job().id() : seen.get(lock);
			seen.putIfAbsent(lock, call.job().id());
			if (unique.onConflict() == UniqueJob.OnConflict.REJECT && id != null && !id.equals(call.job().id())) {
				refused.put(call.job().id().toString(), id.toString());
				first = (first != null) ? first : call;
			}
		}
		if (first != null) {
			throw DuplicateJobs.refused(first.job(), refused);
		}
	}

	/**
	 * What becomes of a call that meets the holder of its lock: {@code null} if there is
	 * none.
	 */
	@Nullable Acceptance meet(NewJob call, @Nullable MemoryJob holder, Instant now) {
		UniqueRule unique = call.unique();
		if (holder == null || unique == null) {
			return null;
		}
		JobId id = holder.job().id();
		UniqueJob.OnConflict how = holder.isPending() ? unique.onConflict() : UniqueJob.OnConflict.RETURN_EXISTING;
		return switch (how) {
			case REPLACE -> new Acceptance(JobAcceptance.REPLACED, call.job().id(), id);
			case DEBOUNCE -> {
				holder.become(call, now);
				take(call, holder, now);
				yield Acceptance.of(JobAcceptance.DEBOUNCED, id);
			}
			default -> Acceptance.of(JobAcceptance.EXISTING, id);
		};
	}

	void take(NewJob call, MemoryJob job, Instant now) {
		JobLock lock = call.job().lock();
		UniqueRule unique = call.unique();
		if (lock != null && unique != null) {
			this.held.put(Key.of(job.job().id(), lock),
					new Held(job, (lock.until() == UniqueJob.Until.TTL) ? now.plus(unique.ttl()) : null));
		}
	}

	/**
	 * A dead job is to be queued again.
	 * @return {@code false} if another one holds its lock
	 */
	boolean takeAgain(MemoryJob job, Instant now) {
		JobLock lock = job.job().lock();
		if (lock == null || lock.until() == UniqueJob.Until.STARTED) {
			return true;
		}
		Key key = Key.of(job.job().id(), lock);
		Held entry = this.held.get(key);
		if (entry != null && entry.job() != job && entry.holds(now)) {
			return false;
		}
		this.held.put(key, new Held(job, null));
		return true;
	}

	void deleted(MemoryJob job) {
		this.held.values().removeIf((entry) -> entry.job() == job);
	}

	void clear() {
		this.held.clear();
	}

	/**
	 * What is locked.
	 */
	private record Key(String queue, String key) {

		static Key of(JobId id, JobLock lock) {
			return new Key(id.partition().toString(), lock.key());
		}

	}

	/**
	 * A lock.
	 *
	 * @param job who holds it
	 * @param end until when, if it has a time
	 */
	private record Held(MemoryJob job, @Nullable Instant end) {

		boolean holds(Instant now) {
			JobLock lock = this.job.job().lock();
			if (lock == null || (this.end != null && !now.isBefore(this.end))) {
				return false;
			}
			if (this.job.finishedAt() != null) {
				return this.end != null && this.job.state() == JobState.SUCCEEDED;
			}
			// one that can no longer be started waits for nobody but its end
			return !(this.job.isPending() && this.job.isLate(now))
					&& (lock.until() != UniqueJob.Until.STARTED || !this.job.hasStarted());
		}

	}

}
