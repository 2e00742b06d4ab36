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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * A schedule whose queue has changed.
 *
 * @param id its id
 * @param from its former queues
 * @param to the queue in which it is now
 * @param revision since when
 */
record ScheduleMove(String id, List<String> from, String to, String revision) {

	/**
	 * Away from where it was, which tells how far it had come, and on from there where it
	 * is. Can be repeated from its beginning. A move before this one may have ended half
	 * way: what was known last counts, wherever that was.
	 */
	CompletionStage<?> finish(Queues queues) {
		return forget(queues, "1").thenCompose((left) -> {
			if (left.stream().anyMatch((reply) -> reply.size() < 3)) {
				// it has gone back meanwhile
				return CompletableFuture.completedFuture(left);
			}
			Reply last = left.stream().max(Comparator.comparingLong(ScheduleMove::knownOf)).orElseThrow();
			List<byte[]> arguments = new ArrayList<>(
					List.of(RedisConnection.bytes(this.id), RedisConnection.bytes(this.revision)));
			for (int field = 2; field < 7; field++) {
				arguments.add(RedisConnection.bytes(last.text(field)));
			}
			return queues.call(RedisScript.ARRIVE, this.to, arguments)
				// what is known here is for the definition that comes there, if it is
				// another
				.thenCompose((there) -> (there.number(1) > 0) ? forget(queues, "2")
						: CompletableFuture.completedFuture(left));
		});
	}

	/**
	 * Of which revision it is that a queue knows how far a schedule has come.
	 */
	private static long knownOf(Reply left) {
		return left.text(6).isEmpty() ? 0 : left.number(6);
	}

	/**
	 * Fire it no more, wherever it is.
	 * @return whether it was anywhere
	 */
	CompletionStage<Boolean> drop(Queues queues) {
		return forget(queues, "0").thenApply((replies) -> replies.stream().anyMatch((reply) -> reply.number(1) > 0));
	}

	private CompletionStage<List<Reply>> forget(Queues queues, String goesOn) {
		return RedisRecurringJobStore.inTurn(this.from, (queue) -> queues.call(RedisScript.FORGET, queue,
				Stream.of(this.id, this.revision, goesOn).map(RedisConnection::bytes).toList()));
	}

	/**
	 * The former queues, for people.
	 */
	String formers() {
		return String.join(", ", this.from);
	}

	/**
	 * Calls scripts of queues.
	 */
	@FunctionalInterface
	interface Queues {

		CompletionStage<Reply> call(RedisScript script, String queue, List<byte[]> arguments);

	}

}
