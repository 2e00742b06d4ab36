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

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What cancel promises of a job that runs: its worker learns it, and the job ends with
 * this attempt, whatever ends that; the flag goes with it.
 */
class CancelScriptTests {

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
		this.queue.enqueueJobs(job("a"), job("b"), job("c"));
		this.queue.claim("w", 1, 2);
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void tellsTheWorkerWithEveryRenewal() {
		assertThat(this.queue.askToCancel("a")).isEqualTo(2);
		assertThat(this.queue.askToCancel("a")).as("again").isEqualTo(2);
		assertThat(this.queue.state("a")).isEqualTo("RUNNING");
		assertThat(renew()).containsExactly("w:1", "a");
		assertThat(this.queue.askToCancel("b")).isEqualTo(2);
		assertThat(renew()).as("still").contains("a", "b").hasSize(4);
		assertThat(this.queue.counter("cancelled")).as("not yet").isZero();
	}

	@Test
	void tellsTheContainerAtOnce() {
		List<String> heard = new CopyOnWriteArrayList<>();
		StatefulRedisPubSubConnection<String, String> subscriber = this.queue.scripts().subscriber();
		subscriber.addListener(new RedisPubSubAdapter<String, String>() {

			@Override
			public void message(String channel, String message) {
				heard.add(channel + " " + message);
			}

		});
		String channel = new String(this.queue.keys().channel("w", "mail"));
		subscriber.sync().subscribe(channel);
		byte[][] around = this.queue.keys().aroundWorker("mail");
		this.queue.run(RedisScript.CANCEL, "b", "1", new String(around[0]), new String(around[1]));
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(heard).containsExactly(channel + " cancel w:1"));
		subscriber.close();
	}

	@Test
	void endsWithWhateverEndsTheAttemptButItsCompletion() {
		this.queue.claim("w", 2, 1);
		for (String id : new String[] { "a", "b", "c" }) {
			this.queue.askToCancel(id);
		}
		ScriptReply reply = this.queue.settle(TestQueue.retry("a", "w:1", 0), TestQueue.complete("b", "w:1"),
				TestQueue.bury("c", "w:2"));
		assertThat(reply.texts(2)).as("stale").isEmpty();
		assertThat(reply.texts(3)).as("cancelled instead").containsExactly("1", "3");
		assertThat(this.queue.state("a")).isEqualTo("CANCELLED");
		assertThat(this.queue.find("a").number(3)).as("started").isPositive();
		assertThat(this.queue.state("b")).as("completed").isEqualTo("none");
		assertThat(this.queue.state("c")).isEqualTo("CANCELLED");
		assertThat(this.queue.counter("cancelled")).isEqualTo(2);
		assertThat(this.queue.counter("retried") + this.queue.counter("buried")).isZero();
		assertThat(this.queue.redis().exists(this.queue.key("kc"))).isZero();
	}

	@Test
	void givesNoJobBackThatWasReleasedOrSnoozedOrHasStoppedByItself() {
		this.queue.claim("w", 2, 1);
		this.queue.askToCancel("a");
		this.queue.askToCancel("b");
		this.queue.settle(TestQueue.release("a", "w:1", true), TestQueue.snooze("b", "w:1", 0),
				TestQueue.cancelled("c", "w:2", 5000));
		assertThat(this.queue.claim("w", 3, 5).status()).isEqualTo("EMPTY");
		assertThat(this.queue.counter("cancelled")).isEqualTo(3);
		assertThat(this.queue.settle(TestQueue.cancelled("c", "w:2", 5000)).texts(2)).as("repeated")
			.containsExactly("1");
	}

	@Test
	void jobOfADeadWorkerDoesNotRunAgain() {
		this.queue.askToCancel("a");
		this.queue.renew(1, "w:1");
		this.queue.redis().zadd(this.queue.key("l"), 1, "w:1");
		this.queue.redis().hset(this.queue.key("m"), "nx", "0");
		ScriptReply claim = this.queue.claim("v", 1, 5);
		assertThat(claim.texts(3)).as("the other job of that lease").contains("b", "c").hasSize(2);
		assertThat(claim.texts(12)).as("told of").hasSize(2).startsWith("a");
		assertThat(this.queue.state("a")).isEqualTo("CANCELLED");
		assertThat(this.queue.redis().exists(this.queue.key("kc"))).isZero();
		assertThat(this.queue.settle(TestQueue.complete("a", "w:1")).texts(2)).as("a late outcome")
			.containsExactly("1");
	}

	@Test
	void nextJobOfTheSameIdIsNotMeant() {
		this.queue.askToCancel("a");
		this.queue.settle(TestQueue.complete("a", "w:1"));
		this.queue.enqueue("p", 1, "check", job("a"));
		assertThat(this.queue.redis().exists(this.queue.key("kc"))).as("no flag is left").isZero();
		this.queue.settle(TestQueue.release("b", "w:1", false));
		assertThat(this.queue.claim("w", 2, 5).texts(3)).contains("a");
		this.queue.settle(TestQueue.retry("a", "w:2", 60_000));
		assertThat(this.queue.state("a")).isEqualTo("RETRYING");
	}

	private List<String> renew() {
		return this.queue.run(RedisScript.RENEW, "30000", "w:1").texts(3);
	}

	private static String[] job(String id) {
		return TestQueue.job(id, TestQueue.record(1, id.equals("b") ? 0 : TestQueue.RETAINED, id), "0");
	}

}
