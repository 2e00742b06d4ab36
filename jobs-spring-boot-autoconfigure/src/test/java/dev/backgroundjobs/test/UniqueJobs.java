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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.UniqueJob;

/**
 * Jobs of which one lives at a time.
 */
class UniqueJobs {

	private final List<String> log = new CopyOnWriteArrayList<>();

	private volatile int failures;

	List<String> log() {
		return this.log;
	}

	void failNext(int attempts) {
		this.failures = attempts;
	}

	@BackgroundJob("life")
	@UniqueJob(key = "#key")
	@JobRetry(maxRetries = 0)
	JobHandle<Void> unique(String key, String text) {
		this.log.add(text);
		if (this.failures > 0) {
			this.failures--;
			throw new IllegalStateException(text);
		}
		return JobHandle.completed();
	}

	@BackgroundJob("life")
	@UniqueJob(key = "'key-' + #key", onConflict = UniqueJob.OnConflict.REJECT)
	JobHandle<Void> refusing(String key) {
		return JobHandle.completed();
	}

	@BackgroundJob(value = "life", expiresAfter = "1ms")
	@UniqueJob(key = "'key'")
	JobHandle<Void> perishable(String text) {
		this.log.add(text);
		return JobHandle.completed();
	}

	@BackgroundJob("life")
	@UniqueJob(onConflict = UniqueJob.OnConflict.REPLACE)
	JobHandle<Void> replacing(String text) {
		this.log.add(text);
		return JobHandle.completed();
	}

	@BackgroundJob("life")
	@UniqueJob(until = UniqueJob.Until.STARTED, onConflict = UniqueJob.OnConflict.DEBOUNCE)
	JobHandle<Void> debounced(String text) {
		this.log.add(text);
		return JobHandle.completed();
	}

	@BackgroundJob("life")
	@UniqueJob(until = UniqueJob.Until.TTL, ttl = "23h")
	JobHandle<Void> onceInAWhile(String text) {
		this.log.add(text);
		return JobHandle.completed();
	}

}
