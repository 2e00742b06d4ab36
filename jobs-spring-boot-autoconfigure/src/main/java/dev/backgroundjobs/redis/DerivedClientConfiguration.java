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
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.resource.ClientResources;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * The application's client configuration with resources, options, name and timeout of
 * ours.
 *
 * @param original the application's configuration
 * @param resources resources that share the application's
 * @param options our options
 * @param name name of the connection in {@code CLIENT LIST}
 * @param timeout our timeout
 */
record DerivedClientConfiguration(LettuceClientConfiguration original, ClientResources resources, ClientOptions options,
		String name, Duration timeout) implements LettuceClientConfiguration {

	@Override
	public boolean isUseSsl() {
		return this.original.isUseSsl();
	}

	@Override
	@Deprecated(since = "3.4")
	@SuppressWarnings("deprecation")
	public boolean isVerifyPeer() {
		return this.original.isVerifyPeer();
	}

	@Override
	public SslVerifyMode getVerifyMode() {
		return this.original.getVerifyMode();
	}

	@Override
	public boolean isStartTls() {
		return this.original.isStartTls();
	}

	@Override
	public Optional<ClientResources> getClientResources() {
		return Optional.of(this.resources);
	}

	@Override
	public Optional<ClientOptions> getClientOptions() {
		return Optional.of(this.options);
	}

	@Override
	public Optional<String> getClientName() {
		return Optional.of(this.name);
	}

	@Override
	public Optional<ReadFrom> getReadFrom() {
		// a replica lags behind: what was just enqueued would not be found
		return Optional.empty();
	}

	@Override
	public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
		return this.original.getRedisCredentialsProviderFactory();
	}

	@Override
	public Duration getCommandTimeout() {
		return this.timeout;
	}

	@Override
	public Duration getShutdownTimeout() {
		return this.original.getShutdownTimeout();
	}

	@Override
	public Duration getShutdownQuietPeriod() {
		return this.original.getShutdownQuietPeriod();
	}

}
