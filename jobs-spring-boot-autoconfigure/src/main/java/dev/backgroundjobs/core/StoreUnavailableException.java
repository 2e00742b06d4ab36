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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The store did not do what a worker asked. The message says why in a user's words.
 */
public class StoreUnavailableException extends RuntimeException {

	private final Reason reason;

	private final @Nullable Duration retryAfter;

	/**
	 * Create an exception.
	 * @param reason whose doing it needs
	 * @param message why, in a user's words
	 * @param retryAfter when to try again, or {@code null} for soon
	 * @param cause what the store said
	 */
	public StoreUnavailableException(Reason reason, String message, @Nullable Duration retryAfter,
			@Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
		this.retryAfter = retryAfter;
	}

	/**
	 * Whose doing it needs.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * When to try again.
	 * @return the time to wait, or {@code null} for soon, with a growing delay
	 */
	public @Nullable Duration getRetryAfter() {
		return this.retryAfter;
	}

	/**
	 * Whose doing it needs until the store is available again.
	 */
	public enum Reason {

		/** The store is not reached, or does not answer. */
		AWAY,

		/** The store is there and refuses for now; it will accept by itself. */
		NOT_NOW,

		/** Somebody has to correct a password or a permission. */
		DENIED,

		/** Somebody has to repair the data of a queue, or update this library. */
		BROKEN

	}

}
