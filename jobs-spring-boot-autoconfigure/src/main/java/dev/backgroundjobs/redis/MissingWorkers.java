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

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.WorkerNamespaces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever enqueues that jobs wait and no worker of the namespace lives, once for
 * each cause. It looks a while after a job was enqueued, at most once per lease, and asks
 * for no more than the number of workers while there are some.
 */
final class MissingWorkers {

	private static final Logger logger = LoggerFactory.getLogger(MissingWorkers.class);

	private static final String ALL_WELL = "";

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final String servers;

	private final Duration lease;

	private final AtomicBoolean looking = new AtomicBoolean();

	private volatile long nextLook = System.nanoTime();

	private volatile String told = ALL_WELL;

	MissingWorkers(RedisConnection connection, RedisKeys keys, String servers, Duration lease) {
		this.connection = connection;
		this.keys = keys;
		this.servers = servers;
		this.lease = lease;
	}

	/**
	 * A job was enqueued. Workers that start at the same time get some time to say so.
	 */
	void enqueued(QueuePartition partition) {
		if (System.nanoTime() - this.nextLook >= 0 && this.looking.compareAndSet(false, true)) {
			this.connection.later(this.lease.dividedBy(3), () -> look(partition));
		}
	}

	private void look(QueuePartition partition) {
		this.connection
			.eval(RedisScript.HEARTBEAT, this.keys.workers(), RedisConnection.bytes(""), RedisConnection.bytes(0),
					RedisConnection.bytes(""))
			.thenCompose((reply) -> (reply.number(2) > 0) ? CompletableFuture.completedFuture(ALL_WELL)
					: diagnosis(partition))
			.thenAccept((diagnosis) -> tell(partition.queue(), diagnosis))
			.whenComplete((done, failure) -> {
				if (failure != null) {
					// whoever enqueues hears of it; the next job brings the next look
					logger.debug("Whether there are workers could not be found out", failure);
				}
				this.nextLook = System.nanoTime() + this.lease.toNanos();
				this.looking.set(false);
			});
	}

	private CompletableFuture<String> diagnosis(QueuePartition partition) {
		return this.connection.eval(RedisScript.INSPECT, this.keys.of(partition))
			.thenCompose((figures) -> (figures.number(3) + figures.number(4) + figures.number(5) > 0)
					? OtherNamespaces.than(this.keys.namespace(), this.connection)
						.exceptionally((failure) -> Set.of())
						.thenApply((others) -> new WorkerNamespaces(this.keys.namespace(), others).diagnosis())
					: CompletableFuture.completedFuture(ALL_WELL));
	}

	private void tell(String queue, String diagnosis) {
		if (!diagnosis.equals(ALL_WELL) && !diagnosis.equals(this.told)) {
			logger.warn("No worker lives for queue '{}': {} (on {}, which workers have to use, too)", queue, diagnosis,
					this.servers);
		}
		this.told = diagnosis;
	}

}
