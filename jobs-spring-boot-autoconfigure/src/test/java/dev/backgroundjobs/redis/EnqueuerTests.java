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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

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
		this.store = new RedisJobStore(this.connections, this.keys, new RedisJobStore.Options(Duration.ofSeconds(2),
				Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofSeconds(30)));
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
	@BreaksData("a ready list that is none, so that a script stops half way")
	void jobAfterOneThatBrokeHalfWayIsNotTakenForIt() {
		this.redis.set(key("r1"), "no list");
		assertThatExceptionOfType(EnqueueOutcomeUnknownException.class)
			.isThrownBy(() -> enqueue("broken", new Due.Now()));
		this.redis.del(key("r1"));
		enqueue("next", new Due.Now());
		assertThat(this.redis.lrange(key("r1"), 0, -1)).containsExactly("next");
	}

	@Test
	void bulkIsOneCallOfTheScriptAndIsEnqueuedInItsOrder() {
		enqueue("first", new Due.Now());
		this.store.enqueue(IntStream.range(0, 500).mapToObj((k) -> job("job-" + k, new Due.Now())).toList());
		assertThat(this.redis.hvals(key("pr"))).as("number of the last call")
			.singleElement()
			.asString()
			.startsWith("2:");
		assertThat(this.redis.lrange(key("r1"), 0, -1)).hasSize(501)
			.startsWith("first", "job-0", "job-1")
			.endsWith("job-499");
	}

	@Test
	@BreaksData("a ready list that is none, so that a script stops half way")
	void bulkThatBrokeHalfWayIsFencedBeforeTheNext() {
		this.redis.set(key("r1"), "no list");
		assertThatExceptionOfType(EnqueueOutcomeUnknownException.class)
			.isThrownBy(() -> this.store.enqueue(List.of(job("a", new Due.Now()), job("b", new Due.Now()))))
			.withMessageContaining("'mail~0~a' and 1 others");
		this.redis.del(key("r1"));
		this.store.enqueue(List.of(job("c", new Due.Now()), job("d", new Due.Now())));
		assertThat(this.redis.lrange(key("r1"), 0, -1)).containsExactly("c", "d");
		// the scan of all keys would find the records of the broken bulk
		this.redis.del(this.redis.keys("bj:{" + this.keys + "*").toArray(String[]::new));
	}

	@Test
	void bulkIsNeverDividedAndDoesNotKeepOthersOut() throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(8);
		try {
			List<Future<?>> done = new ArrayList<>();
			for (int k = 0; k < 16; k++) {
				String name = "bulk-" + k + "-";
				int size = (k % 2 == 0) ? 400 : 1;
				List<NewJob> bulk = IntStream.range(0, size).mapToObj((n) -> job(name + n, new Due.Now())).toList();
				done.add(callers.submit(() -> this.store.enqueue(bulk)));
			}
			for (Future<?> future : done) {
				future.get(10, TimeUnit.SECONDS);
			}
		}
		finally {
			callers.shutdownNow();
		}
		List<String> order = this.redis.lrange(key("r1"), 0, -1);
		assertThat(order).hasSize(8 * 400 + 8).doesNotHaveDuplicates();
		for (int k = 0; k < 16; k += 2) {
			int start = order.indexOf("bulk-" + k + "-0");
			assertThat(order.subList(start, start + 400)).endsWith("bulk-" + k + "-399");
		}
	}

	private void enqueue(String id, Due due) {
		this.store.enqueue(job(id.replace(' ', '-'), due));
	}

	private static NewJob job(String id, Due due) {
		byte[] arguments = "[]".getBytes(StandardCharsets.UTF_8);
		return new NewJob(
				new Job(new JobId(QueuePartition.of("mail"), id), "send", arguments, false, JobPriority.NORMAL), due,
				false, null);
	}

	private String key(String name) {
		return "bj:{" + this.keys + ".mail}:" + name;
	}

}
