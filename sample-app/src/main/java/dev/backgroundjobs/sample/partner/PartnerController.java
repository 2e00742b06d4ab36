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

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The partner's endpoint, and what the page needs of the partner.
 */
@RestController
final class PartnerController {

	private final Partner partner;

	PartnerController(Partner partner) {
		this.partner = partner;
	}

	@PostMapping("/partner/orders")
	ResponseEntity<String> receive(@RequestHeader("Idempotency-Key") String idempotencyKey,
			@RequestBody Delivery delivery) {
		if (!delivery.order().matches("[A-Za-z0-9-]+")) {
			return ResponseEntity.unprocessableContent().body("An order number has letters, digits and dashes");
		}
		return switch (this.partner.receive(delivery.order(), idempotencyKey)) {
			case ACCEPTED -> ResponseEntity.status(HttpStatus.CREATED).body("Accepted");
			case KNOWN -> ResponseEntity.ok("Known");
			case DOWN -> ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body("Down for maintenance");
		};
	}

	@GetMapping("/api/partner/orders")
	List<PartnerOrder> orders() {
		return this.partner.orders();
	}

	@PostMapping("/api/partner/mend")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void mend() {
		this.partner.mend();
	}

	record Delivery(String order) {

	}

}
