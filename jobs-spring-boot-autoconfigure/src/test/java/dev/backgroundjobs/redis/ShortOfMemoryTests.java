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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

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

	/** Whether the next answer is none. */
	private final AtomicBoolean nonsense = new AtomicBoolean();

	private final RedisConnection connection = new RedisConnection("test",
			new ShortOfMemory(this.errors, this.nonsense));

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
	void answerThatNobodyUnderstandsKeepsNoOtherOutcomeFromBeingTold() throws Exception {
		Settler settler = settler();
		this.nonsense.set(true);
		CompletableFuture<Settlement> first = settler.settle(claimed(), new JobOutcome.Succeeded());
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> first.get(30, TimeUnit.SECONDS));
		assertThat(settler.settle(claimed(), new JobOutcome.Succeeded()).get(30, TimeUnit.SECONDS))
			.isEqualTo(Settlement.STALE);
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
				new OutboxRelay(this.connection, new RedisKeys("test"), this.partition, new DeadJoins()));
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

		private final AtomicBoolean nonsense;

		ShortOfMemory(AtomicInteger errors, AtomicBoolean nonsense) {
			super(RedisServer.shared().host(), RedisServer.shared().port());
			this.errors = errors;
			this.nonsense = nonsense;
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
						if (method.getName().equals("evalsha") && this.nonsense.getAndSet(false)) {
							return ((RedisClusterAsyncCommands<byte[], byte[]>) target).eval("return {'OK'}",
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
