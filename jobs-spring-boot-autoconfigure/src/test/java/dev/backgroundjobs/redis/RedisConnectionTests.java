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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.ScriptOutputType;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What one connection makes of failures.
 */
class RedisConnectionTests {

	private final RedisServer server = RedisServer.shared();

	@Test
	void callNeverThrowsHoweverQuicklyConnectingFails() {
		try (RedisConnection connection = new RedisConnection("test", new UnreachableFactory())) {
			for (int i = 0; i < 200_000; i++) {
				assertThat(connection.call((redis) -> redis.ping())).isNotNull();
			}
		}
	}

	@Test
	void callAfterTheEndFails() {
		RedisConnection connection = connection();
		connection.close();
		assertThat(connection.call((redis) -> redis.ping())).isCompletedExceptionally();
	}

	@Test
	void redisThatRefusesOneCallHasNotBeenAway() {
		try (RedisConnection connection = connection()) {
			long id = connection.call((redis) -> redis.clientId()).join();
			for (String refusal : new String[] { "OOM no memory", "WRONGTYPE no list", "NOPERM not this key" }) {
				assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> connection
					.call((redis) -> redis.eval("return redis.error_reply(ARGV[1])", ScriptOutputType.VALUE,
							new byte[0][], RedisConnection.bytes(refusal)))
					.join());
				assertThat(connection.hasAnsweredFor(Duration.ZERO)).as(refusal).isTrue();
			}
			assertThat(connection.call((redis) -> redis.clientId()).join()).as("the same connection").isEqualTo(id);
		}
	}

	/**
	 * Nobody says that it is broken: without a new one, calls would not be answered for a
	 * quarter of an hour.
	 */
	@Test
	void connectionThatDoesNotAnswerTwiceIsReplaced() throws IOException {
		try (DeafeningProxy proxy = new DeafeningProxy(this.server);
				RedisConnections connections = new RedisConnections(
						new LettuceConnectionFactory("localhost", proxy.port()), "test", Duration.ofSeconds(6))) {
			RedisConnection connection = connections.lease();
			long silent = clientId(connection);
			proxy.silenceConnections();
			for (CompletableFuture<Long> call : List.of(connection.call((redis) -> redis.clientId()),
					connection.call((redis) -> redis.clientId()))) {
				assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join)
					.satisfies((ex) -> assertThat(RedisFault.of(ex)).isEqualTo(RedisFault.NO_ANSWER));
			}
			await().ignoreExceptions().until(() -> clientId(connection) > silent);
			assertThat(connections.work().call((redis) -> redis.ping()).join()).as("the others").isEqualTo("PONG");
		}
	}

	private static long clientId(RedisConnection connection) {
		return connection.call((redis) -> redis.clientId()).join();
	}

	@Test
	void derivedConnectionsGoToTheServerOfTheFactory() {
		RedisConfiguration configuration = LettuceConnectionFactory
			.createRedisConfiguration("redis://" + this.server.host() + ":" + this.server.port());
		try (RedisConnections connections = new RedisConnections(new LettuceConnectionFactory(configuration), "test",
				Duration.ofSeconds(30))) {
			assertThat(connections.work().call((redis) -> redis.ping()).join()).isEqualTo("PONG");
		}
	}

	private RedisConnection connection() {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(this.server.host(), this.server.port());
		factory.afterPropertiesSet();
		return new RedisConnection("test", factory);
	}

	private static final class UnreachableFactory extends LettuceConnectionFactory {

		@Override
		public void start() {
			throw new RedisConnectionFailureException("unreachable");
		}

	}

}
