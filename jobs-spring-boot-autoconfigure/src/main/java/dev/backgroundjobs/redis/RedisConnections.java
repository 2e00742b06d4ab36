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

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.Assert;

/**
 * The four connections of this process: one enqueues and serves operators, one claims and
 * settles, one renews leases, one listens for wake-ups. Each is derived from the
 * application's own connection factory: the same servers, credentials and client
 * resources, with options that never resend a command nor queue one while disconnected,
 * because the scripts' callers repeat what has to be repeated themselves.
 */
public final class RedisConnections implements SmartLifecycle, AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(3);

	/** What the factory was made with. */
	static final String CONFIGURATION_FIELD = "configuration";

	private static final String WAKE_UP = "wake-up";

	private volatile boolean running;

	private final @Nullable ClientResources ownResources;

	private final String namespace;

	private final String servers;

	private final RedisConnection enqueue;

	private final RedisConnection work;

	private final RedisConnection lease;

	private final Duration leaseTime;

	private final RedisConnection wakeUp;

	/**
	 * Check a namespace.
	 * @param namespace what is to be one
	 * @throws IllegalArgumentException if it cannot be part of a key
	 */
	public static void checkNamespace(String namespace) {
		RedisKeys.check(namespace);
	}

	/**
	 * Create connections like those of a factory; nothing is opened before it is needed.
	 * @param factory the application's factory
	 * @param namespace the namespace, for the connections' names
	 * @param leaseTime the lease, which bounds how long a renewal may wait
	 */
	public RedisConnections(LettuceConnectionFactory factory, String namespace, Duration leaseTime) {
		this.namespace = namespace;
		this.servers = Servers.of(configuration(factory));
		this.leaseTime = leaseTime;
		Duration leaseTimeout = leaseTime.dividedBy(6);
		Optional<ClientResources> shared = factory.getClientConfiguration().getClientResources();
		ClientResources original = shared.orElseGet(ClientResources::create);
		this.ownResources = shared.isPresent() ? null : original;
		ClientResources resources = DerivedClientResources.of(original);
		this.enqueue = connection(factory, resources, namespace, "enqueue", TIMEOUT);
		this.work = connection(factory, resources, namespace, "work", TIMEOUT);
		this.lease = connection(factory, resources, namespace, "lease",
				(leaseTimeout.compareTo(TIMEOUT) < 0) ? leaseTimeout : TIMEOUT);
		this.wakeUp = connection(factory, resources, namespace, WAKE_UP, TIMEOUT);
	}

	private static RedisConnection connection(LettuceConnectionFactory factory, ClientResources resources,
			String namespace, String name, Duration timeout) {
		ClientOptions options = factory.getClientConfiguration()
			.getClientOptions()
			.orElseGet(ClientOptions::create)
			.mutate()
			.autoReconnect(true)
			.replayFilter((command) -> true)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.requestQueueSize(10_000)
			.timeoutOptions(TimeoutOptions.builder().timeoutCommands().fixedTimeout(timeout).build())
			.build();
		LettuceConnectionFactory own = new LettuceConnectionFactory(configuration(factory),
				new DerivedClientConfiguration(factory.getClientConfiguration(), resources, options,
						"jobs-" + namespace + "-" + name, timeout));
		// a subscription has a connection of its own; a shared one would idle beside it
		own.setShareNativeConnection(!name.equals(WAKE_UP));
		own.afterPropertiesSet();
		return new RedisConnection(name, own);
	}

	private static RedisConfiguration configuration(LettuceConnectionFactory factory) {
		// no getter tells a master with replicas, nor what was handed over as a plain
		// RedisConfiguration
		Object configuration = new DirectFieldAccessor(factory).getPropertyValue(CONFIGURATION_FIELD);
		Assert.state(configuration instanceof RedisConfiguration, "The connection factory has no configuration");
		return (RedisConfiguration) configuration;
	}

	/**
	 * The namespace these connections are named after.
	 */
	String namespace() {
		return this.namespace;
	}

	/**
	 * The servers, for the log.
	 */
	String servers() {
		return this.servers;
	}

	RedisConnection enqueue() {
		return this.enqueue;
	}

	RedisConnection work() {
		return this.work;
	}

	/**
	 * The lease, and with it the rhythm in which workers say that they live.
	 */
	Duration leaseTime() {
		return this.leaseTime;
	}

	RedisConnection lease() {
		return this.lease;
	}

	RedisConnection wakeUp() {
		return this.wakeUp;
	}

	/**
	 * Connect for enqueueing in the background, so that the first caller need not wait
	 * for it. Without Redis nothing happens; the next call tries again.
	 */
	@Override
	public void start() {
		this.running = true;
		this.enqueue.call((redis) -> redis.ping());
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void close() {
		List.of(this.wakeUp, this.lease, this.work, this.enqueue).forEach(RedisConnection::close);
		if (this.ownResources != null) {
			this.ownResources.shutdown();
		}
	}

}
