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
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * In which order a container gets jobs of several priorities.
 */
class PriorityTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final QueuePartition partition = QueuePartition.of("mail");

	private RedisConnections connections;

	private RedisJobStore store;

	private Claimant claimant;

	@BeforeEach
	void open() {
		RedisServer server = RedisServer.shared();
		String namespace = "test-" + UUID.randomUUID();
		this.connections = new RedisConnections(new LettuceConnectionFactory(server.host(), server.port()), namespace,
				LEASE);
		this.store = new RedisJobStore(this.connections, namespace, new RedisJobStore.Options(Duration.ofSeconds(10),
				Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofSeconds(30)));
		this.claimant = this.store.claimant(this.partition, "w", new ClaimOptions(LEASE, 3, () -> {
		}));
	}

	@AfterEach
	void close() {
		this.connections.close();
	}

	@Test
	void moreUrgentJobsComeFirst() {
		enqueue(JobPriority.LOW);
		enqueue(JobPriority.NORMAL);
		enqueue(JobPriority.HIGH);
		assertThat(List.of(next(), next(), next())).containsExactly(JobPriority.HIGH, JobPriority.NORMAL,
				JobPriority.LOW);
	}

	@Test
	void urgentJobsThatNeverEndLeaveTheirTurnsToTheOthers() {
		enqueue(JobPriority.LOW, JobPriority.LOW, JobPriority.LOW, JobPriority.NORMAL, JobPriority.NORMAL,
				JobPriority.NORMAL);
		enqueue(JobPriority.HIGH);
		List<JobPriority> given = new ArrayList<>();
		for (int k = 0; k < 48; k++) {
			enqueue(JobPriority.HIGH);
			given.add(next());
		}
		assertThat(given.subList(0, 7)).containsOnly(JobPriority.HIGH);
		assertThat(Collections.frequency(given, JobPriority.LOW)).isEqualTo(3);
		assertThat(Collections.frequency(given, JobPriority.NORMAL)).isEqualTo(3);
	}

	@Test
	void claimsThatGetNothingUseUpNoTurn() {
		for (int k = 0; k < 15; k++) {
			assertThat(this.claimant.claim(1).toCompletableFuture().join().jobs()).isEmpty();
		}
		enqueue(JobPriority.LOW, JobPriority.HIGH);
		assertThat(next()).isEqualTo(JobPriority.HIGH);
	}

	private void enqueue(JobPriority... priorities) {
		for (JobPriority priority : priorities) {
			JobId id = new JobId(this.partition, RandomId.next());
			this.store.enqueue(new NewJob(new Job(id, "send", "[]".getBytes(StandardCharsets.UTF_8), false, priority),
					new Due.Now(), false, null));
		}
	}

	private JobPriority next() {
		ClaimedJob claimed = this.claimant.claim(1).toCompletableFuture().join().jobs().get(0);
		this.store.settle(claimed, new JobOutcome.Succeeded()).toCompletableFuture().join();
		return claimed.job().priority();
	}

}
