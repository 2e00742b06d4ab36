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

import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

/**
 * Where calls wait for the end of a transaction.
 */
public interface JobTransactions {

	/**
	 * No call waits for anything.
	 */
	JobTransactions NONE = (job) -> false;

	/**
	 * Keep a call until the transaction of this thread has ended: it is sent when the
	 * transaction has committed.
	 * @param job the call
	 * @return {@code false} if there is no transaction, so that the call is to be sent
	 * now
	 */
	boolean join(PendingJob job);

	/**
	 * The partition to which the calls go that wait for this thread's transaction: those
	 * of one queue travel together.
	 * @param queue name of the queue
	 * @return the partition, or {@code null} if the next call may go to any
	 */
	default @Nullable QueuePartition partition(String queue) {
		return null;
	}

}
