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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Failure;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueCapacity;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Redis has executed a call and its reply is lost: the client repeats the call, and
 * nothing happens twice.
 */
class LostReplyTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final RedisJobStore.Options OPTIONS = new RedisJobStore.Options(Duration.ofSeconds(10),
			Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofSeconds(30));

	private final RedisServer server = RedisServer.shared();

	private final String namespace = "test-" + UUID.randomUUID();

	private final QueuePartition partition = QueuePartition.of("mail");

	private final RedisClient client = RedisClient.create(this.server.uri());

	private final RedisCommands<String, String> redis = this.client.connect().sync();

	private DeafeningProxy proxy;

	private RedisConnections connections;

	private RedisConnections directConnections;

	private RedisJobStore store;

	private RedisJobStore direct;

	@BeforeEach
	void open() throws IOException {
		this.proxy = new DeafeningProxy(this.server);
		this.connections = connections("localhost", this.proxy.port());
		// what is called on an open connection is answered in order: no reply but the
		// wanted one gets lost
		this.connections.work().connect().join();
		this.directConnections = connections(this.server.host(), this.server.port());
		this.store = store(this.connections);
		this.direct = store(this.directConnections);
	}

	private RedisConnections connections(String host, int port) {
		return new RedisConnections(new LettuceConnectionFactory(host, port), this.namespace, LEASE);
	}

	private RedisJobStore store(RedisConnections through) {
		return new RedisJobStore(through, this.namespace, OPTIONS);
	}

	@AfterEach
	void close() {
		this.connections.close();
		this.directConnections.close();
		this.proxy.close();
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
	}

	@Test
	void callWhoseJobIsGoneBeforeItIsRepeatedEnqueuesOnce() {
		enqueue("first");
		join(claimant(this.direct).claim(1));
		untilAllIsAnswered(this.store);
		this.proxy.loseReplies();
		CompletableFuture<@Nullable Void> call = CompletableFuture.runAsync(() -> enqueue("second"));
		Awaitility.await().until(() -> counter("enqueued") == 2);
		ClaimedJob claimed = join(claimant(this.direct).claim(1)).jobs().get(0);
		assertThat(join(this.direct.settle(claimed, new JobOutcome.Succeeded()))).isEqualTo(Settlement.ACCEPTED);
		assertThat(this.redis.hkeys(key("j"))).containsExactly("first");
		assertThat(call).isNotDone();
		this.proxy.hearAgain();
		call.join();
		assertThat(this.redis.hkeys(key("j"))).containsExactly("first");
		assertThat(counter("enqueued")).isEqualTo(2);
	}

	@Test
	void callBehindOneWhoseRefusalWasLostIsEnqueued() {
		RedisJobStore small = new RedisJobStore(this.connections, this.namespace, OPTIONS,
				(queue) -> new QueueCapacity(1, Duration.ZERO, "capacity"), (queue) -> 1);
		small.enqueue(job("first"));
		untilAllIsAnswered(small);
		this.proxy.loseReplies();
		CompletableFuture<@Nullable Void> refused = CompletableFuture.runAsync(() -> small.enqueue(job("refused")));
		Awaitility.await().until(() -> this.redis.hvals(key("pr")).get(0).startsWith("2f"));
		this.redis.hset(key("m"), "v", "2");
		this.proxy.hearAgain();
		assertThat(refused).as("given up by a process that is too old")
			.failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(EnqueueOutcomeUnknownException.class);
		this.redis.hset(key("m"), "v", "1");
		assertThat(this.direct.delete(job("first").job().id())).isTrue();
		small.enqueue(job("next"));
		assertThat(this.redis.hkeys(key("j"))).containsExactly("next");
	}

	@Test
	void repeatedClaimGetsTheSameJobsAndNoOthers() {
		enqueue("a");
		enqueue("b");
		enqueue("c");
		Claimant claimant = claimant(this.store);
		claimNothing(claimant);
		this.proxy.loseReplies();
		CompletionStage<Claim> lost = claimant.claim(2);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> join(lost))
			.withCauseInstanceOf(StoreUnavailableException.class);
		assertThat(this.redis.hkeys(key("i"))).containsExactlyInAnyOrder("a", "b");
		this.proxy.hearAgain();
		Awaitility.await()
			.ignoreException(CompletionException.class)
			.untilAsserted(() -> assertThat(join(claimant.claim(2)).jobs()).extracting((job) -> job.job().id().local())
				.containsExactly("a", "b"));
		assertThat(this.redis.zcard(key("l"))).isEqualTo(1);
		assertThat(this.redis.lrange(key("r1"), 0, -1)).containsExactly("c");
	}

	@Test
	void repeatedOutcomeIsTakenOnce() {
		enqueue("a");
		ClaimedJob claimed = join(claimant(this.store).claim(1)).jobs().get(0);
		this.proxy.loseReplies();
		CompletionStage<Settlement> settled = this.store.settle(claimed,
				new JobOutcome.Retry(Duration.ofHours(1), new Failure("Boom", "bad luck", "")));
		Awaitility.await().until(() -> counter("retried") == 1);
		this.proxy.hearAgain();
		assertThat(join(settled)).isEqualTo(Settlement.UNCERTAIN);
		assertThat(counter("retried")).isEqualTo(1);
		assertThat(this.redis.hget(key("a"), "a:f")).isEqualTo("1");
	}

	/**
	 * The first job makes its queue known, too: that reply is not the one to get lost.
	 */
	private void untilAllIsAnswered(RedisJobStore of) {
		Awaitility.await().until(() -> this.redis.hexists("bj:{" + this.namespace + "}:queues", "mail"));
		assertThat(of.cancel(job("none").job().id())).isFalse();
	}

	private static void claimNothing(Claimant claimant) {
		// the connection is there
		assertThat(join(claimant.claim(0)).jobs()).isEmpty();
	}

	private Claimant claimant(RedisJobStore of) {
		return of.claimant(this.partition, UUID.randomUUID().toString(), new ClaimOptions(LEASE, 3, () -> {
		}));
	}

	private void enqueue(String id) {
		this.store.enqueue(job(id));
	}

	private NewJob job(String id) {
		Job job = new Job(new JobId(this.partition, id), "send", "[]".getBytes(StandardCharsets.UTF_8), false,
				JobPriority.NORMAL);
		return new NewJob(job, new Due.Now(), false, null);
	}

	private long counter(String name) {
		String value = this.redis.hget(key("s"), name);
		return (value != null) ? Long.parseLong(value) : 0;
	}

	private String key(String name) {
		return "bj:{" + this.namespace + ".mail}:" + name;
	}

	private static <T> T join(CompletionStage<T> answer) {
		return answer.toCompletableFuture().join();
	}

}
