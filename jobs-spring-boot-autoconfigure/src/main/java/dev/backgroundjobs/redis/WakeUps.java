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

package dev.backgroundjobs.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.core.ClaimOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.Subscription;
import org.springframework.data.redis.connection.SubscriptionListener;

/**
 * Hears that there is something to claim, that a running job was cancelled, or that one
 * has ended for which somebody waits. Only an accelerator: without it jobs start at the
 * next poll, stop after the next renewal, and are asked about now and then.
 */
final class WakeUps implements MessageListener, SubscriptionListener {

	private static final Logger logger = LoggerFactory.getLogger(WakeUps.class);

	/** A missing permission costs only time, so nobody waits for it to be given. */
	private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

	/** What a message begins with that names a lease; any other is a wake-up. */
	private static final String CANCEL = "cancel ";

	private final RedisConnection connection;

	private final RetryDelays delays = new RetryDelays();

	private final Map<String, Listener> listeners = new ConcurrentHashMap<>();

	private org.springframework.data.redis.connection.@Nullable RedisConnection subscribed;

	private boolean refusalSaid;

	WakeUps(RedisConnection connection) {
		this.connection = connection;
	}

	void register(byte[] channel, ClaimOptions claimant) {
		register(channel, new Listener() {

			@Override
			public void message(byte[] body) {
				String text = text(body);
				if (text.startsWith(CANCEL)) {
					claimant.cancelled().accept(text.substring(CANCEL.length()));
				}
				else {
					claimant.wakeUp().run();
				}
			}

			@Override
			public void subscribed() {
				claimant.wakeUp().run();
			}

		});
	}

	void register(byte[] channel, Listener listener) {
		this.listeners.put(text(channel), listener);
		this.connection.executor().execute(() -> subscribe(channel));
	}

	void unregister(byte[] channel) {
		this.listeners.remove(text(channel));
		if (!this.connection.isClosed()) {
			this.connection.executor().execute(() -> unsubscribe(channel));
		}
	}

	/** Runs on the connection's thread only. */
	private void unsubscribe(byte[] channel) {
		try {
			Subscription subscription = (this.subscribed != null) ? this.subscribed.getSubscription() : null;
			if (subscription != null && subscription.isAlive()) {
				subscription.unsubscribe(channel);
			}
		}
		catch (RuntimeException ex) {
			// nobody listens to the channel any more; at worst one wake-up is lost on it
			logger.debug("Not unsubscribed from wake-ups", ex);
		}
	}

	/** Runs on the connection's thread only. */
	private void subscribe(byte[] channel) {
		try {
			Subscription subscription = (this.subscribed != null) ? this.subscribed.getSubscription() : null;
			if (subscription != null && subscription.isAlive()) {
				subscription.subscribe(channel);
			}
			else {
				// the first channel, or the first after the last was given up
				this.connection.factory().start();
				this.subscribed = this.connection.factory().getConnection();
				this.subscribed.subscribe(this, channel);
			}
			this.delays.reset();
		}
		catch (RuntimeException ex) {
			// polling goes on; after a first success the driver resubscribes by itself
			logger.debug("Not subscribed to wake-ups yet", ex);
			this.connection.later(delayAfter(ex), () -> subscribe(channel));
		}
	}

	private Duration delayAfter(RuntimeException failure) {
		Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
		if (RedisFault.of(cause) != RedisFault.NOT_PERMITTED) {
			return this.delays.next();
		}
		if (!this.refusalSaid) {
			this.refusalSaid = true;
			logger.warn("Jobs start at the next poll rather than at once: {}", Explanation.of(cause));
		}
		return AFTER_REFUSAL;
	}

	@Override
	public void onMessage(Message message, byte @Nullable [] pattern) {
		Listener listener = this.listeners.get(text(message.getChannel()));
		if (listener != null) {
			listener.message(message.getBody());
		}
	}

	@Override
	public void onChannelSubscribed(byte[] channel, long count) {
		// what was published before now, nobody has heard
		Listener listener = this.listeners.get(text(channel));
		if (listener != null) {
			listener.subscribed();
		}
	}

	private static String text(byte[] channel) {
		return new String(channel, StandardCharsets.UTF_8);
	}

	/**
	 * Who hears what is said on a channel. Must not block.
	 */
	interface Listener {

		/**
		 * Somebody has said something.
		 */
		void message(byte[] body);

		/**
		 * From now on messages are heard, after the channel had been away, too.
		 */
		void subscribed();

	}

}
