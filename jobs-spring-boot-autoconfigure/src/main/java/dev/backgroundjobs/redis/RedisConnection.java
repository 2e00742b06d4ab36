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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import io.lettuce.core.AbstractRedisAsyncCommands;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * One of our connections. Nothing here blocks a caller: it connects on a thread of its
 * own, loads scripts the server does not know, and is given up for a new one when it
 * talks to a replica or does not answer twice in a row.
 */
final class RedisConnection implements AutoCloseable {

	private static final int TIMEOUTS_BEFORE_RESET = 2;

	/** No faster does anybody correct a password. */
	private static final long PAUSE_AFTER_DENIAL = Duration.ofSeconds(1).toNanos();

	private final LettuceConnectionFactory factory;

	private final ScheduledThreadPoolExecutor executor;

	private final AtomicInteger timeouts = new AtomicInteger();

	private final Object monitor = new Object();

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

	private volatile @Nullable Long answersSince;

	private volatile boolean failing;

	private @Nullable CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> connecting;

	private @Nullable Denial denial;

	RedisConnection(String name, LettuceConnectionFactory factory) {
		this.factory = factory;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("background-jobs-" + name + "-");
		threads.setDaemon(true);
		this.executor = new ScheduledThreadPoolExecutor(1, threads);
		this.executor.setRemoveOnCancelPolicy(true);
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	/**
	 * Run a script. The future fails with what the driver threw; {@link RedisFault} says
	 * what that means.
	 */
	CompletableFuture<Reply> eval(RedisScript script, byte[][] keys, byte[]... arguments) {
		return call((redis) -> evalsha(redis, script, keys, arguments))
			.exceptionallyCompose((failure) -> ForeignKey.named(this, keys, RedisFault.unwrap(failure)))
			.thenApply(Reply::new);
	}

	<T> CompletableFuture<T> call(Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		RedisClusterAsyncCommands<byte[], byte[]> redis = this.commands;
		CompletionStage<T> answer = (redis != null) ? attempt(call, redis)
				: connect().thenCompose((connected) -> attempt(call, connected));
		return answer.whenComplete((value, failure) -> {
			if (failure != null) {
				failed(RedisFault.of(failure));
			}
			else {
				answered();
			}
		}).toCompletableFuture();
	}

	private static <T> CompletionStage<T> attempt(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call,
			RedisClusterAsyncCommands<byte[], byte[]> redis) {
		try {
			return call.apply(redis);
		}
		catch (RuntimeException | Error ex) {
			// the driver refuses some calls by throwing, and memory may be short for a
			// moment
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static CompletionStage<List<@Nullable Object>> evalsha(RedisClusterAsyncCommands<byte[], byte[]> redis,
			RedisScript script, byte[][] keys, byte[][] arguments) {
		CompletionStage<List<@Nullable Object>> answer = redis.evalsha(script.sha(), ScriptOutputType.MULTI, keys,
				arguments);
		return answer.exceptionallyCompose((failure) -> {
			Throwable cause = RedisFault.unwrap(failure);
			return (cause instanceof RedisNoScriptException)
					? redis.scriptLoad(script.source())
						.thenCompose((sha) -> redis.evalsha(script.sha(), ScriptOutputType.MULTI, keys, arguments))
					: CompletableFuture.failedFuture(cause);
		});
	}

	/**
	 * Whether a connection has been opened; it may have been interrupted since.
	 */
	boolean isConnected() {
		return this.commands != null;
	}

	/**
	 * Whether a call would certainly fail now: the connection is interrupted, or the last
	 * calls were not answered and there is no new one yet. What is down is being opened
	 * again, here or by the driver.
	 */
	boolean isDown() {
		RedisClusterAsyncCommands<byte[], byte[]> redis = this.commands;
		if (redis != null) {
			return !isOpen(redis);
		}
		if (this.failing) {
			connect();
		}
		return this.failing;
	}

	private static boolean isOpen(RedisClusterAsyncCommands<byte[], byte[]> redis) {
		return !(redis instanceof AbstractRedisAsyncCommands<?, ?> commands) || commands.getConnection().isOpen();
	}

	/**
	 * Open a connection, unless that is being done already.
	 */
	CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> connect() {
		synchronized (this.monitor) {
			CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> attempt = this.connecting;
			if (attempt == null && this.denial != null && this.denial.isFresh()) {
				return CompletableFuture.failedFuture(this.denial.failure());
			}
			if (attempt == null) {
				attempt = supplyAsync(this::open);
				this.connecting = attempt;
				// runs here and now if the attempt has already ended
				attempt.whenComplete((redis, failure) -> connected(failure));
			}
			return attempt;
		}
	}

	private <T> CompletableFuture<T> supplyAsync(Supplier<T> task) {
		try {
			return CompletableFuture.supplyAsync(task, this.executor);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("The connection is closed", ex));
		}
	}

	private void connected(@Nullable Throwable failure) {
		synchronized (this.monitor) {
			this.connecting = null;
			this.denial = (failure != null && RedisFault.of(failure).reason() == Reason.DENIED)
					? new Denial(failure, System.nanoTime()) : null;
		}
	}

	@SuppressWarnings("unchecked")
	private RedisClusterAsyncCommands<byte[], byte[]> open() {
		this.factory.start();
		RedisClusterAsyncCommands<byte[], byte[]> redis = (RedisClusterAsyncCommands<byte[], byte[]>) this.factory
			.getConnection()
			.getNativeConnection();
		this.timeouts.set(0);
		this.commands = redis;
		return redis;
	}

	private void answered() {
		this.timeouts.set(0);
		this.failing = false;
		if (this.answersSince == null) {
			this.answersSince = System.nanoTime();
		}
	}

	private void failed(RedisFault fault) {
		if (fault.refusesOneCall()) {
			return;
		}
		this.answersSince = null;
		this.failing = true;
		// while disconnected too: the servers may have changed, and are looked up anew
		boolean tooManyTimeouts = (fault == RedisFault.NO_ANSWER || fault == RedisFault.NOT_SENT)
				&& this.timeouts.incrementAndGet() >= TIMEOUTS_BEFORE_RESET;
		if (tooManyTimeouts || fault == RedisFault.NOT_MASTER || fault == RedisFault.DENIED) {
			reset();
		}
	}

	private void reset() {
		synchronized (this.monitor) {
			if (this.commands == null || this.executor.isShutdown()) {
				return;
			}
			this.commands = null;
			this.timeouts.set(0);
			this.executor.execute(this.factory::resetConnection);
		}
	}

	/**
	 * Whether every call has been answered for at least this long: the owners of leases
	 * have then had the time to renew them.
	 */
	boolean hasAnsweredFor(Duration time) {
		Long since = this.answersSince;
		return since != null && System.nanoTime() - since >= time.toNanos();
	}

	/**
	 * For what has to be tried again, or must not run on a thread of the driver.
	 */
	ScheduledExecutorService executor() {
		return this.executor;
	}

	boolean isClosed() {
		return this.executor.isShutdown();
	}

	void later(Duration delay, Runnable task) {
		if (!this.executor.isShutdown()) {
			this.executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	LettuceConnectionFactory factory() {
		return this.factory;
	}

	static byte[] bytes(Object value) {
		return value.toString().getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
		this.factory.destroy();
	}

	/**
	 * A connection was refused for lack of credentials or permissions.
	 *
	 * @param failure how it was refused
	 * @param at when
	 */
	private record Denial(Throwable failure, long at) {

		boolean isFresh() {
			return System.nanoTime() - this.at < PAUSE_AFTER_DENIAL;
		}

	}

}
