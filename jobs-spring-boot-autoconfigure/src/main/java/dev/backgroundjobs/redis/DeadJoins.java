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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.backgroundjobs.core.DeadJoin;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of joins that have died of a script which this process has run.
 */
final class DeadJoins {

	private static final Logger logger = LoggerFactory.getLogger("dev.backgroundjobs.job");

	/** Of workers, which write them to the log, too. */
	private final List<Consumer<DeadJoin>> listeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<DeadJoin>> withoutWorker = new CopyOnWriteArrayList<>();

	Runnable listen(Consumer<DeadJoin> listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	/**
	 * Hear of joins that die while no worker of this process listens.
	 */
	void listenWithoutWorker(Consumer<DeadJoin> listener) {
		this.withoutWorker.add(listener);
	}

	/**
	 * Tell of those that the answer of a script names.
	 * @param reply the answer
	 * @param place where it names them, three a join: id, name, reason
	 */
	void tell(QueuePartition partition, Reply reply, int place) {
		Reply died = (reply.size() > place) ? reply.list(place) : new Reply(List.of());
		for (int k = 0; k + 2 < died.size(); k += 3) {
			String name = died.text(k + 1);
			tell(new DeadJoin(new JobId(partition, died.text(k)), name.isEmpty() ? RedisJobQueries.UNREADABLE : name,
					died.text(k + 2)));
		}
	}

	private void tell(DeadJoin join) {
		if (this.listeners.isEmpty()) {
			logger.error("Job {} '{}' is dead, it has not run: {}", join.name(), join.id(), join.reason());
			this.withoutWorker.forEach((listener) -> tell(listener, join));
		}
		this.listeners.forEach((listener) -> tell(listener, join));
	}

	private static void tell(Consumer<DeadJoin> listener, DeadJoin join) {
		try {
			listener.accept(join);
		}
		catch (RuntimeException ex) {
			// the script has run, whatever a listener makes of it
			logger.error("A listener failed", ex);
		}
	}

}
