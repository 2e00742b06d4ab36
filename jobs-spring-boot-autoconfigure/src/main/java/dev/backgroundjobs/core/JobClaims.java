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

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The store as workers see it. No method blocks; each answer may come on a thread of the
 * store, which must not be held up.
 */
public interface JobClaims {

	/**
	 * A claimant for one partition.
	 * @param partition the partition
	 * @param id unique id of the claiming container, drawn anew for every start
	 * @param options how it claims
	 * @return the claimant
	 */
	Claimant claimant(QueuePartition partition, String id, ClaimOptions options);

	/**
	 * Renew leases, also those that have run out but were not recovered by anybody.
	 * @param partition the partition they belong to
	 * @param tokens the leases
	 * @param lease until when from now
	 * @return which are lost, and which jobs of the others were cancelled
	 */
	CompletionStage<Renewal> renew(QueuePartition partition, Collection<String> tokens, Duration lease);

	/**
	 * Say that a job whose workers died now starts with nothing else beside it, so that
	 * it is held against it if this one dies, too. Tried until the store has answered.
	 * @param claimed the job, which stays claimed
	 * @param alone for how long at least nothing else starts beside it
	 * @param lease how long its lease lasts unless renewed; it is renewed five times in
	 * that time
	 * @return whether it is still this worker's: it must not start otherwise
	 */
	CompletionStage<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease);

	/**
	 * Be told of joins that died of something this process did: settled a child, brought
	 * its end to another queue, claimed, or took a child out.
	 * @param listener is told on the thread where it becomes known; must be quick and
	 * must not throw
	 * @return ends that
	 */
	default Runnable listenToDeadJoins(Consumer<DeadJoin> listener) {
		return () -> {
		};
	}

	/**
	 * Tell what running jobs say of themselves. Nobody waits for it and it is not tried
	 * again; what is not its owner's to say is not kept. A store that has no room for
	 * such things need not do anything.
	 * @param partition the partition they belong to
	 * @param reports what they say
	 * @param limits how much of their logs is kept
	 */
	default void report(QueuePartition partition, List<JobReport> reports, JobReport.Limits limits) {
	}

	/**
	 * Say what became of a job. Tried until the store has answered; the lease must be
	 * renewed until then.
	 * @param claimed the job
	 * @param outcome what became of it
	 * @return whether the store took it
	 */
	CompletionStage<Settlement> settle(ClaimedJob claimed, JobOutcome outcome);

}
