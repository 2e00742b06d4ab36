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

package dev.backgroundjobs.transaction;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobRetry;

import org.springframework.transaction.annotation.Transactional;

/**
 * Calls jobs in transactions.
 */
class SignupService {

	private final Signups signups;

	SignupService(Signups signups) {
		this.signups = signups;
	}

	@Transactional
	void signUp(String email) {
		this.signups.welcome(email);
		this.signups.insert(email);
	}

	@BackgroundJob("imports")
	@JobRetry(delay = "1ms", jitter = "0ms")
	@Transactional
	void importOf(String email) {
		this.signups.log().add("import " + JobContext.current().attempt());
		this.signups.welcome(email);
		this.signups.insert(email);
		if (JobContext.current().attempt() == 1) {
			throw new IllegalStateException("rolled back, with its calls");
		}
	}

}
