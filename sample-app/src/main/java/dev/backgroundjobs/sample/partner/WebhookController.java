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

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.sample.job.AcceptedJob;
import dev.backgroundjobs.sample.job.SubmittedJobs;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Sends a webhook, and makes the partner fail first as often as asked.
 */
@RestController
final class WebhookController {

	private final OrderWebhooks webhooks;

	private final Partner partner;

	private final SubmittedJobs submitted;

	WebhookController(OrderWebhooks webhooks, Partner partner, SubmittedJobs submitted) {
		this.webhooks = webhooks;
		this.partner = partner;
		this.submitted = submitted;
	}

	@PostMapping("/api/webhooks")
	ResponseEntity<AcceptedJob> send(@RequestBody WebhookRequest request) {
		String order = (request.order() != null) ? request.order().strip() : "";
		if (!StringUtils.hasText(order) || order.length() > 100) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'order' must have 1 to 100 characters");
		}
		this.partner.failNext(order, failures(request.failures()));
		JobHandle<Void> job = this.webhooks.deliver(order);
		return this.submitted.accepted(job, "Order " + order + " to the partner");
	}

	private static int failures(@Nullable String failures) {
		if (!StringUtils.hasText(failures)) {
			return 0;
		}
		if (failures.equals("always")) {
			return Integer.MAX_VALUE;
		}
		if (failures.matches("\\d{1,3}")) {
			return Integer.parseInt(failures);
		}
		throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
				"'failures' must be a number from 0 to 999 or \"always\"");
	}

	record WebhookRequest(@Nullable String order, @Nullable String failures) {

	}

}
