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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.autoconfigure.JobsPreflightAutoConfiguration;
import dev.backgroundjobs.core.Deployment.Eviction;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.Preflight;
import dev.backgroundjobs.core.PreflightFinding;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs on every topology that Spring Data knows.
 */
@ExtendWith(OutputCaptureExtension.class)
class TopologyTests {

	private final RedisClient client = RedisClient.create();

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
	}

	@Test
	void masterWithReplica(CapturedOutput output) {
		try (RedisServer master = RedisServer.start();
				RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(master.port()))) {
			RedisStaticMasterReplicaConfiguration configuration = new RedisStaticMasterReplicaConfiguration(
					replica.host(), replica.port());
			configuration.addNode(master.host(), master.port());
			runner(master).withBean(LettuceConnectionFactory.class, () -> new LettuceConnectionFactory(configuration))
				.run((context) -> {
					Mail mail = context.getBean(Mail.class);
					runs(mail, "one");
					assertThat(output)
						.contains("on the Redis master of localhost:" + Math.min(master.port(), replica.port())
								+ ", localhost:" + Math.max(master.port(), replica.port()) + "/0");
				});
		}
	}

	@Test
	void sentinelsElectAnotherMaster(CapturedOutput output) {
		try (RedisServer master = RedisServer.start();
				RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(master.port()));
				RedisServer sentinel = RedisServer.startSentinel("shop", master)) {
			await().until(() -> redis(replica).info("replication").contains("master_link_status:up"));
			runner(master)
				.withPropertyValues("spring.data.redis.sentinel.master=shop",
						"spring.data.redis.sentinel.nodes=localhost:" + sentinel.port())
				.run((context) -> {
					Mail mail = context.getBean(Mail.class);
					runs(mail, "before");
					assertThat(output).contains("on Redis master 'shop' of the sentinels localhost:" + sentinel.port());
					await().until(() -> redis(sentinel).info("sentinel").contains("slaves=1"));
					master.kill();
					await().ignoreExceptionsMatching(
							(ex) -> ex instanceof DataAccessException || ex instanceof EnqueueOutcomeUnknownException)
						.until(() -> {
							mail.send("after");
							return true;
						});
					await().untilAsserted(() -> assertThat(mail.sent()).contains("before", "after"));
					assertThat(redis(replica).info("replication")).contains("role:master");
				});
		}
	}

	@Test
	void clusterMovesAQueue(CapturedOutput output) {
		try (RedisServer one = RedisServer.startClusterNode(); RedisServer two = RedisServer.startClusterNode()) {
			cluster(one, two);
			int slot = SlotHash.getSlot("{shop.mail}");
			RedisServer source = (slot < 8192) ? one : two;
			RedisServer target = (source == one) ? two : one;
			runner(one).withPropertyValues("spring.data.redis.cluster.nodes=localhost:" + one.port()).run((context) -> {
				Mail mail = context.getBean(Mail.class);
				runs(mail, "before");
				assertThat(output).contains("on the Redis cluster of localhost:" + one.port());
				redis(two).configSet("maxmemory-policy", "allkeys-lru");
				Eviction eviction = context.getBean(DeploymentReader.class).read().eviction();
				assertThat(eviction).as("every master is asked")
					.isEqualTo(new Eviction("allkeys-lru, noeviction", true, 0));
				assertThat(context.getBean(Preflight.class).findings()).extracting(PreflightFinding::check)
					.containsExactly("persistence");
				redis(target).clusterSetSlotImporting(slot, redis(source).clusterMyId());
				redis(source).clusterSetSlotMigrating(slot, redis(target).clusterMyId());
				await().untilAsserted(() -> assertThat(output)
					.contains("the Redis cluster is moving the queue to another node (TRYAGAIN"));
				redis(source).clusterSetSlotStable(slot);
				redis(target).clusterSetSlotStable(slot);
				await().untilAsserted(() -> assertThat(output).contains("Redis is back"));
				runs(mail, "after");
				for (String text : List.of("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7")) {
					mail.spread(text);
				}
				await().untilAsserted(
						() -> assertThat(mail.sent()).contains("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"));
				for (RedisServer node : List.of(one, two)) {
					assertThat(redis(node).keys("bj:{shop.spread*}:s")).as("partitions on each node").isNotEmpty();
				}
				assertThat(context.getBean(JobQueries.class).figures("spread").counters()).containsEntry("completed",
						8L);
			});
		}
	}

	private void cluster(RedisServer one, RedisServer two) {
		redis(one).clusterAddSlots(IntStream.range(0, 8192).toArray());
		redis(two).clusterAddSlots(IntStream.range(8192, 16384).toArray());
		redis(one).clusterMeet("127.0.0.1", two.port());
		for (RedisServer node : List.of(one, two)) {
			await().until(() -> redis(node).clusterInfo().contains("cluster_state:ok")
					&& redis(node).clusterInfo().contains("cluster_known_nodes:2"));
		}
	}

	private static void runs(Mail mail, String text) {
		mail.send(text);
		await().untilAsserted(() -> assertThat(mail.sent()).contains(text));
	}

	private static ApplicationContextRunner runner(RedisServer server) {
		return JobsContextRunner.on(server)
			.withConfiguration(AutoConfigurations.of(JobsPreflightAutoConfiguration.class))
			.withBean(Mail.class)
			.withPropertyValues("background-jobs.namespace=shop", "background-jobs.worker.poll-interval=100ms",
					"background-jobs.enqueue.timeout=5s", "background-jobs.queues.spread.partitions=8");
	}

	private RedisCommands<String, String> redis(RedisServer server) {
		return this.client.connect(server.uri()).sync();
	}

	static class Mail {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		List<String> sent() {
			return this.sent;
		}

		@BackgroundJob("mail")
		void send(String text) {
			this.sent.add(text);
		}

		@BackgroundJob("spread")
		void spread(String text) {
			this.sent.add(text);
		}

	}

}
