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

/**
 * A card was charged.
 *
 * @param order the order that was paid
 * @param cents how much
 * @param idempotencyKey with which key
 * @param chargedAt when
 * @param attempt the latest attempt that asked for it
 * @param asked how often it was asked for
 */
record CardCharge(String order, long cents, String idempotencyKey, Instant chargedAt, int attempt, int asked) {

	CardCharge askedAgain(int by) {
		return new CardCharge(this.order, this.cents, this.idempotencyKey, this.chargedAt, by, this.asked + 1);
	}

}
