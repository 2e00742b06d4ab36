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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.listener.Setback;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Redis answers, but refuses: what callers see, what workers do, and that all go on by
 * themselves when the cause is gone.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusalTests {

	private final RedisServer server = RedisServer.start("--dbfilename", "dump");

	private final RedisClient client = RedisClient.create(this.server.uri());

	private final ApplicationContextRunner runner = JobsContextRunner.on(this.server)
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.namespace=shop", "background-jobs.worker.poll-interval=100ms",
				"background-jobs.worker.lease=3s", "background-jobs.worker.refusal-interval=500ms");

	private RedisCommands<String, String> redis;

	@BeforeEach
	void connect() {
		this.redis = this.client.connect().sync();
	}

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
		this.server.close();
	}

	@Test
	void wrongPasswordIsSaidOnceAndCorrectedWithoutARestart(CapturedOutput output) {
		this.redis.configSet("requirepass", "another");
		this.runner.withPropertyValues("spring.data.redis.password=secret").run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			await().untilAsserted(() -> assertThat(output)
				.contains("Workers pause until this is corrected, and then need no restart: Redis refuses user name or "
						+ "password: correct spring.data.redis.username and spring.data.redis.password"));
			// now and then the driver hears of the closed connection before it hears why
			await().untilAsserted(() -> assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
				.isThrownBy(() -> jobs.note("refused"))
				.withMessageContaining("WRONGPASS"));
			await().untilAsserted(() -> assertThat(setback(context, "default")).satisfies((setback) -> {
				assertThat(setback.reason()).isEqualTo(Reason.DENIED);
				assertThat(setback.message()).contains("WRONGPASS");
			}));
			long tries = connections();
			await().until(() -> connections() > tries + 3);
			this.redis.configSet("requirepass", "secret");
			await().ignoreExceptionsInstanceOf(DataAccessException.class).until(() -> {
				jobs.note("accepted");
				return true;
			});
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("accepted"));
			// or "Redis is back after ...: workers go on", if that was what it heard last
			assertThat(output).containsOnlyOnce("Workers pause until").contains("orkers go on");
		});
	}

	private long connections() {
		return this.redis.info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_connections_received:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
			.sum();
	}

	@Test
	void brokenQueueStopsAloneAndIsTriedAgain(CapturedOutput output) {
		String leases = "bj:{shop.default}:l";
		this.redis.set(leases, "no sorted set");
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobHandle<Void> waiting = context.getBean(JobClient.class).enqueue(() -> jobs.note("waiting"));
			await().untilAsserted(() -> assertThat(output).contains("ERROR")
				.contains("Queue 'default' stops, other queues go on: a key of the queue holds another "
						+ "type than this library writes: rename or delete that key (docs/redis-schema.md lists them) "
						+ "(WRONGTYPE Key 'bj:{shop.default}:l' holds a string instead of a zset)"));
			assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
				.isThrownBy(() -> context.getBean(JobClient.class).cancel(waiting.id()))
				.withMessageContaining("Key 'bj:{shop.default}:l' holds a string");
			assertThat(setback(context, "default")).satisfies((setback) -> {
				assertThat(setback.reason()).isEqualTo(Reason.BROKEN);
				assertThat(setback.message()).contains("WRONGTYPE");
			});
			jobs.other("other");
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("other"));
			assertThat(setback(context, "other")).isNull();
			this.redis.del(leases);
			await().untilAsserted(() -> assertThat(setback(context, "default")).isNull());
			assertThat(output).containsOnlyOnce("Queue 'default' stops").contains("Queue 'default' is worked on again");
		});
	}

	@Test
	void outcomesThatCannotBeToldAreKeptUntilTheQueueIsRepaired(CapturedOutput output) {
		String finished = "bj:{shop.default}:f";
		this.runner.run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			JobHandle<Void> running = context.getBean(JobClient.class).enqueue(jobs::block);
			await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("block"));
			// only who keeps an ended job writes here
			this.redis.set(finished, "no sorted set");
			jobs.open();
			await().untilAsserted(() -> assertThat(output).contains("Queue 'default' stops"));
			jobs.note("waits, for it could not be settled either");
			await().until(() -> lasting(context) > 1000);
			assertThat(jobs.notes()).containsExactly("block");
			this.redis.del(finished);
			await().untilAsserted(() -> assertThat(jobs.notes()).hasSize(2));
			assertThat(jobs.notes()).startsWith("block").doesNotHaveDuplicates();
			assertThat(running.state()).isEqualTo(JobState.SUCCEEDED);
		});
	}

	private static long lasting(ApplicationContext context) {
		Setback setback = setback(context, "default");
		return (setback != null) ? setback.lasting().toMillis() : 0;
	}

	private static @Nullable Setback setback(ApplicationContext context, String queue) {
		return context.getBean(JobListenerContainerRegistry.class)
			.getContainers()
			.stream()
			.filter((container) -> container.getId().equals(queue))
			.findFirst()
			.orElseThrow()
			.getSetback();
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final CountDownLatch latch = new CountDownLatch(1);

		List<String> notes() {
			return this.notes;
		}

		void open() {
			this.latch.countDown();
		}

		@BackgroundJob
		void note(String note) {
			this.notes.add(note);
		}

		@BackgroundJob("other")
		void other(String note) {
			this.notes.add(note);
		}

		@BackgroundJob
		JobHandle<Void> block() throws InterruptedException {
			this.notes.add("block");
			this.latch.await();
			return JobHandle.completed();
		}

	}

}
