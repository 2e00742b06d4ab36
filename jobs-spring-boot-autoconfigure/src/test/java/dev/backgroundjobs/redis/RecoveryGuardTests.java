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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Claim;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RecoveredJob;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What workers do to each other's jobs, and to their own, after trouble with Redis.
 */
class RecoveryGuardTests {

	private static final Duration LEASE = Duration.ofSeconds(2);

	private final RedisServer server = RedisServer.start();

	private final QueuePartition partition = QueuePartition.of("mail");

	private RedisConnections connections;

	private RedisJobStore store;

	@BeforeEach
	void open() {
		this.connections = new RedisConnections(new LettuceConnectionFactory(this.server.host(), this.server.port()),
				"test", LEASE);
		this.store = new RedisJobStore(this.connections, "test", new RedisJobStore.Options(Duration.ofSeconds(2),
				Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofMillis(500)));
	}

	@AfterEach
	void close() {
		this.connections.close();
		this.server.close();
	}

	@Test
	void workerThatWasTooBusyToClaimDuringAnOutageLeavesOwnersTimeToRenew() {
		Claimant owner = claimant("owner");
		Claimant busy = claimant("busy");
		enqueue("a");
		String token = claim(owner).get(0).token();
		Awaitility.await().pollInterval(Duration.ofMillis(200)).until(() -> {
			join(this.store.renew(this.partition, List.of(token), LEASE));
			return this.connections.lease().hasAnsweredFor(LEASE.dividedBy(2));
		});
		this.server.signal("STOP");
		CompletionStage<?> unanswered = this.store.renew(this.partition, List.of("nobody:1"), LEASE);
		Awaitility.await().pollDelay(LEASE.plusMillis(500)).until(() -> unanswered.toCompletableFuture().isDone());
		this.server.signal("CONT");
		assertThat(claim(busy)).as("the owner lives and is about to renew").isEmpty();
		assertThat(join(this.store.renew(this.partition, List.of(token), LEASE)).lost()).as("lost").isEmpty();
	}

	@Test
	void claimTellsWhichJobsHaveLostTheirWorkerAndWhichOfThemDied() {
		Claimant witness = claimant("witness", 1);
		enqueue("a");
		claim(claimant("victim", 1));
		List<RecoveredJob> recovered = new ArrayList<>();
		Awaitility.await().untilAsserted(() -> {
			recovered.addAll(join(witness.claim(10)).recovered());
			join(this.store.renew(this.partition, List.of("nobody:1"), LEASE));
			assertThat(recovered).containsExactly(new RecoveredJob(new JobId(this.partition, "a"), "send", 1, true));
		});
	}

	@Test
	void whatStandsBehindAnUnreadableRecordIsClaimedAtOnce() {
		RedisClient client = RedisClient.create(this.server.uri());
		try {
			enqueue("a");
			enqueue("b");
			client.connect().sync().hset("bj:{test.mail}:j", "a", "1?nonsense");
			Claimant owner = claimant("owner");
			assertThat(join(owner.claim(1))).isEqualTo(new Claim(List.of(), Duration.ZERO, 0, List.of()));
			assertThat(claim(owner)).extracting((job) -> job.job().id().local()).containsExactly("b");
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	@Test
	void outcomeIsKeptWhilePermissionIsMissing() {
		enqueue("a");
		ClaimedJob claimed = claim(claimant("owner")).get(0);
		RedisClient client = RedisClient.create(this.server.uri());
		try {
			RedisCommands<String, String> admin = client.connect().sync();
			admin.aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.EVALSHA));
			CompletionStage<Settlement> settled = this.store.settle(claimed, new JobOutcome.Succeeded());
			Awaitility.await().during(Duration.ofMillis(300)).until(() -> !settled.toCompletableFuture().isDone());
			admin.aclSetuser("default", AclSetuserArgs.Builder.addCommand(CommandType.EVALSHA));
			assertThat(join(settled)).isEqualTo(Settlement.ACCEPTED);
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	private Claimant claimant(String id) {
		return claimant(id, 3);
	}

	private Claimant claimant(String id, int maxLeaseLosses) {
		return this.store.claimant(this.partition, id, new ClaimOptions(LEASE, maxLeaseLosses, () -> {
		}));
	}

	private static List<ClaimedJob> claim(Claimant claimant) {
		return join(claimant.claim(1)).jobs();
	}

	private static <T> T join(CompletionStage<T> answer) {
		return answer.toCompletableFuture().join();
	}

	private void enqueue(String id) {
		this.store.enqueue(new NewJob(new Job(new JobId(this.partition, id), "send",
				"[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL), new Due.Now(), false, null));
	}

}
