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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JoinPolicy;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.UniqueRule;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.InvalidDataAccessResourceUsageException;
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
	void jobThatMayReplaceAnotherOneCountsAsEightWhenCallersShareABatch() {
		NewJob plain = job("plain", new Due.Now());
		NewJob replacing = new NewJob(plain.job(), plain.due(), false, null,
				new UniqueRule(UniqueJob.Until.FINISHED, UniqueRule.TTL, UniqueJob.OnConflict.REPLACE, (call) -> ""));
		assertThat(new EnqueueEntry(List.of(plain, replacing), Duration.ofSeconds(1)).weight).isEqualTo(9);
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
	@BreaksData("a ready list that is none")
	void jobThatABrokenKeyRefusesIsCertainlyNotEnqueued() {
		this.redis.set(key("r1"), "no list");
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> enqueue("broken", new Due.Now()))
			.withMessageContaining("The job was not enqueued")
			.withMessageContaining("Key '" + key("r1") + "' holds a string instead of a list");
		this.redis.del(key("r1"));
		enqueue("next", new Due.Now());
		assertThat(this.redis.lrange(key("r1"), 0, -1)).containsExactly("next");
		assertThat(this.redis.hkeys(key("j"))).containsExactly("next");
	}

	@Test
	void jobsKeepTheirOrderWhileRedisForgetsTheScriptsAgainAndAgain() throws Exception {
		List<CompletableFuture<Void>> callers = IntStream.range(0, 4)
			.mapToObj((caller) -> CompletableFuture.runAsync(() -> IntStream.range(0, 25).forEach((k) -> {
				this.redis.scriptFlush();
				this.store
					.enqueue(List.of(job(caller + "-" + k, new Due.Now()), job(caller + "-" + k + "b", new Due.Now())));
			})))
			.toList();
		CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
		List<String> queued = this.redis.lrange(key("r1"), 0, -1);
		assertThat(queued).hasSize(200).doesNotHaveDuplicates();
		for (int caller = 0; caller < 4; caller++) {
			String own = caller + "-";
			assertThat(queued.stream().filter((id) -> id.startsWith(own))).containsExactlyElementsOf(
					IntStream.range(0, 25).boxed().flatMap((k) -> Stream.of(own + k, own + k + "b")).toList());
		}
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
	void bulkThatMayHaveStoppedHalfWayIsFencedBeforeTheNext() throws IOException {
		try (RefusingProxy proxy = new RefusingProxy(this.server);
				RedisConnections refused = new RedisConnections(new LettuceConnectionFactory("localhost", proxy.port()),
						this.keys, Duration.ofSeconds(30))) {
			RedisJobStore other = new RedisJobStore(refused, this.keys, new RedisJobStore.Options(
					Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofSeconds(30)));
			proxy.refuse(EnumSet.of(RedisScript.ENQUEUE), "ERR a script failed");
			assertThatExceptionOfType(EnqueueOutcomeUnknownException.class)
				.isThrownBy(() -> other.enqueue(List.of(job("a", new Due.Now()), job("b", new Due.Now()))))
				.withMessageContaining("'mail~0~a' and 1 others");
			proxy.refuseNothing();
			other.enqueue(List.of(job("c", new Due.Now()), job("d", new Due.Now())));
			assertThat(this.redis.lrange(key("r1"), 0, -1)).containsExactly("c", "d");
			assertThat(this.redis.hvals(key("pr"))).as("the fence took a number")
				.singleElement()
				.asString()
				.startsWith("2:");
		}
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

	@Test
	void childThatGoesElsewhereTakesNoRoomBesideItsJoin() {
		JobId join = new JobId(QueuePartition.of("mail"), "join");
		Due child = new Due.Child(new Due.Now(), join);
		NewJob elsewhere = new NewJob(
				new Job(new JobId(QueuePartition.of("image"), "f.c1"), "scale", new byte[0], false, JobPriority.NORMAL),
				child, false, null);
		EnqueueEntry entry = new EnqueueEntry(
				List.of(job("join", new Due.Joined(JoinPolicy.FAIL, new Due.Now(), Duration.ofHours(1), 2, "f")),
						elsewhere, job("f.c2", child)),
				Duration.ofSeconds(10));
		assertThat(entry.newJobs(Set.of())).containsExactlyInAnyOrder("join", "f.c2");
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
