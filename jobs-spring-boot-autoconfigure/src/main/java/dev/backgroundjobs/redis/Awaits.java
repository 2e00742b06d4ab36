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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.RandomId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs whose end this process waits for. Redis is told once for each, and tells us on
 * one channel when it ends; because messages get lost, all of them are also asked about
 * now and then, many in one call. Whoever waits does so on a future: no thread, no
 * connection and no subscription is its own.
 */
final class Awaits implements WakeUps.Listener {

	private static final Logger logger = LoggerFactory.getLogger(Awaits.class);

	/** How many jobs one script looks at. */
	private static final int MAX_IDS = 200;

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final WakeUps wakeUps;

	private final Duration pollInterval;

	private final byte[] channel;

	private final Map<JobId, Set<CompletableFuture<Void>>> waiting = new ConcurrentHashMap<>();

	/** As messages name them. */
	private final Map<String, QueuePartition> partitions = new ConcurrentHashMap<>();

	/** Those that Redis has not been told of. */
	private final Queue<JobId> fresh = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean subscribed = new AtomicBoolean();

	private volatile boolean closed;

	private final Planned telling;

	private final Planned polling;

	Awaits(RedisConnection connection, RedisKeys keys, WakeUps wakeUps, Duration pollInterval) {
		this.connection = connection;
		this.keys = keys;
		this.wakeUps = wakeUps;
		this.pollInterval = pollInterval;
		this.channel = keys.awaitChannel(RandomId.next());
		this.telling = new Planned("Telling Redis of awaited jobs", connection::later, this::tell);
		this.polling = new Planned("Asking Redis about awaited jobs", connection::later, this::poll);
	}

	CompletableFuture<Void> await(JobId id) {
		CompletableFuture<Void> end = new CompletableFuture<>();
		this.partitions.computeIfAbsent(this.keys.prefix(id.partition()) + "m", (meta) -> id.partition());
		this.waiting.compute(id, (key, others) -> {
			Set<CompletableFuture<Void>> all = (others != null) ? others : ConcurrentHashMap.newKeySet();
			all.add(end);
			return all;
		});
		end.whenComplete((done, failure) -> leave(id, end));
		if (this.subscribed.compareAndSet(false, true)) {
			this.wakeUps.register(this.channel, this);
		}
		if (this.closed) {
			end.completeExceptionally(closing());
			return end;
		}
		this.fresh.add(id);
		this.telling.in(Duration.ZERO);
		this.polling.in(this.pollInterval);
		return end;
	}

	private static IllegalStateException closing() {
		return new IllegalStateException("this application is being closed; the job goes on");
	}

	/**
	 * Nobody is told any more, so nobody shall wait: not until a timeout that may be
	 * hours away.
	 */
	void close() {
		this.closed = true;
		this.waiting.values()
			.stream()
			.flatMap(Set::stream)
			.toList()
			.forEach((end) -> end.completeExceptionally(closing()));
	}

	private void leave(JobId id, CompletableFuture<Void> end) {
		boolean last = this.waiting.computeIfPresent(id, (key, all) -> {
			all.remove(end);
			return all.isEmpty() ? null : all;
		}) == null;
		if (last && end.isCancelled()) {
			ask(id.partition(), List.of(id), false);
		}
	}

	private void tell() {
		List<JobId> told = new ArrayList<>();
		for (JobId id = this.fresh.poll(); id != null; id = this.fresh.poll()) {
			told.add(id);
		}
		ask(told);
	}

	private void poll() {
		if (!this.waiting.isEmpty()) {
			this.polling.in(this.pollInterval);
			ask(this.waiting.keySet());
		}
	}

	private void ask(Collection<JobId> ids) {
		Map<QueuePartition, List<JobId>> byPartition = ids.stream()
			.distinct()
			.filter(this.waiting::containsKey)
			.collect(Collectors.groupingBy(JobId::partition, LinkedHashMap::new, Collectors.toList()));
		byPartition.forEach((partition, all) -> {
			for (int from = 0; from < all.size(); from += MAX_IDS) {
				ask(partition, all.subList(from, Math.min(all.size(), from + MAX_IDS)), true);
			}
		});
	}

	private void ask(QueuePartition partition, List<JobId> ids, boolean waits) {
		byte[][] arguments = Stream
			.concat(Stream.of(this.channel, RedisConnection.bytes(waits ? 1 : 0)),
					ids.stream().map((id) -> RedisConnection.bytes(id.local())))
			.toArray(byte[][]::new);
		this.connection.eval(RedisScript.AWAIT, this.keys.of(partition), arguments).whenComplete((reply, failure) -> {
			if (failure != null) {
				// they are asked about again; whoever waits may wait for Redis, too
				logger.debug("Whether jobs have ended could not be asked", failure);
			}
			else if (waits && reply.status().equals("OK")) {
				List<Long> open = reply.numbers(2);
				for (int k = 0; k < ids.size(); k++) {
					if (open.get(k) == 0) {
						ended(ids.get(k));
					}
				}
			}
		});
	}

	private void ended(JobId id) {
		Set<CompletableFuture<Void>> all = this.waiting.get(id);
		if (all != null) {
			List.copyOf(all).forEach((end) -> end.complete(null));
		}
	}

	/**
	 * The message names a partition and some of its jobs.
	 */
	@Override
	public void message(byte[] body) {
		String[] parts = new String(body, StandardCharsets.UTF_8).split(" ", 2);
		QueuePartition partition = this.partitions.get(parts[0]);
		if (partition != null && parts.length == 2) {
			for (String local : parts[1].split(",")) {
				ended(new JobId(partition, local));
			}
		}
	}

	/**
	 * What was published before now, nobody has heard.
	 */
	@Override
	public void subscribed() {
		ask(this.waiting.keySet());
	}

}
