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

package com.example.shop;

import java.io.IOException;
import java.time.Duration;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.RetryJobAfterException;

import org.springframework.context.annotation.Bean;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.FixedBackOff;

class Deliveries {

	private final Carrier carrier;

	Deliveries(Carrier carrier) {
		this.carrier = carrier;
	}

	@PartnerCall(delay = "5s")
	void announce(String order, Destination destination) {
		Duration busyFor = this.carrier.announce(order, destination);
		if (!busyFor.isZero()) {
			throw new RetryJobAfterException(busyFor);
		}
	}

	@Bean
	static RetryPolicy everyMinute() {
		return RetryPolicy.builder().includes(IOException.class).backOff(new FixedBackOff(60_000, 120)).build();
	}

	@BackgroundJob
	@JobRetry(policy = "everyMinute")
	void track(String order) throws IOException {
		this.carrier.track(order);
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	sealed interface Destination {

	}

	record Home(String street, String city) implements Destination {

	}

	record Shop(int number) implements Destination {

	}

	interface Carrier {

		Duration announce(String order, Destination destination);

		void track(String order) throws IOException;

	}

}
