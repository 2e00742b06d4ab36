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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.redis.Keyspace;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Redis goes away and comes back under a running application.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisAwayTests {

	private final RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");

	private final ApplicationContextRunner runner = JobsContextRunner.on(this.redis)
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.worker.lease=2s", "background-jobs.worker.poll-interval=100ms",
				"background-jobs.enqueue.timeout=500ms");

	@AfterEach
	void auditAndStopRedis() {
		Keyspace.check(this.redis);
		this.redis.close();
	}

	@Test
	void workerGoesOnByItselfWhenRedisIsBack(CapturedOutput output) {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.note("before");
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("before"));
			this.redis.kill();
			await().untilAsserted(() -> assertThat(output).contains("Redis is away"));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jobs.note("refused"));
			this.redis.restart();
			await().untilAsserted(() -> assertThat(output).contains("Redis is back"));
			await().ignoreException(DataAccessException.class).until(() -> {
				jobs.note("after");
				return true;
			});
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("after").doesNotContain("refused"));
			assertThat(output).containsOnlyOnce("Redis is away");
		});
	}

	@Test
	void workerDoesNotWaitUntilTheDriverReconnects(CapturedOutput output) {
		// after a long outage the driver's own tries are half a minute apart
		this.runner
			.withBean(ClientResources.class,
					() -> ClientResources.builder().reconnectDelay(Delay.constant(Duration.ofMinutes(1))).build())
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				jobs.note("before");
				await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("before"));
				this.redis.kill();
				await().untilAsserted(() -> assertThat(output).contains("Redis is away"));
				this.redis.restart();
				await().ignoreExceptionsInstanceOf(DataAccessException.class).until(() -> {
					jobs.note("after");
					return true;
				});
				await().untilAsserted(() -> assertThat(jobs.notes()).contains("after"));
			});
	}

	/**
	 * Also the other worker has been waiting for the job all the time.
	 */
	@Test
	void outageOfThreeLeasesRedeliversAndInterruptsNothing() {
		ApplicationContextRunner workers = this.runner.withPropertyValues("background-jobs.namespace=three-leases");
		workers.run((one) -> workers.run((other) -> {
			Jobs jobs = one.getBean(Jobs.class);
			JobHandle<Void> handle = one.getBean(JobClient.class).enqueue(() -> jobs.block());
			await().until(() -> notes(one, other).size() == 1);
			Jobs owner = jobs.notes().isEmpty() ? other.getBean(Jobs.class) : jobs;
			this.redis.signal("STOP");
			Awaitility.await().pollDelay(Duration.ofMillis(6200)).until(() -> true);
			// the job itself sees that its lease has become uncertain
			assertThat(owner.leaseLost()).isTrue();
			this.redis.signal("CONT");
			await().untilAsserted(() -> assertThat(owner.leaseLost()).isFalse());
			// both ask for jobs again
			for (AssertableApplicationContext each : List.of(one, other)) {
				await().until(() -> each.getBean(JobListenerContainerRegistry.class)
					.getContainers()
					.stream()
					.allMatch((container) -> container.getSetback() == null));
			}
			owner.open();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.attempt()).isEqualTo(1);
			assertThat(notes(one, other)).containsExactly("attempt 1");
			assertThat(one.getBean(JobQueries.class).figures("default").counters()).doesNotContainKeys("recovered",
					"retried");
		}));
	}

	private static List<String> notes(AssertableApplicationContext... contexts) {
		return Stream.of(contexts).flatMap((context) -> context.getBean(Jobs.class).notes().stream()).toList();
	}

	@Test
	void outcomeOfAnUnansweredCallIsUnknownAndTheNextCallIsNotSwallowed() {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.note("first");
			this.redis.signal("STOP");
			assertThatExceptionOfType(EnqueueOutcomeUnknownException.class).isThrownBy(() -> jobs.note("unknown"))
				.satisfies((ex) -> assertThat(ex.getJobId()).startsWith("default~0~"));
			this.redis.signal("CONT");
			await().ignoreException(DataAccessException.class)
				.ignoreException(EnqueueOutcomeUnknownException.class)
				.until(() -> {
					jobs.note("next");
					return true;
				});
			jobs.note("last");
			await().untilAsserted(() -> assertThat(jobs.notes()).contains("first", "next", "last"));
			assertThat(jobs.notes()).filteredOn("unknown"::equals).hasSizeLessThanOrEqualTo(1);
		});
	}

	@Test
	void fullRedisRefusesCallsAndDrains() {
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobClient client = context.getBean(JobClient.class);
			JobHandle<Void> waiting = client.in(Duration.ofSeconds(1)).enqueue(() -> jobs.note("waiting"));
			assertThat(waiting.state()).isEqualTo(JobState.SCHEDULED);
			maxMemory(context.getBean(StringRedisTemplate.class), "1");
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> jobs.note("refused"));
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("waiting"));
			await().untilAsserted(() -> assertThat(waiting.state()).isNull());
			maxMemory(context.getBean(StringRedisTemplate.class), "0");
			jobs.note("accepted");
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("waiting", "accepted"));
		});
	}

	private static void maxMemory(StringRedisTemplate template, String bytes) {
		template.execute((RedisCallback<Boolean>) (connection) -> {
			connection.serverCommands().setConfig("maxmemory", bytes);
			return true;
		});
	}

	@Test
	void applicationStartsWithoutRedisAndWorksWhenItComes() {
		this.redis.kill();
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			Jobs jobs = context.getBean(Jobs.class);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jobs.note("refused"));
			this.redis.restart();
			await().ignoreException(DataAccessException.class).until(() -> {
				jobs.note("welcome");
				return true;
			});
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("welcome"));
		});
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final CountDownLatch latch = new CountDownLatch(1);

		private volatile JobContext context = JobContext.current();

		List<String> notes() {
			return this.notes;
		}

		void open() {
			this.latch.countDown();
		}

		boolean leaseLost() {
			return this.context.leaseLost();
		}

		@BackgroundJob
		void note(String note) {
			this.notes.add(note);
		}

		@BackgroundJob
		JobHandle<Void> block() throws InterruptedException {
			this.context = JobContext.current();
			this.notes.add("attempt " + this.context.attempt());
			this.latch.await();
			return JobHandle.completed();
		}

	}

}
