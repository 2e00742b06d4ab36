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

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobReport;
import dev.backgroundjobs.core.QueuePartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what running jobs say of themselves: about once a second what all of them
 * have said meanwhile, many jobs in one call, and what one has not told yet when it ends.
 * No job waits for it.
 */
final class JobReports {

	private static final Logger logger = LoggerFactory.getLogger(JobReports.class);

	private static final long INTERVAL_MS = 1000;

	/** How many jobs one call tells of, and how many bytes of logs it may touch. */
	private static final int MAX_JOBS = 50;

	private static final int MAX_BYTES = 128 * 1024;

	private final JobClaims claims;

	private final JobReport.Limits limits;

	private final int jobsInACall;

	private final ScheduledExecutorService thread;

	private final Set<JobRun> said = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean planned = new AtomicBoolean();

	JobReports(JobClaims claims, JobReport.Limits limits, ScheduledExecutorService thread) {
		this.claims = claims;
		this.limits = limits;
		this.jobsInACall = Math.max(1, Math.min(MAX_JOBS, MAX_BYTES / Math.max(1, limits.maxBytes())));
		this.thread = thread;
	}

	/**
	 * A run begins.
	 */
	void begin(JobRun run) {
		run.reportTo(new RunReport(run, this.limits, this::said));
	}

	private void said(JobRun run) {
		this.said.add(run);
		if (this.planned.compareAndSet(false, true) && !this.thread.isShutdown()) {
			this.thread.schedule(WorkerThreads.guarded(this::tell), INTERVAL_MS, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * What is taken is sent before anybody else takes: the last words of a run must not
	 * overtake those before them.
	 */
	private synchronized void tell() {
		this.planned.set(false);
		List<JobRun> runs = List.copyOf(this.said);
		runs.forEach(this.said::remove);
		Map<QueuePartition, List<JobReport>> reports = runs.stream()
			.map(JobRun::takeReport)
			.filter(Objects::nonNull)
			.collect(Collectors.groupingBy((report) -> report.claimed().job().id().partition()));
		reports.forEach((partition, all) -> {
			for (int from = 0; from < all.size(); from += this.jobsInACall) {
				int to = Math.min(all.size(), from + this.jobsInACall);
				this.claims.report(partition, List.copyOf(all.subList(from, to)), this.limits);
			}
		});
	}

	/**
	 * A run has ended: its last words go before its outcome, unless nothing is kept of
	 * the job.
	 */
	void end(JobRun run, boolean keeps) {
		if (!keeps) {
			this.said.remove(run);
			return;
		}
		try {
			if (run.hasSpoken()) {
				sendLast(run);
			}
		}
		catch (RuntimeException | Error ex) {
			// the outcome of the job is another matter
			logger.debug("The last words of job {} are not told", run.id(), ex);
		}
	}

	private synchronized void sendLast(JobRun run) {
		this.said.remove(run);
		JobReport report = run.takeReport();
		if (report != null) {
			this.claims.report(report.claimed().job().id().partition(), List.of(report), this.limits);
		}
	}

}
