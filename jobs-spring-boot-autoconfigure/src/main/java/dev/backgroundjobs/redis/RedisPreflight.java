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

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.backgroundjobs.core.Preflight;
import dev.backgroundjobs.core.PreflightFinding;
import dev.backgroundjobs.core.PreflightMode;
import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Looks at Redis once, before any job is claimed: whether it keeps what it is given,
 * understands the scripts and permits them. If it does not answer then, it is looked at
 * when it does, unless the application is not to start without it.
 */
public final class RedisPreflight implements Preflight, SmartLifecycle {

	/** Before the containers, which start beside the web server. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1025;

	private static final Logger logger = LoggerFactory.getLogger(RedisPreflight.class);

	private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);

	/** Somebody has to correct it first. */
	private static final Duration AGAIN_AFTER_DENIAL = Duration.ofSeconds(30);

	private final RedisConnection connection;

	private final String servers;

	private final ServerInspection inspection;

	private final Supplier<? extends Collection<String>> queues;

	private final PreflightMode mode;

	private final boolean failFast;

	private volatile List<PreflightFinding> findings = List.of();

	private volatile boolean running;

	/**
	 * Create a preflight.
	 * @param connections the connections to look through
	 * @param queues the queues this process knows, asked for at the start
	 * @param mode what comes of findings
	 * @param failFast whether not to start without Redis
	 * @param clock the local clock
	 */
	public RedisPreflight(RedisConnections connections, Supplier<? extends Collection<String>> queues,
			PreflightMode mode, boolean failFast, Clock clock) {
		this.connection = connections.enqueue();
		this.servers = connections.servers();
		this.inspection = new ServerInspection(this.connection, new RedisKeys(connections.namespace()), clock);
		this.queues = queues;
		this.mode = mode;
		this.failFast = failFast;
	}

	@Override
	public List<PreflightFinding> findings() {
		return this.findings;
	}

	@Override
	public void start() {
		this.running = true;
		boolean insists = this.failFast || this.mode == PreflightMode.FAIL;
		if (!insists && this.mode == PreflightMode.OFF) {
			return;
		}
		CompletableFuture<List<PreflightFinding>> look = look();
		try {
			judge(look.get(insists ? 10 : 2, TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			absent(look, insists, Explanation.of(RedisFault.unwrap((ex.getCause() != null) ? ex.getCause() : ex)));
		}
		catch (TimeoutException ex) {
			absent(look, insists, "Redis does not answer");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private CompletableFuture<List<PreflightFinding>> look() {
		return (this.mode != PreflightMode.OFF) ? this.inspection.inspect(this.queues.get())
				: this.connection.call((redis) -> redis.ping()).thenApply((pong) -> List.of());
	}

	private void judge(List<PreflightFinding> found) {
		this.findings = found;
		boolean refuses = this.mode == PreflightMode.FAIL && !found.isEmpty();
		if (refuses || found.stream().anyMatch(PreflightFinding::fatal)) {
			throw new PreflightFailedException(found);
		}
		tell(found);
	}

	private void absent(CompletableFuture<List<PreflightFinding>> look, boolean insists, String reason) {
		if (insists) {
			throw new PreflightFailedException(List.of(new PreflightFinding("connection", this.servers + ": " + reason,
					"nothing can be enqueued or run", "start Redis, or correct spring.data.redis.*", true)));
		}
		logger.debug("{} is looked at when it answers: {}", this.servers, reason);
		look.whenComplete(this::lookedLater);
	}

	private void lookedLater(List<PreflightFinding> found, Throwable failure) {
		if (failure == null) {
			this.findings = found;
			tell(found);
		}
		else if (this.running) {
			boolean denied = RedisFault.of(failure).reason() == Reason.DENIED;
			this.connection.later(denied ? AGAIN_AFTER_DENIAL : AGAIN_AFTER, () -> {
				if (this.running) {
					look().whenComplete(this::lookedLater);
				}
			});
		}
	}

	private void tell(List<PreflightFinding> found) {
		if (found.isEmpty()) {
			logger.debug("{} is as background jobs need it", this.servers);
		}
		else {
			logger.warn("{} is not as background jobs need it (see background-jobs.preflight.mode):\n{}", this.servers,
					PreflightTable.of(found));
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
