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

import java.util.stream.IntStream;

import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No call takes long, however much has piled up.
 */
class ScriptLimitsTests {

	private static final int JOBS = 10_000;

	private static RedisServer server;

	@BeforeAll
	static void start() {
		server = RedisServer.start("--slowlog-log-slower-than", "5000", "--slowlog-max-len", "1000");
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void recoversTenThousandJobsOfADeadFleetInBoundedSteps() {
		try (TestQueue queue = new TestQueue(server)) {
			enqueue(queue, "0");
			for (int k = 1; k <= JOBS / Claimant.MAX_SLOTS; k++) {
				queue.claim(ClaimCall.of("dead", k, Claimant.MAX_SLOTS).lease(1).recover(false));
			}
			queue.pass(2);
			queue.redis().slowlogReset();
			int claims = 0;
			while (queue.redis().zcard(queue.key("l")) > claims) {
				long before = queue.counter("recovered");
				queue.claim("w", ++claims, Claimant.MAX_SLOTS);
				assertThat(queue.counter("recovered") - before).isLessThanOrEqualTo(200);
			}
			assertThat(queue.counter("recovered")).isEqualTo(JOBS);
			assertQuick(queue, claims);
			queue.audit();
		}
	}

	@Test
	void promotesTenThousandJobsDueAtOnceInBoundedSteps() {
		try (TestQueue queue = new TestQueue(server)) {
			enqueue(queue, "+600000");
			queue.makeDue("d");
			queue.redis().slowlogReset();
			int claims = 0;
			while (queue.redis().zcard(queue.key("d")) > 0) {
				long before = queue.redis().zcard(queue.key("d"));
				queue.claim("w", ++claims, Claimant.MAX_SLOTS);
				assertThat(before - queue.redis().zcard(queue.key("d"))).isEqualTo(200);
			}
			assertQuick(queue, claims);
			queue.audit();
		}
	}

	private void enqueue(TestQueue queue, String due) {
		for (int from = 0; from < JOBS; from += 500) {
			queue.enqueue(due, IntStream.range(from, from + 500).mapToObj((k) -> "job-" + k).toArray(String[]::new));
		}
	}

	/**
	 * All calls do the same work: a machine that is busy with something else makes many
	 * look slow, but not all of them.
	 */
	private void assertQuick(TestQueue queue, int claims) {
		assertThat(queue.redis().slowlogLen()).as("of %s claims took more than 5 ms", claims)
			.isLessThan(claims - claims / 10);
	}

}
