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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;

/**
 * A partner's system as partners' systems are: at times it is down. It accepts each
 * idempotency key once. Thread-safe.
 */
@Component
final class Partner {

	private final Map<String, Integer> failures = new HashMap<>();

	private final Map<String, PartnerOrder> orders = new LinkedHashMap<>();

	/**
	 * Be down for some calls.
	 * @param order which order the calls are about
	 * @param times how many calls
	 */
	synchronized void failNext(String order, int times) {
		this.failures.put(order, times);
	}

	/**
	 * Be down no more.
	 */
	synchronized void mend() {
		this.failures.clear();
	}

	/**
	 * Receive an order.
	 * @param order its number
	 * @param idempotencyKey tells repeated calls
	 * @return what became of it
	 */
	synchronized Reception receive(String order, String idempotencyKey) {
		int left = this.failures.getOrDefault(order, 0);
		if (left > 0) {
			this.failures.put(order, left - 1);
			return Reception.DOWN;
		}
		PartnerOrder known = this.orders.get(idempotencyKey);
		if (known != null) {
			this.orders.put(idempotencyKey, known.repeated());
			return Reception.KNOWN;
		}
		this.orders.put(idempotencyKey, new PartnerOrder(order, idempotencyKey, Instant.now(), 0));
		return Reception.ACCEPTED;
	}

	/**
	 * The orders that were accepted.
	 * @return the orders, newest first
	 */
	synchronized List<PartnerOrder> orders() {
		List<PartnerOrder> result = new ArrayList<>(this.orders.values());
		Collections.reverse(result);
		return result;
	}

	enum Reception {

		ACCEPTED, KNOWN, DOWN

	}

}
