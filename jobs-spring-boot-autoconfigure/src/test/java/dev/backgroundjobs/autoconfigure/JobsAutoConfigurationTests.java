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

package dev.backgroundjobs.autoconfigure;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JobsDisabledException;
import dev.backgroundjobs.client.DefaultJobClient;
import dev.backgroundjobs.client.FanOutLimits;
import dev.backgroundjobs.client.JobArguments;
import dev.backgroundjobs.client.JobEnqueuer;
import dev.backgroundjobs.client.JobHandles;
import dev.backgroundjobs.client.JobSchedules;
import dev.backgroundjobs.client.JobSender;
import dev.backgroundjobs.client.JobTransactions;
import dev.backgroundjobs.client.KnownQueues;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobInterceptors;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.JobResults;
import dev.backgroundjobs.json.JacksonJobPayloadCodec;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.recurring.RecurringJobScheduler;
import dev.backgroundjobs.redis.RedisConnections;
import dev.backgroundjobs.schedule.ScheduleDefaults;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.backoff.ExponentialBackOff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Job methods and the client.
 */
class JobsAutoConfigurationTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create().withBean(Mail.class);

	private final ApplicationContextRunner producer = this.runner
		.withPropertyValues("background-jobs.worker.enabled=false");

	@Test
	void clientOfTheApplicationWins() {
		DisabledJobStore store = new DisabledJobStore();
		JobHandles handles = new JobHandles(store, store, store, new JobResults(new CountingCodec(), 1));
		JobEnqueuer enqueuer = new JobEnqueuer(new JobSender(store, List.of(), JobObservations.NONE), handles,
				new JobArguments(new CountingCodec(), 1, 0), JobInterceptors.NONE, JobTransactions.NONE,
				new KnownQueues(Set::of), new FanOutLimits(1, Duration.ofDays(1)));
		JobClient own = new DefaultJobClient(enqueuer, handles, store, store,
				new JobSchedules(enqueuer, () -> store, new ScheduleDefaults(Duration.ofSeconds(10), 1)));
		this.producer.withBean("ownClient", JobClient.class, () -> own).run((context) -> {
			assertThat(context).getBean(JobClient.class).isSameAs(own);
			// calls of job methods do not depend on the client
			assertThat(context.getBean(Mail.class).send(new Letter("Ada")).state()).isEqualTo(JobState.QUEUED);
		});
	}

	@Test
	void codecOfTheApplicationWins() {
		this.runner.withBean(CountingCodec.class).run((context) -> {
			JobHandle<Void> handle = context.getBean(Mail.class).send(new Letter("Ada Lovelace"));
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			// the arguments of the first call are read back at once
			assertThat(context.getBean(CountingCodec.class).calls()).containsExactly("encode", "decode", "decode");
			assertThat(context).hasSingleBean(JobPayloadCodec.class);
		});
	}

	@Test
	void storeOfTheApplicationWins() {
		DisabledJobStore own = new DisabledJobStore();
		this.runner.withBean("ownStore", DisabledJobStore.class, () -> own).run((context) -> {
			assertThat(context).doesNotHaveBean(RedisConnections.class)
				.doesNotHaveBean(JobListenerContainerRegistry.class)
				.getBean(JobQueue.class)
				.isSameAs(own);
			assertDisabled(() -> context.getBean(Mail.class).send(new Letter("Ada")));
		});
	}

	@Test
	void mapperOfTheApplicationWritesTheArguments() {
		JsonMapper mapper = JsonMapper.builder()
			.propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
			.build();
		this.producer.withBean(JsonMapper.class, () -> mapper).run((context) -> {
			byte[] json = context.getBean(JobPayloadCodec.class)
				.encode(List.of(Letter.class), new Object[] { new Letter("Ada") });
			assertThat(json).asString().isEqualTo("[{\"To\":\"Ada\"}]");
		});
	}

	@Test
	void withoutASingleMapperThePlainOneIsTaken() {
		this.producer.withBean("one", JsonMapper.class, () -> JsonMapper.builder().build())
			.withBean("two", JsonMapper.class, () -> JsonMapper.builder().build())
			.run((context) -> assertThat(context).hasSingleBean(JacksonJobPayloadCodec.class));
	}

	@Test
	void largestPayloadIsAProperty() {
		this.producer.withPropertyValues("background-jobs.job.max-payload=20B")
			.run((context) -> assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> context.getBean(Mail.class).send(new Letter("x".repeat(20))))
				.withMessageContaining("max-payload (20 bytes)"));
	}

	@Test
	void defaultsOfJobsAreProperties() {
		this.producer
			.withPropertyValues("background-jobs.job.timeout=90s", "background-jobs.retry.max-retries=4",
					"background-jobs.retry.delay=7s", "background-jobs.retry.multiplier=1.5",
					"background-jobs.retry.jitter=3s", "background-jobs.retry.max-delay=20m")
			.run((context) -> {
				JobMethod method = context.getBean(JobMethodRegistry.class).find("Mail.send");
				assertThat(method).isNotNull();
				JobDefinition job = method.definition();
				assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(90));
				assertThat(job.maxAttempts()).isEqualTo(5);
				ExponentialBackOff backOff = (ExponentialBackOff) job.retryPolicy().getBackOff();
				assertThat(backOff.getInitialInterval()).isEqualTo(7000);
				assertThat(backOff.getMultiplier()).isEqualTo(1.5);
				assertThat(backOff.getJitter()).isEqualTo(3000);
				assertThat(backOff.getMaxInterval()).isEqualTo(1_200_000);
			});
	}

	@Test
	void disabledJobsAreRefusedAndNeverConnect() throws IOException {
		try (ServerSocket redis = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			this.runner
				.withPropertyValues("background-jobs.enabled=false", "spring.data.redis.host=127.0.0.1",
						"spring.data.redis.port=" + redis.getLocalPort())
				.run((context) -> {
					JobClient jobs = context.getBean(JobClient.class);
					Mail mail = context.getBean(Mail.class);
					assertDisabled(() -> mail.send(new Letter("Ada")));
					assertDisabled(() -> jobs.enqueue(() -> mail.send(new Letter("Ada"))));
					assertDisabled(() -> jobs.find("mail~0~1"));
					assertDisabled(() -> jobs.cancel("mail~0~1"));
					assertDisabled(() -> jobs.retry("mail~0~1"));
					assertDisabled(() -> jobs.delete("mail~0~1"));
					assertThat(context).doesNotHaveBean(RedisConnections.class)
						.doesNotHaveBean(JobListenerContainerRegistry.class)
						.doesNotHaveBean(RecurringJobScheduler.class);
				});
			redis.setSoTimeout(20);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(redis::accept);
		}
	}

	private static void assertDisabled(Runnable call) {
		assertThatExceptionOfType(JobsDisabledException.class).isThrownBy(call::run)
			.withMessageContaining("background-jobs.enabled is false");
	}

	record Letter(String to) {

	}

	static class Mail {

		@BackgroundJob("mail")
		JobHandle<Void> send(Letter letter) {
			return JobHandle.completed();
		}

	}

	static class CountingCodec implements JobPayloadCodec {

		private final JacksonJobPayloadCodec codec = new JacksonJobPayloadCodec(JsonMapper.shared());

		private final List<String> calls = new CopyOnWriteArrayList<>();

		List<String> calls() {
			return this.calls;
		}

		@Override
		public byte[] encode(List<Type> types, @Nullable Object[] arguments) {
			this.calls.add("encode");
			return this.codec.encode(types, arguments);
		}

		@Override
		public Gap encodeAround(List<Type> types, @Nullable Object[] arguments, int missing) {
			this.calls.add("encodeAround");
			return this.codec.encodeAround(types, arguments, missing);
		}

		@Override
		public @Nullable Object[] decode(List<Type> types, byte[] payload) throws ArgumentsDoNotFitException {
			this.calls.add("decode");
			return this.codec.decode(types, payload);
		}

		@Override
		public byte[] encodeResult(Type type, Object result, long maxBytes) {
			this.calls.add("encodeResult");
			return this.codec.encodeResult(type, result, maxBytes);
		}

		@Override
		public @Nullable Object decodeResult(Type type, byte[] json) throws ArgumentsDoNotFitException {
			this.calls.add("decodeResult");
			return this.codec.decodeResult(type, json);
		}

	}

}
