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

package dev.backgroundjobs.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job that ends the process it runs in, and another one beside it. The process is
 * started again whenever it has ended, as a supervisor does.
 */
class PoisonTests {

	private static final int LONGER_THAN_TWO_LEASES = 4500;

	private final String namespace = "test-" + UUID.randomUUID();

	@Test
	void jobThatKillsItsProcessIsBuriedAndTheOneBesideItFinishes() {
		JobsContextRunner.create()
			.withUserConfiguration(JournalJobs.Configuration.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.enabled=false")
			.run((producer) -> {
				JobClient client = producer.getBean(JobClient.class);
				JournalJobs jobs = producer.getBean(JournalJobs.class);
				JobHandle<Void> innocent = client.enqueue(() -> jobs.innocent(LONGER_THAN_TWO_LEASES));
				JobHandle<Void> poison = client.enqueue(() -> jobs.poison());
				try (Supervisor supervisor = new Supervisor()) {
					Awaitility.await()
						.atMost(Duration.ofSeconds(90))
						.until(() -> supervisor.keepsAlive() && poison.state() == JobState.DEAD
								&& innocent.state() == JobState.SUCCEEDED);
					assertThat(jobs.entries("poison")).containsExactly("poison attempt 1", "poison attempt 2",
							"poison attempt 3");
					assertThat(supervisor.deaths).isEqualTo(3);
					assertThat(info(poison).failures()).hasSize(3)
						.allSatisfy((failure) -> assertThat(failure.type()).isEqualTo("LEASE_LOST"))
						.extracting(JobFailure::message)
						.last()
						.asString()
						.endsWith("while nothing ran beside it");
					assertThat(jobs.entries("ended")).hasSize(1);
					assertThat(info(innocent).retries()).isZero();
					assertThat(info(innocent).failures()).hasSizeBetween(2, 3);
				}
			});
	}

	private static JobInfo info(JobHandle<Void> handle) {
		JobInfo info = handle.info();
		assertThat(info).isNotNull();
		return info;
	}

	/**
	 * Starts the worker again when it has ended.
	 */
	private final class Supervisor implements AutoCloseable {

		private WorkerProcess worker = start();

		private int deaths;

		boolean keepsAlive() {
			if (!this.worker.isAlive()) {
				this.deaths++;
				this.worker = start();
			}
			return true;
		}

		private WorkerProcess start() {
			try {
				return WorkerProcess.start(RedisServer.shared(),
						"--background-jobs.namespace=" + PoisonTests.this.namespace,
						"--background-jobs.worker.lease=2s", "--background-jobs.worker.poll-interval=100ms",
						"--journal.mortal=true");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void close() {
			this.worker.close();
		}

	}

}
