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

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.Deployment.Eviction;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself.
 *
 * @param values the lines of {@code INFO}, by name
 */
record ServerInfo(Map<String, String> values) {

	/**
	 * Ask the server, in a cluster every master.
	 * @return the servers' answers, none if this process may not ask
	 */
	static CompletableFuture<List<ServerInfo>> ask(RedisConnection connection) {
		return connection.call(ServerInfo::texts)
			.thenApply((texts) -> texts.stream().map(ServerInfo::parse).toList())
			.exceptionallyCompose((failure) -> (RedisFault.of(failure).refusesOneCall())
					? CompletableFuture.completedFuture(List.of()) : CompletableFuture.failedFuture(failure));
	}

	private static CompletionStage<List<String>> texts(RedisClusterAsyncCommands<byte[], byte[]> redis) {
		if (redis instanceof RedisAdvancedClusterAsyncCommands<byte[], byte[]> cluster) {
			return cluster.upstream().commands().info().thenCollect(Collectors.toList());
		}
		return redis.info().thenApply(List::of);
	}

	static ServerInfo parse(String text) {
		Map<String, String> values = new TreeMap<>();
		for (String line : text.split("\\R")) {
			int colon = line.indexOf(':');
			if (colon > 0 && !line.startsWith("#")) {
				values.put(line.substring(0, colon), line.substring(colon + 1));
			}
		}
		return new ServerInfo(values);
	}

	/**
	 * What several servers do when they are full. A policy that spares keys without an
	 * expiry spares jobs, as no key of ours has one: if memory is full and nothing else
	 * is left to go, such a server refuses writes like any other.
	 */
	static Eviction eviction(List<ServerInfo> servers) {
		List<String> policies = servers.stream()
			.map((server) -> server.text("maxmemory_policy"))
			.filter((policy) -> policy != null)
			.sorted()
			.distinct()
			.toList();
		boolean mayTakeJobs = policies.stream().anyMatch((policy) -> policy.startsWith("allkeys"));
		return new Eviction(policies.isEmpty() ? "unknown" : String.join(", ", policies), mayTakeJobs,
				servers.stream().mapToLong((server) -> server.number("evicted_keys")).sum());
	}

	@Nullable String text(String name) {
		return this.values.get(name);
	}

	long number(String name) {
		String value = this.values.get(name);
		return (value != null && value.matches("\\d{1,18}")) ? Long.parseLong(value) : 0;
	}

}
