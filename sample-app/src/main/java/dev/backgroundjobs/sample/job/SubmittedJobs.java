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

import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;

import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * The latest jobs that this process enqueued. Thread-safe.
 */
@Component
public final class SubmittedJobs {

	private static final int LATEST = 50;

	private final Deque<SubmittedJob> jobs = new ArrayDeque<>();

	private final JobClient client;

	SubmittedJobs(JobClient client) {
		this.client = client;
	}

	/**
	 * Note a job and tell the caller where to ask about it.
	 * @param job the job
	 * @param what what it does, for people
	 * @return the answer, 202
	 */
	public ResponseEntity<AcceptedJob> accepted(JobHandle<?> job, String what) {
		add(job, what);
		return ResponseEntity.accepted().location(URI.create("/api/jobs/" + job.id())).body(new AcceptedJob(job.id()));
	}

	/**
	 * Note a job.
	 * @param job the job
	 * @param what what it does, for people
	 */
	public synchronized void add(JobHandle<?> job, String what) {
		this.jobs.addFirst(new SubmittedJob(job.id(), what, Instant.now(), null));
		if (this.jobs.size() > LATEST) {
			this.jobs.removeLast();
		}
	}

	List<SubmittedJob> latest() {
		return copy().stream()
			.map((job) -> new SubmittedJob(job.id(), job.what(), job.submittedAt(), this.client.find(job.id())))
			.toList();
	}

	private synchronized List<SubmittedJob> copy() {
		return List.copyOf(this.jobs);
	}

}
