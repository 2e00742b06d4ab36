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

package dev.backgroundjobs.sample.signup;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Sign-ups that wait to be verified, and the addresses that were. They are kept in Redis,
 * because the clean-up may run in another process.
 */
@Component
final class Signups {

	private final StringRedisTemplate redis;

	private final String waiting;

	private final String addresses;

	private final String verified;

	Signups(StringRedisTemplate redis, @Value("${spring.application.name}") String application) {
		this.redis = redis;
		this.waiting = application + ":signups:waiting";
		this.addresses = application + ":signups:addresses";
		this.verified = application + ":signups:verified";
	}

	/**
	 * Add a sign-up.
	 * @param email its address
	 * @return the code that verifies it
	 */
	String add(String email) {
		String code = UUID.randomUUID().toString();
		this.redis.opsForHash().put(this.addresses, code, email);
		this.redis.opsForZSet().add(this.waiting, code, Instant.now().toEpochMilli());
		return code;
	}

	/**
	 * Verify a sign-up.
	 * @param code its code
	 * @return {@code false} if no sign-up waits for this code
	 */
	boolean verify(String code) {
		// who removes the code decides; the clean-up may want it at the same time
		if (!removeWaiting(code)) {
			return false;
		}
		Object email = this.redis.opsForHash().get(this.addresses, code);
		this.redis.opsForHash().delete(this.addresses, code);
		if (email != null) {
			this.redis.opsForSet().add(this.verified, email.toString());
		}
		return true;
	}

	/**
	 * Remove sign-ups that were not verified in time.
	 * @param before when they were added at the latest
	 * @return how many were removed
	 */
	int removeWaitingSince(Instant before) {
		Set<String> codes = this.redis.opsForZSet().rangeByScore(this.waiting, 0, before.toEpochMilli());
		int removed = 0;
		for (String code : codes) {
			if (removeWaiting(code)) {
				this.redis.opsForHash().delete(this.addresses, code);
				removed++;
			}
		}
		return removed;
	}

	/**
	 * How many sign-ups wait and how many addresses are verified.
	 * @return the figures
	 */
	Figures figures() {
		return new Figures(zeroIfNull(this.redis.opsForZSet().zCard(this.waiting)),
				zeroIfNull(this.redis.opsForSet().size(this.verified)));
	}

	private static long zeroIfNull(@Nullable Long value) {
		return (value != null) ? value : 0;
	}

	private boolean removeWaiting(String code) {
		Long removed = this.redis.opsForZSet().remove(this.waiting, code);
		return removed != null && removed == 1;
	}

	/**
	 * How many there are.
	 *
	 * @param waiting sign-ups not verified yet
	 * @param verified verified addresses
	 */
	record Figures(long waiting, long verified) {

	}

}
