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
import java.util.concurrent.TimeUnit;

import io.lettuce.core.event.EventBus;
import io.lettuce.core.event.EventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.tracing.Tracing;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.Timer;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;

/**
 * The application's client resources, shared, with reconnects of ours: a worker must be
 * back soon after Redis is, and the default waits up to half a minute. (The driver's own
 * {@code mutate()} would start further event loops.)
 *
 * @param original the application's resources, which are not ours to shut down
 * @param reconnectDelay how long to wait between tries to reconnect
 */
record DerivedClientResources(ClientResources original, Delay reconnectDelay) implements ClientResources {

	static DerivedClientResources of(ClientResources original) {
		return new DerivedClientResources(original,
				Delay.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(2), 50, TimeUnit.MILLISECONDS));
	}

	@Override
	public Future<Boolean> shutdown() {
		return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
	}

	@Override
	public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit timeUnit) {
		return shutdown();
	}

	@Override
	public Builder mutate() {
		return this.original.mutate();
	}

	@Override
	public AddressResolverGroup<?> addressResolverGroup() {
		return this.original.addressResolverGroup();
	}

	@Override
	public EventPublisherOptions commandLatencyPublisherOptions() {
		return this.original.commandLatencyPublisherOptions();
	}

	@Override
	public CommandLatencyRecorder commandLatencyRecorder() {
		return this.original.commandLatencyRecorder();
	}

	@Override
	public int computationThreadPoolSize() {
		return this.original.computationThreadPoolSize();
	}

	@Override
	public EventBus eventBus() {
		return this.original.eventBus();
	}

	@Override
	public EventLoopGroupProvider eventLoopGroupProvider() {
		return this.original.eventLoopGroupProvider();
	}

	@Override
	public EventExecutorGroup eventExecutorGroup() {
		return this.original.eventExecutorGroup();
	}

	@Override
	public int ioThreadPoolSize() {
		return this.original.ioThreadPoolSize();
	}

	@Override
	public NettyCustomizer nettyCustomizer() {
		return this.original.nettyCustomizer();
	}

	@Override
	public SocketAddressResolver socketAddressResolver() {
		return this.original.socketAddressResolver();
	}

	@Override
	public Timer timer() {
		return this.original.timer();
	}

	@Override
	public Tracing tracing() {
		return this.original.tracing();
	}

}
