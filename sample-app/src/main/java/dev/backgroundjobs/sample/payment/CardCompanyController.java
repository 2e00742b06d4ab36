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

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * The card company's endpoint, and what the page needs of the card company.
 */
@RestController
final class CardCompanyController {

	private final CardCompany company;

	CardCompanyController(CardCompany company) {
		this.company = company;
	}

	@PostMapping("/card-company/charges")
	ResponseEntity<String> charge(@RequestHeader("Idempotency-Key") String idempotencyKey,
			@RequestHeader("Attempt") int attempt, @RequestBody ChargeRequest request) {
		return switch (this.company.charge(request.order(), request.cents(), idempotencyKey, attempt)) {
			case CHARGED -> ResponseEntity.status(HttpStatus.CREATED).body("Charged");
			case KNOWN -> ResponseEntity.ok("Charged before");
			case STALE -> ResponseEntity.status(HttpStatus.CONFLICT).body("A later attempt has asked");
			case LOST -> ResponseEntity.status(HttpStatus.GATEWAY_TIMEOUT).body("The answer got lost");
		};
	}

	@GetMapping("/api/charges")
	List<CardCharge> charges() {
		return this.company.charges();
	}

	record ChargeRequest(String order, long cents) {

	}

}
