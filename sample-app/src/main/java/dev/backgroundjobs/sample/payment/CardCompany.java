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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;

/**
 * A card company that counts. It charges once for each idempotency key, refuses an
 * attempt that is older than one it has seen, and at times its answer gets lost after the
 * card was charged. Thread-safe.
 */
@Component
final class CardCompany {

	private final Map<String, Integer> lostAnswers = new HashMap<>();

	private final Map<String, CardCharge> charges = new LinkedHashMap<>();

	/**
	 * Let the next answers get lost.
	 * @param order which order they are about
	 * @param times how many
	 */
	synchronized void loseNext(String order, int times) {
		this.lostAnswers.put(order, times);
	}

	/**
	 * Charge a card.
	 * @param order the order that is paid
	 * @param cents how much
	 * @param idempotencyKey tells repeated calls
	 * @param attempt tells late calls
	 * @return what the caller hears
	 */
	synchronized Answer charge(String order, long cents, String idempotencyKey, int attempt) {
		CardCharge known = this.charges.get(idempotencyKey);
		if (known != null && attempt < known.attempt()) {
			return Answer.STALE;
		}
		CardCharge charge = (known != null) ? known.askedAgain(attempt)
				: new CardCharge(order, cents, idempotencyKey, Instant.now(), attempt, 1);
		this.charges.put(idempotencyKey, charge);
		int lost = this.lostAnswers.getOrDefault(order, 0);
		if (lost > 0) {
			this.lostAnswers.put(order, lost - 1);
			return Answer.LOST;
		}
		return (known != null) ? Answer.KNOWN : Answer.CHARGED;
	}

	/**
	 * The cards that were charged.
	 * @return the charges, newest first
	 */
	synchronized List<CardCharge> charges() {
		List<CardCharge> result = new ArrayList<>(this.charges.values());
		Collections.reverse(result);
		return result;
	}

	enum Answer {

		CHARGED, KNOWN, STALE, LOST

	}

}
