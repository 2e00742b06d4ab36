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

import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A replica, or a master that has become one, says so even to a script that has nothing
 * to write: the client must not take its answer for the truth.
 */
class ReplicaTests {

	private static RedisServer server;

	private TestQueue queue;

	@BeforeAll
	static void start() {
		server = RedisServer.start("--replicaof", "127.0.0.1", "1");
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.queue = new TestQueue(server);
	}

	@AfterEach
	void close() {
		this.queue.close();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE,
			names = { "FIND", "INSPECT", "NAMES", "HEARTBEAT", "DECLARE", "WITHDRAW", "PREFLIGHT" })
	void refusesCallsThatWouldWriteNothing(RedisScript script) {
		String[] arguments = switch (script) {
			case ENQUEUE -> new String[] { "p", "2", "", "" };
			case CLAIM -> ClaimCall.of("w", 1, 1).arguments();
			case SETTLE -> TestQueue.complete("a", "w:1");
			case RENEW -> new String[] { "1000", "w:1" };
			case FIRE -> new String[] { "clean-up", "1", "1", "a" };
			case DEFINE -> new String[] { "1" };
			default -> new String[] { "a", "0" };
		};
		assertThatExceptionOfType(RedisCommandExecutionException.class)
			.isThrownBy(() -> this.queue.run(script, arguments))
			.withMessageContaining("READONLY");
	}

	@Test
	void refusesHeartbeats() {
		assertThatExceptionOfType(RedisCommandExecutionException.class)
			.isThrownBy(
					() -> this.queue.scripts().run(RedisScript.HEARTBEAT, this.queue.keys().workers(), "", "1000", ""))
			.withMessageContaining("READONLY");
	}

	@Test
	void refusesDeclarationsOfSchedules() {
		byte[][] keys = this.queue.keys().schedules();
		assertThatExceptionOfType(RedisCommandExecutionException.class)
			.isThrownBy(() -> this.queue.scripts().run(RedisScript.DECLARE, keys, "D", "1000", "shop"))
			.withMessageContaining("READONLY");
		assertThatExceptionOfType(RedisCommandExecutionException.class)
			.isThrownBy(() -> this.queue.scripts().run(RedisScript.WITHDRAW, keys, "clean-up", ""))
			.withMessageContaining("READONLY");
	}

	@Test
	void answersQuestions() {
		assertThat(this.queue.state("a")).isEqualTo("none");
		assertThat(this.queue.run(RedisScript.INSPECT).number(3)).isZero();
	}

}
