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

import java.util.Map;
import java.util.Optional;

import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.AttemptObservation;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodInvoker;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Calls a job's method with everything around it that belongs to the attempt: its trace,
 * its {@link JobContext}, and the {@code job.*} entries of the {@link MDC}, of which
 * nothing stays behind on the thread.
 */
final class AttemptCaller {

	private final JobMethodInvoker invoker;

	private final JobObservations observations;

	private final @Nullable JobReports reports;

	AttemptCaller(JobMethodInvoker invoker, JobObservations observations) {
		this(invoker, observations, null);
	}

	AttemptCaller(JobMethodInvoker invoker, JobObservations observations, @Nullable JobReports reports) {
		this.invoker = invoker;
		this.observations = observations;
		this.reports = reports;
	}

	/**
	 * Read a job's arguments.
	 * @throws ArgumentsDoNotFitException if they cannot be read as the method's
	 * parameters
	 */
	@Nullable Object[] arguments(JobMethod method, ClaimedJob claimed) throws ArgumentsDoNotFitException {
		return this.invoker.arguments(method, claimed.job());
	}

	/**
	 * Call the method on this thread.
	 * @return its result, or {@code null} if it has none
	 * @throws Throwable what the method throws
	 */
	@Nullable JobResult call(JobRun run, JobMethod method, @Nullable Object[] arguments) throws Throwable {
		ClaimedJob claimed = run.claimed();
		describe(run.id(), claimed.job().name(), claimed.job().queue(), claimed.attempts().attempt());
		AttemptObservation.Scope scope = observe(run).open();
		try {
			return JobContext.with(run, () -> Optional.ofNullable(reported(run, method, arguments))).orElse(null);
		}
		finally {
			scope.close();
			MDC.clear();
		}
	}

	private @Nullable JobResult reported(JobRun run, JobMethod method, @Nullable Object[] arguments) throws Throwable {
		if (this.reports == null) {
			return invoke(run, method, arguments);
		}
		this.reports.begin(run);
		boolean keeps = true;
		try {
			JobResult result = invoke(run, method, arguments);
			keeps = run.claimed().job().retained() || run.snoozed() != null;
			return result;
		}
		finally {
			this.reports.end(run, keeps);
		}
	}

	private AttemptObservation observe(JobRun run) {
		AttemptObservation observation = this.observations.started(run.claimed());
		run.observedBy(observation);
		return observation;
	}

	private @Nullable JobResult invoke(JobRun run, JobMethod method, @Nullable Object[] arguments) throws Throwable {
		try {
			return this.invoker.invoke(method, run.claimed().job(), arguments, () -> remember(run));
		}
		catch (Throwable ex) {
			if (run.logged().isEmpty()) {
				remember(run);
			}
			throw ex;
		}
	}

	/**
	 * The log tells of it on another thread, but with what the log had here: the ids of
	 * the trace, and what interceptors have put there and take away again.
	 */
	private static void remember(JobRun run) {
		Map<String, String> entries = MDC.getCopyOfContextMap();
		run.logged((entries != null) ? entries : Map.of());
	}

	static void describe(String id, String name, String queue, int attempt) {
		MDC.put("job.id", id);
		MDC.put("job.name", name);
		MDC.put("job.queue", queue);
		MDC.put("job.attempt", String.valueOf(attempt));
	}

}
