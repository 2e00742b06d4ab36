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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.UniqueRule;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one caller, which waits for them.
 */
final class EnqueueEntry {

	private enum State {

		ON_ITS_WAY, RESTING, GONE

	}

	final List<NewJob> jobs;

	final Duration timeout;

	final List<byte[]> arguments;

	final int bytes;

	/** For how many plain jobs it counts in a batch. */
	final int weight;

	final CompletableFuture<@Nullable Long> confirmed = new CompletableFuture<>();

	/** What became of jobs that were not just created; known when it is confirmed. */
	volatile Map<Integer, Acceptance> met = Map.of();

	volatile @Nullable Throwable lastFailure;

	private State state = State.ON_ITS_WAY;

	private boolean abandoned;

	EnqueueEntry(List<NewJob> jobs, Duration timeout) {
		this.jobs = jobs;
		this.timeout = timeout;
		this.arguments = new ArrayList<>(3 * jobs.size());
		int size = 0;
		for (NewJob job : jobs) {
			byte[] record = JobRecord.encode(job.job(), job.expiresAfter());
			size += record.length;
			this.arguments.add(RedisConnection.bytes(job.job().id().local()));
			this.arguments.add(record);
			UniqueRule unique = job.unique();
			this.arguments.add(RedisConnection.bytes((unique != null) ? due(job) + lock(unique) : due(job)));
		}
		this.bytes = size;
		this.weight = jobs.stream().mapToInt(NewJob::weight).sum();
	}

	boolean hasCallersId() {
		return this.jobs.stream().anyMatch(NewJob::callersId);
	}

	boolean hasUnique() {
		return this.jobs.stream().anyMatch((job) -> job.unique() != null);
	}

	/**
	 * The ids of the jobs that would be added to those that exist, without children that
	 * go to other partitions.
	 */
	Set<String> newJobs(Set<String> existing) {
		return this.jobs.stream()
			.filter((job) -> elsewhere(job).isEmpty())
			.map((job) -> job.job().id().local())
			.filter((id) -> !existing.contains(id))
			.collect(Collectors.toSet());
	}

	/**
	 * Now that it is certainly not enqueued: does anybody still wait for it?
	 */
	synchronized boolean isWanted() {
		return !this.abandoned;
	}

	/**
	 * Called by a caller that gives up.
	 * @return whether the job is certainly not enqueued
	 */
	synchronized boolean withdraw() {
		this.abandoned = true;
		if (this.state == State.RESTING) {
			this.state = State.GONE;
			return true;
		}
		return false;
	}

	synchronized boolean rest(boolean mayBeWithdrawn) {
		if (mayBeWithdrawn) {
			this.state = this.abandoned ? State.GONE : State.RESTING;
		}
		return !this.abandoned;
	}

	synchronized boolean resume() {
		if (this.state == State.GONE) {
			return false;
		}
		this.state = State.ON_ITS_WAY;
		return true;
	}

	void complete(@Nullable RuntimeException failure) {
		if (failure != null) {
			this.confirmed.completeExceptionally(failure);
		}
		else {
			this.confirmed.complete(null);
		}
	}

	private static String due(NewJob job) {
		if (job.due() instanceof Due.Joined joined) {
			return "j" + joined.policy().name().charAt(0) + " " + DueText.encode(joined.due()) + " "
					+ DueText.millis(joined.within()) + " " + joined.children() + " " + joined.family();
		}
		if (job.due() instanceof Due.Child child) {
			return "c" + DueText.encode(child.due()) + elsewhere(job);
		}
		return DueText.encode(job.due());
	}

	/**
	 * Where a child goes that does not stay with its join.
	 */
	private static String elsewhere(NewJob job) {
		QueuePartition partition = job.job().id().partition();
		return (job.due() instanceof Due.Child child && !partition.equals(child.join().partition()))
				? " " + partition.queue() + "~" + partition.number() : "";
	}

	/**
	 * What is to be done if the lock of a job is held, and for how long it holds it.
	 */
	private static String lock(UniqueRule unique) {
		String how = switch (unique.onConflict()) {
			case REJECT -> "X";
			case REPLACE -> "R";
			case DEBOUNCE -> "D";
			default -> "E";
		};
		return " " + how + " " + unique.ttl().toMillis();
	}

}
