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

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.autoconfigure.JobsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsRedisAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsWorkerAutoConfiguration;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.redis.ErrorReplies.ErrorReply;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What callers and workers make of each error reply of the table, in the words of each
 * version of Redis: who may wait waits, the others are told at once; workers pause, say
 * it once, and go on by themselves; nothing is lost, and no running job hears of it.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusedCallsTests {

	private static final Set<RedisScript> ALL = EnumSet.allOf(RedisScript.class);

	private static RedisServer server;

	private static RefusingProxy proxy;

	private static RedisClient client;

	private static RedisCommands<String, String> redis;

	private static AnnotationConfigApplicationContext context;

	private static Jobs jobs;

	@BeforeAll
	static void start() throws IOException {
		server = RedisServer.start();
		proxy = new RefusingProxy(server);
		client = RedisClient.create(server.uri());
		redis = client.connect().sync();
		context = new AnnotationConfigApplicationContext();
		TestPropertyValues
			.of("spring.data.redis.port=" + proxy.port(), "background-jobs.namespace=shop",
					"background-jobs.worker.poll-interval=20ms", "background-jobs.worker.refusal-interval=20ms",
					"background-jobs.enqueue.timeout=30s")
			.applyTo(context);
		context.register(Jobs.class);
		context.register(Configurations
			.getClasses(AutoConfigurations.of(DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class,
					JobsAutoConfiguration.class, JobsRedisAutoConfiguration.class, JobsWorkerAutoConfiguration.class)));
		context.refresh();
		jobs = context.getBean(Jobs.class);
	}

	@AfterAll
	static void stop() {
		context.close();
		proxy.close();
		client.shutdown(Duration.ZERO, Duration.ZERO);
		server.close();
	}

	@AfterEach
	void refuseNothing() {
		proxy.refuseNothing();
		jobs.notes().clear();
	}

	static List<ErrorReply> replies() {
		return ErrorReplies.all();
	}

	@ParameterizedTest
	@MethodSource("replies")
	void everyReplyIsEnduredAndNothingIsLost(ErrorReply reply, CapturedOutput output) throws InterruptedException {
		JobHandle<Void> running = jobs.block();
		await().until(() -> jobs.notes().contains("started"));
		String connection = connection();
		proxy.refuse((reply.fault() == RedisFault.OUT_OF_MEMORY) ? EnumSet.of(RedisScript.ENQUEUE) : ALL, reply.text());
		CompletableFuture<Void> waiting = CompletableFuture.completedFuture(null);
		if (reply.fault().isTemporary()) {
			waiting = CompletableFuture.runAsync(() -> jobs.note("waited"));
		}
		else {
			assertThatExceptionOfType(told(reply.fault())).isThrownBy(() -> jobs.note("refused"))
				.withStackTraceContaining(reply.text());
		}
		if (reply.fault() != RedisFault.OUT_OF_MEMORY) {
			String pause = pause(reply);
			await().untilAsserted(() -> assertThat(output).contains(pause));
		}
		jobs.end();
		if (reply.fault() != RedisFault.OUT_OF_MEMORY) {
			// the second time no claim is on its way any more
			int times = reply.fault().isTemporary() ? 1 : 2;
			await().until(() -> proxy.refused(RedisScript.SETTLE) >= times);
		}
		proxy.refuseNothing();
		waiting.join();
		jobs.note("accepted");
		List<String> notes = reply.fault().isTemporary() ? List.of("started", "ended", "waited", "accepted")
				: List.of("started", "ended", "accepted");
		await().until(() -> jobs.notes().containsAll(notes) && running.state() == JobState.SUCCEEDED);
		assertThat(jobs.notes()).containsExactlyInAnyOrderElementsOf(notes);
		assertThat(connection().equals(connection)).as("the connection is kept").isEqualTo(!isReplaced(reply.fault()));
		assertSaidOnce(reply, output);
	}

	@Test
	void callerWhoseTimeIsOverBeforeIsToldThatItMayPass() {
		try (RedisConnections connections = new RedisConnections(
				new LettuceConnectionFactory("localhost", proxy.port()), "shop", Duration.ofSeconds(30))) {
			RedisJobStore store = new RedisJobStore(connections, "shop", new RedisJobStore.Options(
					Duration.ofMillis(1200), Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofSeconds(30)));
			assertThat(connections.enqueue().connect().join()).isNotNull();
			proxy.refuse(EnumSet.of(RedisScript.ENQUEUE), "BUSY Redis is busy running a script.");
			NewJob job = new NewJob(new Job(new JobId(QueuePartition.of("other"), "a"), "send", new byte[] { '[', ']' },
					false, JobPriority.NORMAL), new Due.Now(), false, null);
			assertThatExceptionOfType(TransientDataAccessResourceException.class)
				.isThrownBy(() -> store.enqueue(List.of(job)))
				.withMessageStartingWith("The job was not enqueued: Redis is busy with a script of another client");
			assertThat(proxy.refused(RedisScript.ENQUEUE)).as("calls, farther and farther apart").isBetween(2, 10);
			assertThat(redis.exists("bj:{shop.other}:j")).isZero();
		}
	}

	private static Class<? extends RuntimeException> told(RedisFault fault) {
		return switch (fault) {
			case OUT_OF_MEMORY -> QueueFullException.class;
			case DENIED, NOT_PERMITTED -> PermissionDeniedDataAccessException.class;
			case WRONG_TYPE -> InvalidDataAccessResourceUsageException.class;
			case SCRIPT_NOT_PERMITTED, BROKEN -> EnqueueOutcomeUnknownException.class;
			default -> throw new IllegalArgumentException(fault + " passes by itself");
		};
	}

	private static boolean isReplaced(RedisFault fault) {
		return fault == RedisFault.NOT_MASTER || fault == RedisFault.DENIED;
	}

	private static String pause(ErrorReply reply) {
		String explained = Explanation.of(new RedisCommandExecutionException(reply.text()));
		return switch (reply.fault()) {
			case DENIED, NOT_PERMITTED, SCRIPT_NOT_PERMITTED ->
				"Workers pause until this is corrected, and then need no restart: " + explained;
			case WRONG_TYPE, BROKEN -> "Queue 'default' stops, other queues go on: " + explained;
			default -> "Workers pause and go on by themselves: " + explained;
		};
	}

	private static void assertSaidOnce(ErrorReply reply, CapturedOutput output) {
		if (reply.fault() == RedisFault.OUT_OF_MEMORY) {
			assertThat(output).doesNotContain("pause").doesNotContain("stops");
			return;
		}
		String goesOn = switch (reply.fault()) {
			// what was on its way when the connection was given up had no answer
			case DENIED -> "(Workers go on|Redis is back) after";
			case NOT_PERMITTED, SCRIPT_NOT_PERMITTED -> "Workers go on after";
			case WRONG_TYPE, BROKEN -> "Queue 'default' is worked on again after";
			default -> "Redis is back after";
		};
		await().untilAsserted(() -> assertThat(output).containsPattern(goesOn));
		assertThat(output).containsOnlyOnce(pause(reply));
		assertThat(output.toString().split(goesOn)).hasSize(2);
	}

	/**
	 * The number of the connection that claims and settles; it is there soon.
	 */
	private static String connection() {
		return await().until(() -> redis.clientList()
			.lines()
			.filter((line) -> line.contains("name=jobs-shop-work"))
			.map((line) -> line.substring(0, line.indexOf(' ')))
			.reduce("", (before, last) -> last), (id) -> !id.isEmpty());
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5));
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final Semaphore end = new Semaphore(0);

		List<String> notes() {
			return this.notes;
		}

		void end() {
			this.end.release();
		}

		@BackgroundJob
		void note(String note) {
			this.notes.add(note);
		}

		@BackgroundJob
		JobHandle<Void> block() throws InterruptedException {
			this.notes.add("started");
			this.end.acquire();
			this.notes.add("ended");
			return JobHandle.completed();
		}

	}

}
