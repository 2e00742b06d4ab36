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

package dev.backgroundjobs.redis;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle knows of one job.
 */
class Story {

	private final int level;

	private boolean retained;

	/** The last moment for a first start, or 0. */
	private long expires;

	/** F, S or T, and the key. */
	private @Nullable String lock;

	private final String record;

	/** The step of its chain that it waits for. */
	private @Nullable String predecessor;

	private @Nullable String owner;

	/** How many attempts count, so the next one is number attempts + 1. */
	private int attempts;

	private int losses;

	private long aloneUntil;

	private long notBefore;

	/** As its record says, until it has started. */
	private long due;

	private @Nullable Long unknownSince;

	private boolean dead;

	private int deaths;

	private String name;

	private boolean ended;

	/** Asked to stop: it ends with the attempt that runs. */
	private boolean cancelled;

	Story(String record, long due) {
		this.level = record.isEmpty() ? -1 : record.charAt(0) - '0';
		this.name = TestQueue.name(record);
		this.retained = TestQueue.isRetained(record);
		this.expires = TestQueue.expires(record) ? due + TestQueue.expiresAfter(record) : 0;
		this.notBefore = due;
		this.due = due;
		this.record = record;
		this.lock = UniqueRecord.lock(record);
	}

	/**
	 * It is due at another time, from which it may be late as before.
	 */
	void rescheduled(long to) {
		this.expires += (this.expires != 0) ? to - this.due : 0;
		this.due = to;
		this.notBefore = to;
	}

	String record() {
		return this.record;
	}

	@Nullable String predecessor() {
		return this.predecessor;
	}

	void waitFor(@Nullable String step) {
		this.predecessor = step;
	}

	/**
	 * What it was waiting for has completed.
	 */
	Story due(long now) {
		return new Story(this.record, now);
	}

	@Nullable String lock() {
		return this.lock;
	}

	boolean hasStarted() {
		return this.owner != null || this.attempts > 0;
	}

	/**
	 * It got the record of another call, and the later of both due times.
	 */
	void debounced(String record, long due, long now) {
		assertThat(waits()).as("a job that does not wait was given another record").isTrue();
		// a retry may have been made due, what is scheduled was not
		this.notBefore = Math.max(Math.max(now, due), Math.max(this.notBefore, this.due));
		this.due = this.notBefore;
		this.name = TestQueue.name(record);
		this.retained |= TestQueue.isRetained(record);
		this.expires = TestQueue.expires(record) ? this.notBefore + TestQueue.expiresAfter(record) : 0;
		this.lock = UniqueRecord.lock(record);
	}

	int level() {
		return this.level;
	}

	/**
	 * Past its time, and never started.
	 */
	boolean late(long now) {
		return this.expires != 0 && now > this.expires && this.attempts == 0;
	}

	boolean retained() {
		return this.retained;
	}

	/**
	 * The lease under which the job was claimed and not settled.
	 */
	@Nullable String owner() {
		return this.owner;
	}

	/**
	 * The number of the attempt that runs, or runs next.
	 */
	int attempt() {
		return this.attempts + 1;
	}

	boolean dead() {
		return this.dead;
	}

	/**
	 * How often it has died.
	 */
	int deaths() {
		return this.deaths;
	}

	String name() {
		return this.name;
	}

	void cancelled() {
		assertThat(this.owner).as("owner of a job that was asked to stop").isNotNull();
		this.cancelled = true;
	}

	boolean isCancelled() {
		return this.cancelled;
	}

	boolean ended() {
		return this.ended;
	}

	boolean waits() {
		return this.owner == null && !this.dead && !this.ended;
	}

	void claimed(String token, int number, long now) {
		assertThat(waits()).as("a job that has an owner, is dead or has ended was claimed").isTrue();
		assertThat(this.predecessor).as("the step that a claimed one waits for").isNull();
		assertThat(number).as("attempt").isEqualTo(attempt());
		assertThat(now).as("start of a job").isGreaterThanOrEqualTo(this.notBefore);
		assertThat(late(now)).as("a job past its time was claimed").isFalse();
		this.owner = token;
		this.aloneUntil = -1;
	}

	/**
	 * It runs with nothing beside it: if its lease ends by then, it was alone.
	 */
	void startedAlone(long leaseEnd) {
		this.aloneUntil = leaseEnd;
	}

	void givenBack(boolean counts, long until) {
		assertThat(this.cancelled).as("a job that was cancelled goes on").isFalse();
		this.owner = null;
		this.attempts += counts ? 1 : 0;
		this.unknownSince = counts ? null : this.unknownSince;
		this.notBefore = until;
	}

	/**
	 * Whoever had it could not run it.
	 */
	void parked(boolean unknown, long now, long until) {
		this.unknownSince = !unknown ? null : (this.unknownSince != null) ? this.unknownSince : Long.valueOf(now);
		givenBack(false, until);
	}

	@Nullable Long unknownSince() {
		return this.unknownSince;
	}

	/**
	 * Its lease has ended, and a claim recovered it: to the front the first time, later
	 * it waits, and it dies if it was alone when it was lost once too often, or only
	 * started alone when it was lost far too often.
	 * @return whether it waits
	 */
	boolean lost(long now, long leaseEnd) {
		this.losses++;
		boolean waits = this.losses > 1;
		givenBack(true, waits ? now + SimulatedWorker.LEASE * (1L << Math.min(8, this.losses)) / 12 : now);
		boolean startedAlone = this.aloneUntil >= 0 && this.losses >= ClaimCall.MAX_LOSSES + 8;
		if (this.losses >= ClaimCall.MAX_LOSSES && (leaseEnd <= this.aloneUntil || startedAlone)) {
			died();
		}
		return waits && !this.dead;
	}

	/**
	 * Somebody changed the clock for it.
	 */
	void dueNow() {
		this.notBefore = 0;
	}

	void died() {
		assertThat(this.cancelled).as("a job that was cancelled is dead").isFalse();
		this.owner = null;
		this.unknownSince = null;
		this.dead = true;
		this.deaths++;
	}

	void requeued() {
		assertThat(this.dead).as("a job that is not dead was queued again").isTrue();
		this.dead = false;
		this.losses = 0;
		givenBack(true, 0);
	}

	void finished() {
		this.owner = null;
		this.predecessor = null;
		this.ended = true;
	}

}
