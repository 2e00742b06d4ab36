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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import dev.backgroundjobs.listener.Setback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which queues cannot be claimed from, and says why: once what passes by itself and
 * what is broken, once a minute what somebody has to correct. Thread-safe.
 */
final class StoreWatch {

	private static final Logger logger = LoggerFactory.getLogger(StoreWatch.class);

	private static final Duration SAID_AGAIN = Duration.ofMinutes(1);

	private final LongSupplier clock;

	private final Map<String, Failed> queues = new HashMap<>();

	/** What has been said of what passes by itself, until it has. */
	private final Set<String> saidToPass = new HashSet<>();

	private final Map<String, Long> saidToCorrect = new HashMap<>();

	/**
	 * Create a watch.
	 * @param clock nanoseconds that pass
	 */
	StoreWatch(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * A claim has failed.
	 * @param queue the queue
	 * @param failure why
	 * @return when to try again, or {@code null} for soon
	 */
	synchronized @Nullable Duration failed(String queue, Throwable failure) {
		StoreUnavailableException unavailable = unavailable(failure);
		Failed before = this.queues.get(queue);
		Failed now = new Failed(unavailable, (before != null) ? before.since() : this.clock.getAsLong());
		this.queues.put(queue, now);
		switch (unavailable.getReason()) {
			case AWAY, NOT_NOW -> sayThatItPasses(unavailable);
			case DENIED -> sayWhatToCorrect(now.message());
			case BROKEN -> sayWhatIsBroken(queue, now, before);
		}
		return unavailable.getRetryAfter();
	}

	private static StoreUnavailableException unavailable(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof StoreUnavailableException unavailable) ? unavailable
				: new StoreUnavailableException(Reason.BROKEN, cause.toString(), null, cause);
	}

	private void sayThatItPasses(StoreUnavailableException failure) {
		String message = String.valueOf(failure.getMessage());
		if (failure.getReason() == Reason.AWAY && this.saidToPass.add("away")) {
			logger.warn("Redis is away: workers pause and go on by themselves when it is back. {}", message);
		}
		else if (failure.getReason() == Reason.NOT_NOW && this.saidToPass.add(message)) {
			logger.warn("Workers pause and go on by themselves: {}", message);
		}
	}

	private void sayWhatToCorrect(String message) {
		long now = this.clock.getAsLong();
		Long before = this.saidToCorrect.get(message);
		if (before == null || now - before >= SAID_AGAIN.toNanos()) {
			this.saidToCorrect.put(message, now);
			logger.warn("Workers pause until this is corrected, and then need no restart: {}", message);
		}
	}

	private static void sayWhatIsBroken(String queue, Failed now, @Nullable Failed before) {
		if (before == null || !before.message().equals(now.message())) {
			logger.error("Queue '{}' stops, other queues go on: {}", queue, now.message(),
					(now.failure().getRetryAfter() != null) ? null : now.failure().getCause());
		}
	}

	/**
	 * A claim has been answered.
	 */
	synchronized void answered(String queue) {
		Failed failed = this.queues.remove(queue);
		if (failed == null) {
			return;
		}
		if (failed.failure().getReason() == Reason.BROKEN) {
			logger.warn("Queue '{}' is worked on again after {}", queue, lasting(failed));
		}
		else if (failed.failure().getReason() == Reason.DENIED) {
			if (this.queues.values().stream().noneMatch((other) -> other.message().equals(failed.message()))) {
				logger.warn("Workers go on after {}: it has been corrected", lasting(failed));
				this.saidToCorrect.remove(failed.message());
			}
		}
		else if (this.queues.values().stream().noneMatch(Failed::passes)) {
			logger.warn("Redis is back after {}: workers go on", lasting(failed));
			this.saidToPass.clear();
		}
	}

	/**
	 * What keeps a queue from being claimed from.
	 * @return the setback, or {@code null} if nothing does
	 */
	synchronized @Nullable Setback setback(String queue) {
		Failed failed = this.queues.get(queue);
		return (failed != null) ? new Setback(failed.failure().getReason(), failed.message(), lasting(failed)) : null;
	}

	private Duration lasting(Failed failed) {
		return Duration.ofMillis((this.clock.getAsLong() - failed.since()) / 1_000_000);
	}

	/**
	 * A queue that cannot be claimed from.
	 *
	 * @param failure the last failure
	 * @param since time of the first one
	 */
	private record Failed(StoreUnavailableException failure, long since) {

		String message() {
			return String.valueOf(this.failure.getMessage());
		}

		boolean passes() {
			return this.failure.getReason() == Reason.AWAY || this.failure.getReason() == Reason.NOT_NOW;
		}

	}

}
