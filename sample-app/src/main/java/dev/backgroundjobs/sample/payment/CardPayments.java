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

package dev.backgroundjobs.sample.payment;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Service;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * Has the card company charge cards.
 */
@Service
public class CardPayments {

	private final RestClient client;

	private final Environment environment;

	CardPayments(RestClient.Builder client, Environment environment) {
		this.client = client.build();
		this.environment = environment;
	}

	/**
	 * Charge a card, once. The job may run again after the card company has charged: its
	 * answer may get lost, or this process may die before Redis hears of it. The id of
	 * the job is the same each time, so the card company knows the charge; the number of
	 * the attempt has grown, so it can refuse an earlier attempt that wakes up late.
	 * @param order the order that is paid
	 * @param cents how much
	 * @return the job
	 */
	@BackgroundJob(queue = "payments", timeout = "10s")
	@JobRetry(maxRetries = 5, delay = "${sample.payment.delay}", multiplier = 1.5, jitter = "0s",
			excludes = HttpClientErrorException.class)
	public JobHandle<Void> charge(String order, long cents) {
		JobContext job = JobContext.current();
		this.client.post()
			.uri(this.environment.getRequiredProperty("sample.url") + "/card-company/charges")
			.header("Idempotency-Key", job.id())
			.header("Attempt", String.valueOf(job.attempt()))
			.body(new CardCompanyController.ChargeRequest(order, cents))
			.retrieve()
			.toBodilessEntity();
		return JobHandle.completed();
	}

}
