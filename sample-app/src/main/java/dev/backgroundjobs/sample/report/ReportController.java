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

package dev.backgroundjobs.sample.report;

import java.time.Duration;

import dev.backgroundjobs.JobAwaitTimeoutException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobNotSucceededException;
import dev.backgroundjobs.sample.job.AcceptedJob;
import dev.backgroundjobs.sample.job.SubmittedJobs;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Orders a report, and hands it out when it is there, whichever process has made it.
 */
@RestController
final class ReportController {

	private static final int MOST = 200;

	private final PrimeReports reports;

	private final JobClient jobs;

	private final SubmittedJobs submitted;

	ReportController(PrimeReports reports, JobClient jobs, SubmittedJobs submitted) {
		this.reports = reports;
		this.jobs = jobs;
		this.submitted = submitted;
	}

	@PostMapping("/api/reports")
	ResponseEntity<AcceptedJob> order(@RequestBody ReportRequest request) {
		Integer ranges = request.ranges();
		if (ranges == null || ranges < 1 || ranges > MOST) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'ranges' must be a number from 1 to " + MOST);
		}
		return this.submitted.accepted(this.reports.count(ranges), "Report on " + ranges + " ranges of numbers");
	}

	/**
	 * Whoever asks a little too early waits a little.
	 */
	@GetMapping("/api/reports/{id}.csv")
	ResponseEntity<String> download(@PathVariable String id) {
		try {
			PrimeReport report = this.jobs.handle(id, PrimeReport.class).await(Duration.ofSeconds(2));
			return ResponseEntity.ok()
				.contentType(new MediaType("text", "csv"))
				.header(HttpHeaders.CONTENT_DISPOSITION,
						ContentDisposition.attachment().filename("primes.csv").build().toString())
				.body((report != null) ? report.toCsv() : "");
		}
		catch (JobAwaitTimeoutException ex) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "The report is not ready: " + ex.getState(), ex);
		}
		catch (JobNotSucceededException | IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such report", ex);
		}
	}

	record ReportRequest(@Nullable Integer ranges) {

	}

}
