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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which scripts wake whom.
 */
class WakeUpTests {

	private final List<String> heard = new CopyOnWriteArrayList<>();

	private TestQueue queue;

	private StatefulRedisPubSubConnection<String, String> subscriber;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
		this.subscriber = this.queue.scripts().subscriber();
		this.subscriber.addListener(new RedisPubSubAdapter<String, String>() {

			@Override
			public void message(String channel, String message) {
				WakeUpTests.this.heard.add(channel + " " + message);
			}

		});
		this.subscriber.sync().subscribe(channel("live"));
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.subscriber.close();
		this.queue.close();
	}

	@Test
	void registersAClaimThatGotLessThanItAskedForAndRemovesAFilledOne() {
		claim("w", 1, 2, "live");
		assertThat(waiters()).containsExactly(channel("live"));
		this.queue.enqueue("+60000", new String[] { "later" });
		this.queue.enqueue("a");
		assertThat(waiters()).as("woken").isEmpty();
		claim("w", 1, 2, "live");
		assertThat(waiters()).as("one of two").containsExactly(channel("live"));
		this.queue.redis().rpush(this.queue.key("r1"), "no job");
		this.queue.enqueueJobs(TestQueue.job("b", TestQueue.record(1, 0, ""), "0"));
		this.queue.redis().sadd(this.queue.key("w"), channel("live"));
		claim("w", 2, 1, "live");
		assertThat(waiters()).as("filled").isEmpty();
	}

	@Test
	void registersAClaimOfAPausedQueue() {
		this.queue.enqueue("a");
		this.queue.redis().hset(this.queue.key("m"), "p", "1");
		assertThat(claim("w", 1, 1, "live").status()).isEqualTo("PAUSED");
		assertThat(waiters()).containsExactly(channel("live"));
	}

	@Test
	void namesThePartitionInTheMessage() {
		claim("w", 1, 1, "live");
		this.queue.enqueue("a");
		assertWoken(1);
		assertThat(this.heard).containsExactly(channel("live") + " " + this.queue.key("m"));
	}

	@Test
	void dropsDeadContainersUntilOneHears() {
		for (int k = 0; k < 5; k++) {
			claim("dead" + k, 1, 1, "dead" + k);
		}
		claim("w", 1, 1, "live");
		this.queue.enqueue("a");
		assertWoken(1);
		assertThat(waiters()).doesNotContain(channel("live"));
	}

	@Test
	void givesUpAfterEightDeadContainers() {
		for (int k = 0; k < 10; k++) {
			claim("dead" + k, 1, 1, "dead" + k);
		}
		this.queue.enqueue("a");
		assertThat(waiters()).hasSize(2);
	}

	@Test
	void handsAWakeUpOnWhenAContainerHasNoFreeSlot() {
		claim("busy", 1, 1, "busy");
		claim("w", 1, 1, "live");
		this.queue.redis().srem(this.queue.key("w"), channel("live"));
		this.queue.enqueue("a");
		assertThat(waiters()).as("busy was woken, heard it on a closed connection").isEmpty();
		claim("w", 1, 0, "other");
		this.queue.redis().sadd(this.queue.key("w"), channel("live"), channel("busy"));
		ScriptReply passedOn = claim("busy", 1, 0, "busy");
		assertThat(passedOn.status()).isEqualTo("EMPTY");
		assertWoken(1);
		assertThat(waiters()).isEmpty();
		assertThat(this.queue.state("a")).isEqualTo("QUEUED");
	}

	@Test
	void wakesTheNextContainerWhenAClaimLeavesJobs() {
		this.queue.enqueue("a", "b");
		this.queue.redis().sadd(this.queue.key("w"), channel("live"));
		claim("w", 1, 1, "w");
		assertWoken(1);
	}

	@Test
	void doesNotWakeForAnEmptyOrPausedQueue() {
		this.queue.enqueue("a");
		this.queue.redis().sadd(this.queue.key("w"), channel("live"));
		claim("w", 1, 1, "w");
		this.queue.enqueue("p", 1, "");
		claim("w", 2, 0, "w");
		assertThat(waiters()).containsExactly(channel("live"));
		this.queue.redis().hset(this.queue.key("m"), "p", "1");
		this.queue.redis().srem(this.queue.key("w"), channel("live"));
		this.queue.enqueue("b");
		this.queue.redis().sadd(this.queue.key("w"), channel("live"));
		claim("w", 2, 0, "w");
		assertThat(waiters()).containsExactly(channel("live"));
	}

	@Test
	void wakesForADelayedJobOnlyWhenItIsTheNextOne() {
		claim("w", 1, 1, "live");
		this.queue.enqueue("+60000", new String[] { "a" });
		assertWoken(1);
		claim("w", 1, 1, "live");
		this.queue.enqueue("+90000", new String[] { "b" });
		assertThat(waiters()).as("not woken for a later job").containsExactly(channel("live"));
		this.queue.enqueue("+30000", new String[] { "c" });
		assertWoken(2);
	}

	@Test
	void wakesForReleasedRetriedAndFiredJobs() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		claim("v", 1, 1, "live");
		this.queue.settle(TestQueue.release("a", "w:1", false));
		assertWoken(1);
		this.queue.claim("w", 2, 1);
		claim("v", 1, 1, "live");
		this.queue.settle(TestQueue.retry("b", "w:1", 60_000));
		assertWoken(2);
		claim("v", 1, 1, "live");
		this.queue.settle(TestQueue.bury("a", "w:2"));
		this.queue.retryDead("a");
		assertWoken(3);
		this.queue.claim("w", 3, 1);
		claim("v", 1, 1, "live");
		this.queue.define("FIRE_ONCE", "ALLOW", "clean-up");
		this.queue.fire("clean-up", this.queue.now(), "c");
		assertWoken(4);
	}

	@Test
	void wakesForAJobThatIsDueSoonerOrNow() {
		this.queue.enqueue("+60000", new String[] { "a", "b" });
		claim("w", 1, 1, "live");
		this.queue.reschedule("b", "+90000");
		assertThat(waiters()).as("not woken for a later job").containsExactly(channel("live"));
		this.queue.reschedule("b", "+30000");
		assertWoken(1);
		claim("w", 1, 1, "live");
		this.queue.reschedule("a", "0");
		assertWoken(2);
	}

	@Test
	void wakesWhenAPausedQueueIsResumed() {
		this.queue.pause(true);
		this.queue.enqueue("a");
		claim("w", 1, 1, "live");
		this.queue.pause(false);
		assertWoken(1);
		claim("v", 1, 1, "live");
		this.queue.pause(false);
		assertThat(this.heard).as("it was not paused").hasSize(1);
	}

	private void assertWoken(int times) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.untilAsserted(() -> assertThat(this.heard).hasSize(times));
	}

	private ScriptReply claim(String worker, long sequence, int slots, String container) {
		return this.queue.claim(ClaimCall.of(worker, sequence, slots).channel(channel(container)));
	}

	private String channel(String container) {
		return new String(this.queue.keys().channel("worker", container), StandardCharsets.US_ASCII);
	}

	private List<String> waiters() {
		return List.copyOf(this.queue.redis().smembers(this.queue.key("w")));
	}

}
