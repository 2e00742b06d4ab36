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

/**
 * An order the partner has accepted.
 *
 * @param order its number
 * @param idempotencyKey the key it came with
 * @param receivedAt when it was accepted
 * @param repeats how often it came again and was recognised
 */
record PartnerOrder(String order, String idempotencyKey, Instant receivedAt, int repeats) {

	PartnerOrder repeated() {
		return new PartnerOrder(this.order, this.idempotencyKey, this.receivedAt, this.repeats + 1);
	}

}
