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

package dev.backgroundjobs.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

import dev.backgroundjobs.UniqueJob;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Of which calls of a job only one job lives at a time.
 *
 * @param until how long a job keeps others from being enqueued, never {@code DEFAULT}
 * @param ttl for how long, if until then
 * @param onConflict what a call does that meets such a job, never {@code DEFAULT}
 * @param key finds out the key of a call
 */
public record UniqueRule(UniqueJob.Until until, Duration ttl, UniqueJob.OnConflict onConflict, Key key) {

	/** For how long a lock is held with a time, unless somebody says so. */
	public static final Duration TTL = Duration.ofHours(1);

	/**
	 * A rule for jobs that have none: calls that name a key.
	 */
	public static final UniqueRule OF_CALL = new UniqueRule(UniqueJob.Until.FINISHED, TTL,
			UniqueJob.OnConflict.RETURN_EXISTING, (arguments) -> "");

	public UniqueRule {
		Assert.isTrue(until != UniqueJob.Until.DEFAULT && onConflict != UniqueJob.OnConflict.DEFAULT,
				"'until' and 'onConflict' must be decided");
	}

	/**
	 * For how many plain jobs a call counts in a batch: the store has to look who holds
	 * its lock, and to cancel or change that job.
	 */
	int weight() {
		return switch (this.onConflict) {
			case REPLACE, DEBOUNCE -> 8;
			default -> 2;
		};
	}

	/**
	 * The lock of a call.
	 * @param name the job's name: its keys are its own
	 * @param key the key
	 */
	public JobLock lock(String name, String key) {
		String whole = name + " " + key;
		byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
		return new JobLock(this.until, (bytes.length <= JobLock.MAX_KEY) ? whole : "#" + digest(bytes));
	}

	/**
	 * A key may be long; two that are different stay so.
	 */
	private static String digest(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Finds out the key of a call.
	 */
	@FunctionalInterface
	public interface Key {

		/**
		 * Find it out.
		 * @param arguments the arguments of the call
		 * @return the key
		 * @throws IllegalArgumentException if it cannot be found out
		 */
		String of(@Nullable Object[] arguments);

	}

}
