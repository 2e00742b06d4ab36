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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.core.PreflightFinding;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server all that a preflight wants to know. A question that this user may not ask
 * stays open; only a server that does not answer makes the whole fail.
 */
final class ServerInspection {

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final Clock clock;

	ServerInspection(RedisConnection connection, RedisKeys keys, Clock clock) {
		this.connection = connection;
		this.keys = keys;
		this.clock = clock;
	}

	CompletableFuture<List<PreflightFinding>> inspect(Collection<String> queues) {
		PreflightChecks checks = new PreflightChecks();
		return ServerInfo.ask(this.connection)
			.thenCompose((servers) -> snapshots(servers)
				.thenAccept((snapshots) -> checks.version(servers).eviction(servers).persistence(servers, snapshots)))
			.thenCompose((done) -> ahead())
			.thenAccept(checks::clock)
			.thenCompose((done) -> permissions(queues))
			.thenAccept((permissions) -> checks.permissions(permissions.commands(), permissions.keys()))
			.thenApply((done) -> checks.findings());
	}

	private CompletableFuture<@Nullable String> snapshots(List<ServerInfo> servers) {
		if (!PreflightChecks.needsSnapshots(servers)) {
			return CompletableFuture.completedFuture(null);
		}
		return permitted(
				this.connection.call((redis) -> redis.configGet("save")).thenApply((settings) -> settings.get("save")));
	}

	/**
	 * By how much the local clock is ahead of the server's, less what the question itself
	 * may have taken.
	 */
	private CompletableFuture<Duration> ahead() {
		long before = this.clock.millis();
		return permitted(this.connection.call((redis) -> redis.time())).thenApply((time) -> {
			if (time == null) {
				return Duration.ZERO;
			}
			long server = Long.parseLong(new String(time.get(0))) * 1000
					+ Long.parseLong(new String(time.get(1))) / 1000;
			long after = this.clock.millis();
			return Duration.ofMillis((server < before) ? before - server : Math.min(0, after - server));
		});
	}

	private CompletableFuture<Permissions> permissions(Collection<String> queues) {
		List<String> places = new ArrayList<>(queues);
		// the keys of the namespace itself
		places.add("");
		CompletableFuture<Permissions> all = CompletableFuture
			.completedFuture(new Permissions(new TreeSet<>(), new TreeSet<>()));
		for (String place : places) {
			all = all.thenCombine(tried(place), Permissions::with);
		}
		return all;
	}

	private CompletableFuture<Permissions> tried(String queue) {
		byte[] key = this.keys.preflight(queue);
		return this.connection.eval(RedisScript.PREFLIGHT, new byte[][] { key }).thenApply((reply) -> {
			Set<String> refused = new TreeSet<>();
			for (int i = 1; i < reply.size(); i++) {
				refused.add(reply.text(i));
			}
			return new Permissions(refused, Set.of());
		}).exceptionallyCompose((failure) -> {
			RedisFault fault = RedisFault.of(failure);
			if (!fault.refusesOneCall()) {
				return CompletableFuture.failedFuture(failure);
			}
			return CompletableFuture.completedFuture(refusal(fault, queue, String.valueOf(failure.getMessage())));
		});
	}

	private Permissions refusal(RedisFault fault, String queue, String reply) {
		if (fault != RedisFault.NOT_PERMITTED) {
			return new Permissions(Set.of(), Set.of());
		}
		if (reply.contains("key")) {
			String key = new String(this.keys.preflight(queue));
			return new Permissions(Set.of(), Set.of(key.replace("preflight", "*")));
		}
		return new Permissions(Set.of("evalsha", "script|load"), Set.of());
	}

	private static <T> CompletableFuture<@Nullable T> permitted(CompletableFuture<T> answer) {
		return answer.handle((value, failure) -> {
			if (failure == null) {
				return CompletableFuture.<@Nullable T>completedFuture(value);
			}
			return RedisFault.of(failure).refusesOneCall() ? CompletableFuture.<@Nullable T>completedFuture(null)
					: CompletableFuture.<@Nullable T>failedFuture(failure);
		}).thenCompose((result) -> result);
	}

	/**
	 * What is not permitted.
	 *
	 * @param commands commands
	 * @param keys patterns of keys
	 */
	private record Permissions(Set<String> commands, Set<String> keys) {

		Permissions with(Permissions other) {
			Set<String> allCommands = new TreeSet<>(this.commands);
			allCommands.addAll(other.commands);
			Set<String> allKeys = new TreeSet<>(this.keys);
			allKeys.addAll(other.keys);
			return new Permissions(allCommands, allKeys);
		}

	}

}
