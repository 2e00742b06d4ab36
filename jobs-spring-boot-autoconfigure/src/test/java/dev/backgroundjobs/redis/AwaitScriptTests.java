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
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract of {@code await.lua}, and of those who end jobs.
 */
class AwaitScriptTests {

	private static final long HOUR = 3_600_000;

	private TestQueue queue;

	private RedisClient client;

	private final List<String> heard = new CopyOnWriteArrayList<>();

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
		this.client = RedisClient.create(RedisServer.shared().uri());
		StatefulRedisPubSubConnection<String, String> subscriber = this.client.connectPubSub();
		subscriber.addListener(new RedisPubSubAdapter<>() {

			@Override
			public void message(String channel, String message) {
				AwaitScriptTests.this.heard.add(message);
			}

		});
		subscriber.sync().subscribe(channel());
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
		this.queue.close();
	}

	@Test
	void tellsOfEveryWayInWhichAJobEnds() {
		this.queue.enqueue("+" + HOUR, new String[] { "later", "deleted" });
		this.queue.enqueueJobs(TestQueue.job("lost", TestQueue.record(0, 0, ""), "0"));
		this.queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
		this.queue.enqueue("done", "kept", "dead", "stopped");
		this.queue.claim(ClaimCall.of("w", 1, 4).recover(false));
		this.queue.cancel("stopped");
		this.queue.enqueueJobs(TestQueue.job("late", TestQueue.expiring(1, 0, 1, ""), "0"));
		assertThat(await(this.queue, channel(), "later", "deleted", "lost", "done", "kept", "dead", "stopped", "late"))
			.containsOnly("1");
		this.queue.settle(TestQueue.complete("done", "w:1"), TestQueue.bury("dead", "w:1"),
				TestQueue.keep("kept", "w:1", 60_000, "ended"), TestQueue.cancelled("stopped", "w:1", 0));
		assertHeard("dead", "done", "kept", "stopped");
		this.queue.cancel("later");
		assertHeard("later");
		this.queue.delete("deleted");
		assertHeard("deleted");
		this.queue.pass(2);
		this.queue.claim(ClaimCall.of("v", 1, 4).maxLosses(1));
		assertHeard("late", "lost");
		assertThat(this.queue.redis().exists(this.queue.key("aw"))).isZero();
	}

	@Test
	void tellsNobodyOfWhatGoesOn() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		await(this.queue, channel(), "a");
		this.queue.settle(TestQueue.retry("a", "w:1", 0), TestQueue.complete("b", "w:1"));
		this.queue.claim("w", 2, 1);
		this.queue.settle(TestQueue.complete("a", "w:2"));
		assertHeard("a");
	}

	@Test
	void doesNotWaitForWhatHasEndedOrNeverWas() {
		this.queue.enqueue("dead", "kept", "open");
		this.queue.claim("w", 1, 3);
		this.queue.settle(TestQueue.bury("dead", "w:1"), TestQueue.keep("kept", "w:1", 60_000, "ended"));
		assertThat(await(this.queue, channel(), "dead", "kept", "open", "none")).containsExactly("0", "0", "1", "0");
		assertThat(this.queue.redis().hgetall(this.queue.key("aw"))).isEqualTo(Map.of("open", "," + channel()));
	}

	@Test
	void eachProcessIsToldOnceAndMayLeave() {
		this.queue.enqueue("a");
		for (String process : List.of("one", "two", channel(), "one")) {
			await(this.queue, process, "a");
		}
		assertThat(this.queue.redis().hget(this.queue.key("aw"), "a")).isEqualTo(",one,two," + channel());
		for (String process : List.of("two", "nobody", "one")) {
			this.queue.run(RedisScript.AWAIT, process, "0", "a");
		}
		assertThat(this.queue.redis().hget(this.queue.key("aw"), "a")).isEqualTo("," + channel());
		this.queue.run(RedisScript.AWAIT, channel(), "0", "a");
		assertThat(this.queue.redis().exists(this.queue.key("aw"))).isZero();
	}

	@Test
	void ofManyProcessesTheLatestAreTold() {
		this.queue.enqueue("a");
		IntStream.rangeClosed(1, 10).forEach((process) -> await(this.queue, "p" + process, "a"));
		assertThat(this.queue.redis().hget(this.queue.key("aw"), "a")).isEqualTo(",p3,p4,p5,p6,p7,p8,p9,p10");
	}

	@Test
	void costsThoseNothingWhoAreNotAwaited() {
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
		this.queue.redis().configResetstat();
		this.queue.settle(TestQueue.complete("a", "w:1"), TestQueue.keep("b", "w:1", 60_000, "ended"));
		String calls = this.queue.redis().info("commandstats");
		// nor is it asked whether anybody waits: that stands beside the version
		assertThat(calls).doesNotContain("cmdstat_publish", "cmdstat_hexists");
	}

	/**
	 * Wait for the end of jobs.
	 * @return which of them have not ended: 1, else 0
	 */
	static List<String> await(TestQueue queue, String channel, String... ids) {
		String[] arguments = Stream.concat(Stream.of(channel, "1"), Stream.of(ids)).toArray(String[]::new);
		return queue.run(RedisScript.AWAIT, arguments).texts(2);
	}

	private void assertHeard(String... ids) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.untilAsserted(() -> assertThat(this.heard.stream()
				.flatMap((message) -> List.of(message.substring(this.queue.key("m ").length()).split(",")).stream()))
				.containsExactlyInAnyOrder(ids));
		this.heard.clear();
	}

	private String channel() {
		return new String(this.queue.keys().awaitChannel("process"), StandardCharsets.US_ASCII);
	}

}
