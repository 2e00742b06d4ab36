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
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What heartbeat promises: who works in a namespace, and on which queues.
 */
class HeartbeatScriptTests {

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
	}

	@AfterEach
	void close() {
		this.queue.close();
	}

	@Test
	void registersAWorkerUntilItsEntryExpires() {
		ScriptReply reply = heartbeat("w", 60_000, "{a}", "mail", "1");
		assertThat(reply.status()).isEqualTo("OK");
		assertThat(this.queue.redis().zscore(key(0), "w")).isEqualTo(reply.number(1) + 60_000.0);
		assertThat(this.queue.redis().hgetall(key(1))).isEqualTo(Map.of("w", "{a}"));
		heartbeat("w", 90_000, "{b}", "mail", "1");
		assertThat(this.queue.redis().zcard(key(0))).isEqualTo(1);
		assertThat(this.queue.redis().hgetall(key(1))).isEqualTo(Map.of("w", "{b}"));
	}

	@Test
	void dropsWorkersWhoseEntryHasExpired() {
		heartbeat("gone", 1, "{}");
		this.queue.pass(2);
		heartbeat("w", 60_000, "{}");
		assertThat(this.queue.redis().zrange(key(0), 0, -1)).containsExactly("w");
		assertThat(this.queue.redis().hkeys(key(1))).containsExactly("w");
	}

	@Test
	void tellsHowManyWorkersLive() {
		assertThat(heartbeat("", 0, "").number(2)).isZero();
		heartbeat("gone", 1, "{}");
		assertThat(heartbeat("w", 60_000, "{}").number(2)).isPositive();
		this.queue.pass(2);
		assertThat(heartbeat("", 0, "", "mail", "1").number(2)).isEqualTo(1);
		assertThat(heartbeat("w", 0, "").number(2)).isZero();
	}

	@Test
	void removesAWorkerThatLeaves() {
		heartbeat("w", 60_000, "{}", "mail", "1");
		heartbeat("v", 60_000, "{}", "mail", "1");
		heartbeat("w", 0, "");
		assertThat(this.queue.redis().zrange(key(0), 0, -1)).containsExactly("v");
		assertThat(this.queue.redis().hkeys(key(1))).containsExactly("v");
	}

	@Test
	void keepsTheLargestNumberOfPartitionsEverUsed() {
		heartbeat("", 60_000, "", "mail", "4", "orders", "1");
		assertThat(heartbeat("", 60_000, "", "mail", "2", "orders", "10").texts(3)).containsExactly("4", "10");
		assertThat(this.queue.redis().hgetall(key(2))).isEqualTo(Map.of("mail", "4", "orders", "10"));
		assertThat(this.queue.redis().exists(key(0), key(1))).as("no worker").isZero();
	}

	private String key(int position) {
		return new String(this.queue.keys().workers()[position], StandardCharsets.US_ASCII);
	}

	private ScriptReply heartbeat(String worker, long millis, String description, String... queues) {
		String[] arguments = new String[3 + queues.length];
		arguments[0] = worker;
		arguments[1] = String.valueOf(millis);
		arguments[2] = description;
		System.arraycopy(queues, 0, arguments, 3, queues.length);
		return this.queue.scripts().run(RedisScript.HEARTBEAT, this.queue.keys().workers(), arguments);
	}

}
