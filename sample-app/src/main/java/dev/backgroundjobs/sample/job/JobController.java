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

package dev.backgroundjobs.sample.job;

import java.util.List;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobInfo;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * How jobs are doing, and another try for those that are dead.
 */
@RestController
@RequestMapping("/api/jobs")
final class JobController {

	private final JobClient client;

	private final SubmittedJobs submitted;

	JobController(JobClient client, SubmittedJobs submitted) {
		this.client = client;
		this.submitted = submitted;
	}

	@GetMapping
	List<SubmittedJob> latest() {
		return this.submitted.latest();
	}

	@GetMapping("/{id}")
	JobInfo find(@PathVariable String id) {
		JobInfo job = this.client.find(id);
		if (job == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no job " + id);
		}
		return job;
	}

	@PostMapping("/{id}/retry")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void retry(@PathVariable String id) {
		if (!this.client.retry(id)) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "Job " + id + " is not dead");
		}
	}

	@ExceptionHandler(IllegalArgumentException.class)
	ProblemDetail notAnId(IllegalArgumentException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, ex.getMessage());
	}

}
