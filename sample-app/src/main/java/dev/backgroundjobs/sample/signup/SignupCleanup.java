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

package dev.backgroundjobs.sample.signup;

import java.time.Duration;
import java.time.Instant;

import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.sample.SampleProperties;

import org.springframework.stereotype.Service;

/**
 * Removes sign-ups that were not verified in time, once per slot however many processes
 * there are.
 */
@Service
public class SignupCleanup {

	private final Signups signups;

	private final CleanupRuns runs;

	private final Duration keepUnverified;

	SignupCleanup(Signups signups, CleanupRuns runs, SampleProperties properties) {
		this.signups = signups;
		this.runs = runs;
		this.keepUnverified = properties.cleanup().keepUnverified();
	}

	/**
	 * Remove them.
	 */
	@RecurringJob(cron = "${sample.cleanup.cron}")
	public void removeUnverified() {
		Instant now = Instant.now();
		int removed = this.signups.removeWaitingSince(now.minus(this.keepUnverified));
		this.runs.add(new CleanupRun(now, removed, Thread.currentThread().getName(), ProcessHandle.current().pid()));
	}

}
