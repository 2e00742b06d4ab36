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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what waits in the outbox of a partition to the partitions it is for. Whoever
 * appends to it does so, and whoever claims beside it, so it does not matter who stops in
 * between: each message is taken once, in its order, however often it is sent. One pass
 * at a time; thread-safe.
 */
final class OutboxRelay {

	private static final Logger logger = LoggerFactory.getLogger(OutboxRelay.class);

	private static final byte[] READ = RedisConnection.bytes("read");

	private static final byte[] DONE = RedisConnection.bytes("done");

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final QueuePartition source;

	private final DeadJoins deadJoins;

	private final Passes passes;

	OutboxRelay(RedisConnection connection, RedisKeys keys, QueuePartition source, DeadJoins deadJoins) {
		this.connection = connection;
		this.keys = keys;
		this.source = source;
		this.deadJoins = deadJoins;
		this.passes = new Passes("Outbox of " + source, this::now);
	}

	/**
	 * Bring away what is there, soon. What fails is tried again when somebody claims.
	 */
	void run() {
		this.passes.run();
	}

	/**
	 * A script has changed jobs of the partition: what others have to hear of it is
	 * brought there, and what has died of it is told.
	 * @param reply its answer
	 * @param appended the place in it of the number of messages, if there is one; the
	 * joins that have died stand behind it
	 */
	void changed(Reply reply, int appended) {
		if (reply.size() > appended && reply.number(appended) > 0) {
			run();
		}
		died(reply, appended + 1);
	}

	/**
	 * Tell of joins that have died.
	 */
	void died(Reply reply, int place) {
		this.deadJoins.tell(this.source, reply, place);
	}

	/**
	 * Bring away what is there now.
	 */
	CompletableFuture<Void> now() {
		return page("", new Pass(new HashSet<>(), new HashSet<>()));
	}

	private CompletableFuture<Void> page(String after, Pass pass) {
		return this.connection.eval(RedisScript.RELAY, this.keys.of(this.source), READ, RedisConnection.bytes(after))
			.thenCompose((reply) -> {
				List<Message> messages = reply.list(2).values().stream().map(Message::read).toList();
				if (messages.isEmpty()) {
					return CompletableFuture.completedFuture(null);
				}
				return deliver(messages, pass).thenCompose(this::confirm)
					.thenCompose((confirmed) -> page(messages.get(messages.size() - 1).number(), pass));
			});
	}

	/**
	 * Send messages one after the other.
	 * @return the numbers of those that have been received
	 */
	private CompletableFuture<List<byte[]>> deliver(List<Message> messages, Pass pass) {
		List<byte[]> received = new ArrayList<>();
		CompletableFuture<?> last = CompletableFuture.completedFuture(null);
		for (Message message : messages) {
			boolean first = pass.begun().add(message.target());
			last = last.thenCompose((done) -> pass.stuck().contains(message.target())
					? CompletableFuture.completedFuture(false) : deliver(message, first))
				.thenAccept((taken) -> {
					if (taken) {
						received.add(RedisConnection.bytes(message.number()));
					}
					else {
						// what comes behind it would have to wait for it there
						pass.stuck().add(message.target());
					}
				});
		}
		return last.thenApply((done) -> received);
	}

	private CompletableFuture<Boolean> deliver(Message message, boolean first) {
		String[] target = message.target().split("~");
		QueuePartition partition = new QueuePartition(target[0], Integer.parseInt(target[1]));
		String here = this.source.queue() + "~" + this.source.number();
		return this.connection
			.eval(RedisScript.RECEIVE, this.keys.of(partition), RedisConnection.bytes(here),
					RedisConnection.bytes(message.number()), RedisConnection.bytes(message.previous()),
					RedisConnection.bytes(first ? "1" : "0"), message.jobs())
			.thenApply((reply) -> {
				this.deadJoins.tell(partition, reply, 3);
				if (reply.status().equals("OK") && !reply.text(2).isEmpty()) {
					logger.debug("Job '{}' has gone to {} before: Redis here had lost that", reply.text(2),
							message.target());
				}
				return reply.status().equals("OK") || reply.status().equals("DUP");
			})
			.exceptionally((failure) -> {
				// one target that is away does not keep the others waiting
				logger.debug("Steps of chains do not reach {} for now", message.target(), failure);
				return false;
			});
	}

	private CompletableFuture<?> confirm(List<byte[]> received) {
		if (received.isEmpty()) {
			return CompletableFuture.completedFuture(null);
		}
		received.add(0, DONE);
		return this.connection.eval(RedisScript.RELAY, this.keys.of(this.source), received.toArray(byte[][]::new));
	}

	/**
	 * One pass through the outbox.
	 *
	 * @param begun targets for which a message was met
	 * @param stuck targets that have not taken one of theirs
	 */
	private record Pass(Set<String> begun, Set<String> stuck) {

	}

	/**
	 * A message: the steps of a chain that go to another partition.
	 *
	 * @param number its number
	 * @param previous the number of the one before it for the same target
	 * @param target the partition, as ids name it
	 * @param jobs the steps, which only scripts read
	 */
	private record Message(String number, String previous, String target, byte[] jobs) {

		static Message read(@Nullable Object stored) {
			byte[] bytes = (stored instanceof byte[] message) ? message : new byte[0];
			int end = 0;
			while (bytes[end] != '\n') {
				end++;
			}
			String[] head = new String(bytes, 0, end, StandardCharsets.UTF_8).split(" ");
			return new Message(head[0], head[1], head[2], Arrays.copyOfRange(bytes, end + 1, bytes.length));
		}

	}

}
