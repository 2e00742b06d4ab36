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

package com.example.shop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobAwaitTimeoutException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobNotSucceededException;
import dev.backgroundjobs.JobProgress;

class Reports {

	private final Sales sales;

	Reports(Sales sales) {
		this.sales = sales;
	}

	@BackgroundJob("reports")
	JobHandle<Report> generate(int year) {
		JobContext job = JobContext.current();
		List<Long> totals = new ArrayList<>();
		for (int month = 1; month <= 12; month++) {
			if (job.cancelled()) {
				throw new CancellationException("Nobody wants the report of " + year + " any more");
			}
			job.progress(month - 1, 12, "month " + month);
			totals.add(this.sales.total(year, month));
		}
		job.log("12 months of " + year + " added up");
		return JobHandle.completed(new Report(year, totals));
	}

	static String show(JobClient jobs, String id) {
		try {
			Report report = jobs.handle(id, Report.class).await(Duration.ofSeconds(30));
			return "Report " + report;
		}
		catch (JobNotSucceededException ex) {
			return "There will be no report: " + ex.getState() + ", " + ex.getCause();
		}
		catch (JobAwaitTimeoutException ex) {
			return "Not ready yet: " + ex.getState();
		}
	}

	static boolean stop(JobClient jobs, String report) {
		return jobs.cancel(report);
	}

	static String percent(JobClient jobs, String id) {
		JobInfo job = jobs.find(id);
		JobProgress progress = (job != null) ? job.progress() : null;
		return (progress != null) ? 100 * progress.current() / progress.total() + " %: " + progress.message() : "";
	}

	record Report(int year, List<Long> totals) {

	}

	interface Sales {

		long total(int year, int month);

	}

}
