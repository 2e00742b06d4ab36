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

package dev.backgroundjobs.sample.partner;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Service;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * Tells the partner about orders, in the background.
 */
@Service
public class OrderWebhooks {

	private final RestClient client;

	private final Environment environment;

	OrderWebhooks(RestClient.Builder client, Environment environment) {
		this.client = client.build();
		this.environment = environment;
	}

	/**
	 * Deliver an order. The job may run more than once, after a crash or an answer that
	 * got lost, so the partner gets the job's id to tell a repeated call. A call the
	 * partner calls wrong (4xx) is not retried.
	 * @param order the order's number
	 * @return the job
	 */
	@BackgroundJob(queue = "webhooks", timeout = "10s")
	@JobRetry(maxRetries = 3, delay = "${sample.webhook.delay}", multiplier = 1.5, jitter = "0s",
			excludes = HttpClientErrorException.class)
	public JobHandle<Void> deliver(String order) {
		this.client.post()
			.uri(this.environment.getRequiredProperty("sample.url") + "/partner/orders")
			.header("Idempotency-Key", JobContext.current().id())
			.body(new PartnerController.Delivery(order))
			.retrieve()
			.toBodilessEntity();
		return JobHandle.completed();
	}

}
