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

import java.util.List;

import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a job at one moment, with what it has left behind.
 *
 * @param info what is known of it
 * @param result its result, if it has succeeded and had one
 * @param traceParent the trace of its call as W3C has it, if it was traced
 * @param kept whether it is kept for a while when it has ended
 * @param log what it has said
 * @param partition where it is: a step of a chain waits where the one before it runs
 */
public record FoundJob(JobInfo info, @Nullable JobResult result, @Nullable String traceParent, boolean kept,
		List<JobLogLine> log, QueuePartition partition) {

	/**
	 * The header of a job that holds its trace.
	 */
	public static final String TRACE_PARENT = "traceparent";

	/**
	 * A job that is kept, of whose trace nothing is known.
	 */
	public FoundJob(JobInfo info, @Nullable JobResult result) {
		this(info, result, null, true, List.of(), JobId.parse(info.id()).partition());
	}

	/**
	 * The same, for those who look at many jobs.
	 * @return the job without what it has said
	 */
	public FoundJob withoutLog() {
		return new FoundJob(this.info, this.result, this.traceParent, this.kept, List.of(), this.partition);
	}

}
