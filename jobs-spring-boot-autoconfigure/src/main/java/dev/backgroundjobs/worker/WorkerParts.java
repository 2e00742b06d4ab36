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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

import dev.backgroundjobs.core.JobClaims;
import org.jspecify.annotations.Nullable;

/**
 * What the containers of a process share.
 *
 * @param claims the store
 * @param leases keeps their leases
 * @param jobs runs their jobs
 * @param threads gives them threads for jobs
 * @param pollThread the thread on which they decide
 * @param isolation lets some jobs run alone
 * @param store whether the store is there
 * @param pollRate how often they poll
 */
record WorkerParts(JobClaims claims, LeaseKeeper leases, JobExecutor jobs, WorkerThreads threads,
		ScheduledExecutorService pollThread, Isolation isolation, StoreWatch store, PollRate pollRate) {

	void onPollThread(Runnable task) {
		this.pollThread.execute(task);
	}

	@Nullable Future<?> later(Runnable task, Duration delay) {
		return WorkerThreads.later(this.pollThread, task, delay);
	}

}
