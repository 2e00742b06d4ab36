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

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.tools.ToolProvider;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JobsDisabledException;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Jobs that a worker cannot run wait, alone and unchanged, for one that can.
 */
class ParkedJobsTests {

	/** Level, version, flags, due and enqueue time: scripts write the due time anew. */
	private static final int HEADER = 15;

	private final ApplicationContextRunner producers = JobsContextRunner.create()
		.withPropertyValues("background-jobs.worker.enabled=false");

	@Test
	void argumentsWaitForAWorkerWhoseSignatureTheyFit(@TempDir Path directory) throws Exception {
		Class<?> v1 = compile(directory.resolve("v1"), "String order", "order");
		Class<?> v2 = compile(directory.resolve("v2"), "Order order, String carrier", "order + carrier");
		Class<?> v3 = compile(directory.resolve("v3"), "String order, Integer copies", "order + copies");
		assertThat(v1.getName()).isEqualTo(v2.getName());
		in(this.producers, v1).run((producer) -> {
			JobHandle<?> job = call(producer, v1, "o-1");
			byte[] before = record(producer, job.id());
			in(worker(producer), v2).run((wrong) -> assertParked(job, "ARGUMENTS_DO_NOT_FIT Argument 1 does not fit "));
			assertThat(record(producer, job.id())).endsWith(Arrays.copyOfRange(before, HEADER, before.length));
			in(worker(producer), v1).run((right) -> {
				await().untilAsserted(() -> assertThat(job.state()).isEqualTo(JobState.SUCCEEDED));
				assertThat(ran(right, v1)).hasToString("[o-1]");
			});
			JobInfo info = job.info();
			assertThat(info).isNotNull();
			assertThat(info.retries()).isZero();
			assertThat(info.attempt()).isEqualTo(1);

			JobHandle<?> grown = call(producer, v1, "o-2");
			in(worker(producer), v3).run((newer) -> {
				await().untilAsserted(() -> assertThat(grown.state()).isEqualTo(JobState.SUCCEEDED));
				assertThat(ran(newer, v3)).hasToString("[o-2null]");
			});
		});
	}

