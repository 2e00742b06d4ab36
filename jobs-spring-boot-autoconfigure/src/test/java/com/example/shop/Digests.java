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

import java.time.ZoneId;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;

/**
 * Sent to each user at the hour of her choice.
 */
class Digests {

	@BackgroundJob("digests")
	void send(long user) {
	}

	static void digestAt(JobClient jobs, Digests digests, long user, int hour, ZoneId zone) {
		jobs.recurring("digest-" + user)
			.cron("0 0 %d * * *".formatted(hour))
			.zone(zone)
			.schedule(() -> digests.send(user));
	}

	static void noMoreDigests(JobClient jobs, long user) {
		jobs.recurring("digest-" + user).remove();
	}

}
