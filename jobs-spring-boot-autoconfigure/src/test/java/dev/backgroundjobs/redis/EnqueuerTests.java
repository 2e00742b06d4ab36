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
import java.time.Instant;
import java.util.UUID;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One call's bad luck is not the next call's.
 */
class EnqueuerTests {

	private final RedisServer server = RedisServer.shared();

	private final String keys = "test-" + UUID.randomUUID();

	private RedisConnections connections;

	private RedisJobStore store;

	private RedisClient client;

	private RedisCommands<String, String> redis;

	@BeforeEach
	void open() {
		this.connections = new RedisConnections(new LettuceConnectionFactory(this.server.host(), this.server.port()),
				this.keys, Duration.ofSeconds(30));
		this.store = new RedisJobStore(this.connections, this.keys,
				new RedisJobStore.Options(Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofDays(1)));
		this.client = RedisClient.create(this.server.uri());
		this.redis = this.client.connect().sync();
	}

	@AfterEach
	void close() {
		this.connections.close();
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
	}

	@Test
	void takesTheLongestDelayAndTheLastInstantThereIs() {
		enqueue("last instant", new Due.At(Instant.MAX));
		enqueue("longest delay", new Due.In(Duration.ofSeconds(Long.MAX_VALUE)));
		enqueue("now", new Due.Now());
		assertThat(this.redis.zcard(key("d"))).isEqualTo(2);
		assertThat(this.redis.llen(key("r1"))).isEqualTo(1);
	}

	@Test
	void jobAfterOneThatBrokeHalfWayIsNotTakenForIt() {
		this.redis.set(key("r1"), "no list");
		assertThatExceptionOfType(EnqueueOutcomeUnknownException.class)
			.isThrownBy(() -> enqueue("broken", new Due.Now()));
		this.redis.del(key("r1"));
		enqueue("next", new Due.Now());
		assertThat(this.redis.lrange(key("r1"), 0, -1)).containsExactly("next");
	}

	private void enqueue(String id, Due due) {
		JobId jobId = new JobId(QueuePartition.of("mail"), id.replace(' ', '-'));
		this.store.enqueue(
				new NewJob(new Job(jobId, "send", "[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL),
						due, false, null));
	}

	private String key(String name) {
		return "bj:{" + this.keys + ".mail}:" + name;
	}

}