	@Test
	void jobThatNobodyCanRunIsADeadLetterInTheEndAndCanBeRetried() {
		this.producers.withBean(Jobs.class).run((producer) -> {
			JobHandle<Void> unknown = producer.getBean(Jobs.class).work("unknown");
			ApplicationContextRunner workers = worker(producer)
				.withPropertyValues("background-jobs.job.max-parked=1ms");
			workers
				.run((stranger) -> await().untilAsserted(() -> assertThat(unknown.state()).isEqualTo(JobState.DEAD)));
			JobInfo info = unknown.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).singleElement().satisfies((failure) -> {
				assertThat(failure.type()).isEqualTo("UNKNOWN_JOB");
				assertThat(failure.message()).contains("'Jobs.work'");
			});
			assertThat(attempts(producer, unknown.id(), "u")).as("nobody buries what he is the first to see")
				.isEqualTo("1");
			assertThat(producer.getBean(JobClient.class).retry(unknown.id())).isTrue();
			workers.withBean(Jobs.class)
				.run((worker) -> await()
					.untilAsserted(() -> assertThat(unknown.state()).isEqualTo(JobState.SUCCEEDED)));
		});
	}

	@Test
	void recordsOfRandomBytesAreLeftAsTheyAreAndTheOthersFlow() {
		Random random = new Random(4711);
		this.producers.withBean(Jobs.class).run((producer) -> {
			List<JobHandle<Void>> good = new ArrayList<>();
			Map<String, byte[]> garbage = new HashMap<>();
			for (int number = 0; number < 60; number++) {
				JobHandle<Void> job = producer.getBean(Jobs.class).work("job" + number);
				if (number % 3 != 0) {
					good.add(job);
					continue;
				}
				byte[] bytes = new byte[random.nextInt(60)];
				random.nextBytes(bytes);
				garbage.put(job.id(), bytes);
				write(producer, job.id(), bytes);
			}
			worker(producer).withBean(Jobs.class).run((worker) -> {
				await().untilAsserted(
						() -> assertThat(good).extracting(JobHandle::state).containsOnly(JobState.SUCCEEDED));
				assertThat(worker.getBean(Jobs.class).worked()).hasSize(40);
				garbage.forEach((id, bytes) -> assertThat(record(producer, id)).as(id).isEqualTo(bytes));
			});
		});
	}

	@Test
	void recordOfANewerVersionWaitsForAWorkerThatCanReadIt() {
		this.producers.withBean(Jobs.class).run((producer) -> {
			JobHandle<Void> newer = producer.getBean(Jobs.class).work("newer");
			byte[] record = record(producer, newer.id());
			int headers = HEADER + 2 + "Jobs.work".length();
			byte[] written = new byte[record.length + 1];
			System.arraycopy(record, 0, written, 0, headers);
			written[headers + 1] = 1;
			written[headers + 2] = '2';
			System.arraycopy(record, headers + 2, written, headers + 3, record.length - headers - 2);
			write(producer, newer.id(), written);
			worker(producer).withBean(Jobs.class).run((worker) -> {
				assertParked(newer, "UNREADABLE_RECORD The headers of job ");
				assertThat(record(producer, newer.id())).isEqualTo(written);
			});
		});
	}

	@Test
	void disabledJobRefusesCallsAndWhatIsQueuedWaitsUntilItIsEnabled() {
		this.producers.withBean(Jobs.class).run((producer) -> {
			JobHandle<Void> queued = producer.getBean(Jobs.class).work("later");
			worker(producer).withBean(Jobs.class)
				.withPropertyValues("background-jobs.jobs.[Jobs.*].enabled=false", "background-jobs.job.max-parked=1ms")
				.run((worker) -> {
					assertThatExceptionOfType(JobsDisabledException.class)
						.isThrownBy(() -> worker.getBean(Jobs.class).work("now"))
						.withMessageContaining("'Jobs.work' is disabled");
					assertParked(queued, "JOB_DISABLED");
					await().untilAsserted(() -> assertThat(worker.getBean(JobClient.class).find(queued.id()))
						.extracting(JobInfo::state)
						.isEqualTo(JobState.RETRYING));
				});
			worker(producer).withBean(Jobs.class).run((worker) -> {
				await().untilAsserted(() -> assertThat(queued.state()).isEqualTo(JobState.SUCCEEDED));
				assertThat(worker.getBean(Jobs.class).worked()).containsExactly("later");
			});
		});
	}

	private static void assertParked(JobHandle<?> job, String reason) {
		await().untilAsserted(
				() -> assertThat(job.info()).extracting(JobInfo::parkedBecause).asString().startsWith(reason));
	}

	private static ApplicationContextRunner worker(AssertableApplicationContext producer) {
		String namespace = producer.getEnvironment().getRequiredProperty("background-jobs.namespace");
		return JobsContextRunner.create()
			.withPropertyValues("background-jobs.namespace=" + namespace, "background-jobs.worker.queues=default",
					"background-jobs.worker.poll-interval=100ms");
	}

	private static ApplicationContextRunner in(ApplicationContextRunner runner, Class<?> version) {
		return runner.withClassLoader(version.getClassLoader()).withBean(version);
	}

	private static JobHandle<?> call(ApplicationContext context, Class<?> version, String order) throws Exception {
		Object bean = context.getBean(version);
		return (JobHandle<?>) version.getMethod("ship", String.class).invoke(bean, order);
	}

	private static List<?> ran(ApplicationContext context, Class<?> version) throws Exception {
		return (List<?>) version.getMethod("ran").invoke(context.getBean(version));
	}

	private static byte[] record(ApplicationContext context, String id) {
		try (RedisConnection connection = context.getBean(RedisConnectionFactory.class).getConnection()) {
			byte[] record = connection.hashCommands().hGet(jobs(context), local(id));
			assertThat(record).isNotNull();
			return record;
		}
	}

	private static void write(ApplicationContext context, String id, byte[] record) {
		try (RedisConnection connection = context.getBean(RedisConnectionFactory.class).getConnection()) {
			connection.hashCommands().hSet(jobs(context), local(id), record);
		}
	}

	private static @Nullable Object attempts(ApplicationContext context, String id, String field) {
		String namespace = context.getEnvironment().getRequiredProperty("background-jobs.namespace");
		return context.getBean(StringRedisTemplate.class)
			.opsForHash()
			.get("bj:{" + namespace + ".default}:a", id.substring("default~0~".length()) + ":" + field);
	}

	private static byte[] jobs(ApplicationContext context) {
		return ("bj:{" + context.getEnvironment().getRequiredProperty("background-jobs.namespace") + ".default}:j")
			.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] local(String id) {
		return id.substring("default~0~".length()).getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * A version of the application in a class loader of its own.
	 */
	private static Class<?> compile(Path directory, String parameters, String what) throws Exception {
		Path source = Files.createDirectories(directory).resolve("Shipping.java");
		Files.writeString(source, """
				public class Shipping {
					public record Order(String number, int weight) { }
					private final java.util.List<String> ran = new java.util.concurrent.CopyOnWriteArrayList<>();
					public java.util.List<String> ran() { return this.ran; }
					@dev.backgroundjobs.BackgroundJob
					public dev.backgroundjobs.JobHandle<Void> ship(%s) {
						this.ran.add("" + %s);
						return dev.backgroundjobs.JobHandle.completed();
					}
				}
				""".formatted(parameters, what));
		int failures = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-proc:none", "-cp", System.getProperty("java.class.path"), source.toString());
		assertThat(failures).isZero();
		URL[] classes = { directory.toUri().toURL() };
		return new URLClassLoader(classes, ParkedJobsTests.class.getClassLoader()).loadClass("Shipping");
	}

	static class Jobs {

		private final List<String> worked = new CopyOnWriteArrayList<>();

		List<String> worked() {
			return this.worked;
		}

		@BackgroundJob
		JobHandle<Void> work(@Nullable String what) {
			this.worked.add(String.valueOf(what));
			return JobHandle.completed();
		}

	}

}
