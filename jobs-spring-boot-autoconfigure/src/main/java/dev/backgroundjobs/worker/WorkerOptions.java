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
import java.util.List;

import dev.backgroundjobs.core.JobReport;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import org.jspecify.annotations.Nullable;

/**
 * How a process works.
 *
 * @param containers what it works on
 * @param lease how long a claim lasts unless renewed
 * @param pollInterval how often an idle queue is asked without a wake-up
 * @param shutdownTimeout how long running jobs may go on when the process stops
 * @param maxLeaseLosses after how many lost leases a job is buried
 * @param interruptGrace how long an interrupted job may take to end before it is
 * abandoned
 * @param maxStuckThreads how many slots of a queue get another thread when theirs does
 * not come back, or {@code null} for as many as the queue has slots
 * @param maxParked how long a job that nobody here can run waits before it is buried
 * @param longRunning how long an attempt may run before the log and health tell of it
 * @param virtualThreads whether jobs run on virtual threads
 * @param logs how much is kept of what jobs say of themselves
 */
public record WorkerOptions(List<JobListenerContainerOptions> containers, Duration lease, Duration pollInterval,
		Duration shutdownTimeout, int maxLeaseLosses, Duration interruptGrace, @Nullable Integer maxStuckThreads,
		Duration maxParked, Duration longRunning, boolean virtualThreads, JobReport.Limits logs) {

	int maxStuckThreads(int concurrency) {
		return (this.maxStuckThreads != null) ? this.maxStuckThreads : concurrency;
	}

}
