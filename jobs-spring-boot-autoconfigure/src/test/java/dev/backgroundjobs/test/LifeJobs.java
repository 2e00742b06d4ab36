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

package dev.backgroundjobs.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.RetryJobAfterException;

/**
 * Jobs that live all the lives there are, in two queues.
 */
class LifeJobs {

	private final List<String> log = new CopyOnWriteArrayList<>();

	private volatile int failures;

	List<String> log() {
		return this.log;
	}

	void failNext(int attempts) {
		this.failures = attempts;
	}

	@BackgroundJob("life")
	JobHandle<Void> followed(String text) {
		this.log.add(text);
		return JobHandle.completed();
	}

	@BackgroundJob("life")
	void unfollowed(String text) {
		this.log.add(text);
	}

	@BackgroundJob("life")
	@JobRetry(maxRetries = 2, delay = "20ms", jitter = "0s", excludes = UnsupportedOperationException.class)
	JobHandle<Void> failing(String how) {
		JobContext job = JobContext.current();
		this.log.add(how + " " + job.attempt() + " " + job.id());
		if (this.failures > 0) {
			this.failures--;
			throw switch (how) {
				case "for good" -> new NonRetryableJobException("no");
				case "excluded" -> new UnsupportedOperationException("never");
				case "asks" -> new RetryJobAfterException(Duration.ofMillis(30), "later");
				default -> new IllegalStateException(how);
			};
		}
		return JobHandle.completed();
	}

	@BackgroundJob("life")
	@JobRetry(maxRetries = 7, delay = "20ms", jitter = "0s")
	JobHandle<Void> configured() {
		this.log.add("configured");
		throw new IllegalStateException("again");
	}

	@BackgroundJob("life")
	JobHandle<List<Report>> reported(String text, int pages) {
		this.log.add(text);
		return JobHandle.completed(List.of(new Report(text, pages)));
	}

	@BackgroundJob("life")
	@JobRetry(maxRetries = 2, delay = "20ms", jitter = "0s")
	JobHandle<Void> telling() {
		JobContext job = JobContext.current();
		for (int page = 0; page <= 1000; page++) {
			job.progress(page, 1000, "page " + page);
		}
		job.log("begun\nwell");
		job.log("by attempt " + job.attempt());
		if (this.failures-- > 0) {
			throw new IllegalStateException("again");
		}
		return JobHandle.completed();
	}

	/**
	 * Runs again after a time.
	 */
	@BackgroundJob("life")
	JobHandle<String> snoozing(int times, Duration delay) {
		JobContext job = JobContext.current();
		this.log.add("attempt " + job.attempt());
		job.log("attempt " + job.attempt());
		if (job.attempt() > times) {
			return JobHandle.completed("there");
		}
		job.snooze(delay);
		if (delay.isNegative()) {
			throw new NonRetryableJobException("it throws all the same");
		}
		return JobHandle.completed("not yet");
	}

	@BackgroundJob("life")
	JobHandle<Object> unwritable(String what) {
		this.log.add(what);
		return switch (what) {
			case "large" -> JobHandle.completed("x".repeat(300));
			case "broken" -> JobHandle.completed(List.of(new Object()));
			default -> throw new IllegalArgumentException(what);
		};
	}

	@BackgroundJob(queue = "life", expiresAfter = "50ms")
	JobHandle<Void> perishable() {
		this.log.add("perishable");
		return JobHandle.completed();
	}

	/**
	 * What a job leaves behind.
	 */
	record Report(String title, int pages) {

	}

}
