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
 * Takes payments.
 */
@RestController
final class PaymentController {

	private final CardPayments payments;

	private final CardCompany company;

	private final SubmittedJobs submitted;

	PaymentController(CardPayments payments, CardCompany company, SubmittedJobs submitted) {
		this.payments = payments;
		this.company = company;
		this.submitted = submitted;
	}

	@PostMapping("/api/payments")
	ResponseEntity<AcceptedJob> pay(@RequestBody PaymentRequest request) {
		String order = (request.order() != null) ? request.order().strip() : "";
		long cents = (request.cents() != null) ? request.cents() : 0;
		int lost = (request.lostAnswers() != null) ? request.lostAnswers() : 0;
		check(StringUtils.hasText(order) && order.length() <= 100, "'order' must have 1 to 100 characters");
		check(cents > 0 && cents <= 1_000_000, "'cents' must be a number from 1 to 1000000");
		check(lost >= 0 && lost <= 5, "'lostAnswers' must be a number from 0 to 5");
		this.company.loseNext(order, lost);
		return this.submitted.accepted(this.payments.charge(order, cents), "Payment of order " + order);
	}

	private static void check(boolean valid, String message) {
		if (!valid) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, message);
		}
	}

	record PaymentRequest(@Nullable String order, @Nullable Long cents, @Nullable Integer lostAnswers) {

	}

}
