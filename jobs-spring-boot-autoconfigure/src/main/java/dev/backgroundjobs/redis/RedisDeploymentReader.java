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
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.core.Deployment;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.WorkerDescription;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;

/**
 * Reads all that health needs in two pipelined round trips: which queues and workers
 * there are, and then something of each.
 */
public final class RedisDeploymentReader implements DeploymentReader {

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final KnownPartitions known;

	public RedisDeploymentReader(RedisConnections connections, String namespace) {
		this.connection = connections.enqueue();
		this.keys = new RedisKeys(namespace);
		this.known = new KnownPartitions(this.connection, this.keys);
	}

	@Override
	public Deployment read() {
		CompletableFuture<List<ServerInfo>> servers = ServerInfo.ask(this.connection);
		CompletableFuture<List<byte[]>> alive = alive();
		List<CompletableFuture<QueueFigures>> queues = Answers.await(this.known.all())
			.values()
			.stream()
			.map((partitions) -> QueueFiguresReply.ask(this.connection, this.keys, partitions))
			.toList();
		CompletableFuture<List<WorkerDescription>> workers = alive.thenCompose(this::workers);
		return new Deployment(queues.stream().map(Answers::await).toList(), Answers.await(workers),
				ServerInfo.eviction(Answers.await(servers)));
	}

	private CompletableFuture<List<byte[]>> alive() {
		CompletableFuture<List<byte[]>> time = this.connection.call((redis) -> redis.time());
		return this.connection.call((redis) -> redis.zrangebyscoreWithScores(this.keys.workers()[0], Range.unbounded()))
			.thenCombine(time, (entries, now) -> {
				double ms = Double.parseDouble(string(now.get(0))) * 1000;
				return entries.stream().filter((entry) -> entry.getScore() >= ms).map(ScoredValue::getValue).toList();
			});
	}

	private CompletableFuture<List<WorkerDescription>> workers(List<byte[]> alive) {
		if (alive.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		return this.connection.call((redis) -> redis.hmget(this.keys.workers()[1], alive.toArray(byte[][]::new)))
			.thenApply((entries) -> entries.stream()
				.filter((entry) -> entry.hasValue())
				.map((entry) -> WorkerText.decode(string(entry.getValue())))
				.toList());
	}

	private static String string(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
