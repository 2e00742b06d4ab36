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

package dev.backgroundjobs.actuate;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobProgress;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.JobTypes.JobSetting;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;

/**
 * A job as operators see it.
 *
 * @param id its id
 * @param name its name
 * @param queue its queue
 * @param priority how urgent it is
 * @param state its state
 * @param attempt its latest or next attempt
 * @param retries retries used
 * @param maxRetries how many there are, -1 where that is not known
 * @param enqueuedAt when it was enqueued
 * @param dueAt when it was or is due
 * @param startedAt when its latest attempt started
 * @param finishedAt when it ended
 * @param parkedBecause why it could not be run
 * @param progress how far it has come, if it has said so
 * @param failures its latest failures
 * @param predecessor the step before it in its chain
 * @param successor the step behind it in its chain
 * @param arguments its arguments as they are stored, if they may be shown; only where one
 * job is asked for
 * @param result its result as it is stored, or why there is none, if it may be shown;
 * only where one job is asked for
 * @param traceId the trace of its call, if it was traced
 * @param settings what holds for it where it runs, if this build knows it; only where one
 * job is asked for
 * @param log what it has said, if that may be shown; only where one job is asked for
 */
record JobDescriptor(String id, String name, String queue, String priority, String state, int attempt, int retries,
		int maxRetries, Instant enqueuedAt, Instant dueAt, @Nullable Instant startedAt, @Nullable Instant finishedAt,
		@Nullable String parkedBecause, @Nullable ProgressDescriptor progress, List<FailureDescriptor> failures,
		@Nullable String predecessor, @Nullable String successor, @Nullable String arguments, @Nullable String result,
		@Nullable String traceId, @Nullable List<JobSetting> settings,
		List<JobLogLine> log) implements OperationResponseBody {

	/** The context of a trace, as W3C has it. */
	private static final Pattern TRACE_PARENT = Pattern.compile("\\p{XDigit}{2}-(\\p{XDigit}{32})-.*");

	JobDescriptor(FoundJob found, boolean showUnsanitized) {
		this(found.withoutLog(), showUnsanitized, null, null);
	}

	JobDescriptor(FoundJob found, boolean showUnsanitized, @Nullable Job stored, @Nullable List<JobSetting> settings) {
		this(found.info(), found, showUnsanitized, stored, settings);
	}

	private JobDescriptor(JobInfo job, FoundJob found, boolean showUnsanitized, @Nullable Job stored,
			@Nullable List<JobSetting> settings) {
		this(job.id(), job.name(), job.queue(), job.priority().name(), job.state().name(), job.attempt(), job.retries(),
				job.maxRetries(), job.enqueuedAt(), job.dueAt(), job.startedAt(), job.finishedAt(), job.parkedBecause(),
				progress(job.progress(), showUnsanitized),
				job.failures().stream().map((failure) -> new FailureDescriptor(failure, showUnsanitized)).toList(),
				job.predecessor(), job.successor(), arguments(stored, showUnsanitized),
				result(found.result(), showUnsanitized), traceId(found, stored), settings, log(found, showUnsanitized));
	}

	private static @Nullable String arguments(@Nullable Job stored, boolean showUnsanitized) {
		if (!showUnsanitized) {
			return SanitizableData.SANITIZED_VALUE;
		}
		return (stored != null) ? new String(stored.knownArguments(), StandardCharsets.UTF_8) : null;
	}

	private static @Nullable ProgressDescriptor progress(@Nullable JobProgress progress, boolean showUnsanitized) {
		if (progress == null) {
			return null;
		}
		String message = progress.message();
		return new ProgressDescriptor(progress.current(), progress.total(),
				(message == null || showUnsanitized) ? message : SanitizableData.SANITIZED_VALUE, progress.at());
	}

	private static List<JobLogLine> log(FoundJob found, boolean showUnsanitized) {
		return found.log()
			.stream()
			.map((line) -> showUnsanitized ? line
					: new JobLogLine(line.attempt(), line.at(), SanitizableData.SANITIZED_VALUE))
			.toList();
	}

	private static @Nullable String result(@Nullable JobResult result, boolean showUnsanitized) {
		if (result == null) {
			return null;
		}
		return showUnsanitized ? result.text() : SanitizableData.SANITIZED_VALUE;
	}

	private static @Nullable String traceId(FoundJob found, @Nullable Job stored) {
		String kept = (stored != null) ? stored.headers().get(FoundJob.TRACE_PARENT) : found.traceParent();
		Matcher trace = TRACE_PARENT.matcher((kept != null) ? kept : "");
		return trace.matches() ? trace.group(1) : null;
	}

	/**
	 * How far a job has come.
	 *
	 * @param current how much is done
	 * @param total how much there is in all, 0 if that is not known
	 * @param message what it is doing, if it may be shown
	 * @param at when it said so
	 */
	record ProgressDescriptor(long current, long total, @Nullable String message, Instant at) {

	}

	/**
	 * A failed attempt.
	 *
	 * @param attempt which attempt
	 * @param at when
	 * @param type class of the exception
	 * @param message its message, if it may be shown
	 * @param stackTrace its stack trace, if it may be shown
	 */
	record FailureDescriptor(int attempt, Instant at, String type, @Nullable String message,
			@Nullable String stackTrace) {

		FailureDescriptor(JobFailure failure, boolean showUnsanitized) {
			this(failure.attempt(), failure.at(), failure.type(),
					showUnsanitized ? failure.message() : SanitizableData.SANITIZED_VALUE,
					showUnsanitized ? failure.stackTrace() : SanitizableData.SANITIZED_VALUE);
		}

	}

}
