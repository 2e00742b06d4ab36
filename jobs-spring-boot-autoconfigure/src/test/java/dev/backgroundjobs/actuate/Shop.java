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

import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.RecurringJob;

/**
 * Jobs of the application whose endpoint is tested.
 */
class Shop {

	@BackgroundJob("mail")
	JobHandle<Void> welcome(String address) {
		return JobHandle.completed();
	}

	@BackgroundJob("mail")
	JobHandle<Void> block() throws InterruptedException {
		new CountDownLatch(1).await();
		return JobHandle.completed();
	}

	@RecurringJob(cron = "0 30 4 29 2 *", zone = "Europe/Berlin")
	@BackgroundJob("mail")
	JobHandle<Void> report() {
		return JobHandle.completed();
	}

	@JobRetry(maxRetries = 3)
	@BackgroundJob("mail")
	void configured() {
	}

	@BackgroundJob("mail")
	void fail(String message) {
		throw new NonRetryableJobException(message);
	}

	@BackgroundJob("mail")
	void failOtherwise() {
		throw new NonRetryableJobException("otherwise");
	}

	@BackgroundJob("exports")
	void export() {
	}

}
