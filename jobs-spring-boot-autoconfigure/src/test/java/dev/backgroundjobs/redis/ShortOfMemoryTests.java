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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueCapacity;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Settlement;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * There is no memory for some calls: they are made again, and those behind them too.
 */
class ShortOfMemoryTests {

	private final QueuePartition partition = QueuePartition.of("mail");

	private final byte[][] keys = new RedisKeys("test-" + UUID.randomUUID()).of(this.partition);

	private final AtomicInteger errors = new AtomicInteger();

	/** What is answered to the next script; it is not run then. */
	private final AtomicReference<@Nullable String> answer = new AtomicReference<>();

	private final DeadJoins deadJoins = new DeadJoins();

	private final RedisConnection connection = new RedisConnection("test", new ShortOfMemory(this.errors, this.answer));

	@AfterEach
	void close() {
		this.connection.close();
	}

	@Test
	void callIsEnqueued() {
		Enqueuer enqueuer = new Enqueuer(this.connection, this.keys, QueueCapacity.UNLIMITED, Duration.ZERO);
		enqueuer.enqueue(List.of(job("first")), Duration.ofSeconds(30));
		this.errors.set(3);
		enqueuer.enqueue(List.of(job("second")), Duration.ofSeconds(30));
		enqueuer.enqueue(List.of(job("third")), Duration.ofSeconds(30));
		assertThat(this.errors).hasValueLessThanOrEqualTo(0);
		assertThat(this.connection.call((redis) -> redis.llen(this.keys[3])).join()).isEqualTo(3);
	}

	@Test
	void answerThatNobodyUnderstandsKeepsNoOtherCallFromBeingEnqueued() {
		Enqueuer enqueuer = new Enqueuer(this.connection, this.keys, QueueCapacity.UNLIMITED, Duration.ZERO);
		enqueuer.enqueue(List.of(job("first")), Duration.ofSeconds(30));
		this.answer.set("{'OK'}");
		assertThatExceptionOfType(EnqueueOutcomeUnknownException.class)
			.isThrownBy(() -> enqueuer.enqueue(List.of(job("second")), Duration.ofMinutes(10)));
		enqueuer.enqueue(List.of(job("third")), Duration.ofSeconds(30));
		assertThat(this.connection.call((redis) -> redis.hlen(this.keys[RedisKeys.JOBS])).join()).isEqualTo(2);
	}

	@Test
	void answerThatNobodyUnderstandsKeepsNoOtherOutcomeFromBeingTold() throws Exception {
		Settler settler = settler();
		this.answer.set("{'OK'}");
		CompletableFuture<Settlement> first = settler.settle(claimed(), new JobOutcome.Succeeded());
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> first.get(30, TimeUnit.SECONDS));
		assertThat(settler.settle(claimed(), new JobOutcome.Succeeded()).get(30, TimeUnit.SECONDS))
			.isEqualTo(Settlement.STALE);
	}

	@Test
	void outcomeThatIsAcceptedIsToldSoWhateverListenersMakeOfTheAnswer() throws Exception {
		this.deadJoins.listen((join) -> {
			throw new AssertionError("no memory for " + join.id());
		});
		this.answer.set("{'OK', 0, {}, {}, 0, {'join', 'publish', 'CHILD_FAILED'}}");
		assertThat(settler().settle(claimed(), new JobOutcome.Succeeded()).get(30, TimeUnit.SECONDS))
			.isEqualTo(Settlement.ACCEPTED);
	}

	@Test
	void outcomeIsTold() throws Exception {
		Settler settler = settler();
		this.errors.set(3);
		assertThat(settler.settle(claimed(), new JobOutcome.Succeeded()).get(30, TimeUnit.SECONDS))
			.isEqualTo(Settlement.UNCERTAIN);
		assertThat(settler.settle(claimed(), new JobOutcome.Succeeded()).get(30, TimeUnit.SECONDS))
			.isEqualTo(Settlement.STALE);
	}

	private Settler settler() {
		RedisJobStore.Options options = new RedisJobStore.Options(Duration.ofSeconds(30), Duration.ofMinutes(1),
				Duration.ofDays(1), Duration.ofSeconds(30));
		return new Settler(this.connection, this.keys, options,
				new OutboxRelay(this.connection, new RedisKeys("test"), this.partition, this.deadJoins));
	}

	private ClaimedJob claimed() {
		return new ClaimedJob(job("first").job(), "nobody:1", Attempts.NONE, Instant.EPOCH, Instant.EPOCH,
				Instant.EPOCH);
	}

	private NewJob job(String id) {
		return new NewJob(
				new Job(new JobId(this.partition, id), "send", new byte[] { '[', ']' }, false, JobPriority.NORMAL),
				new Due.Now(), false, null);
	}

	/**
	 * Connections on which as many scripts as wanted cannot be called.
	 */
	private static final class ShortOfMemory extends LettuceConnectionFactory {

		private final AtomicInteger errors;

		private final AtomicReference<@Nullable String> answer;

		ShortOfMemory(AtomicInteger errors, AtomicReference<@Nullable String> answer) {
			super(RedisServer.shared().host(), RedisServer.shared().port());
			this.errors = errors;
			this.answer = answer;
			afterPropertiesSet();
		}

		@Override
		public org.springframework.data.redis.connection.RedisConnection getConnection() {
			org.springframework.data.redis.connection.RedisConnection real = super.getConnection();
			Object redis = real.getNativeConnection();
			Object limited = proxy(RedisClusterAsyncCommands.class, redis);
			return (org.springframework.data.redis.connection.RedisConnection) Proxy.newProxyInstance(
					getClass().getClassLoader(),
					new Class<?>[] { org.springframework.data.redis.connection.RedisConnection.class },
					(proxy, method, arguments) -> method.getName().equals("getNativeConnection") ? limited
							: method.invoke(real, arguments));
		}

		@SuppressWarnings("unchecked")
		private Object proxy(Class<?> type, Object target) {
			return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type },
					(proxy, method, arguments) -> {
						if (method.getName().equals("evalsha") && this.errors.getAndDecrement() > 0) {
							throw new OutOfMemoryError("Java heap space");
						}
						String instead = method.getName().equals("evalsha") ? this.answer.getAndSet(null) : null;
						if (instead != null) {
							return ((RedisClusterAsyncCommands<byte[], byte[]>) target).eval("return " + instead,
									ScriptOutputType.MULTI, new byte[0][]);
						}
						try {
							return method.invoke(target, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

	}

}
