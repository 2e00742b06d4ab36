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

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Brings what is in the outboxes to the partitions it is for, and stops between any two
 * of its calls.
 */
class SimulatedRelay {

	private final Map<String, UnreliableServer> servers = new HashMap<>();

	private final Random random;

	private boolean calm;

	SimulatedRelay(Random random, UnreliableServer... servers) {
		this.random = random;
		for (UnreliableServer server : servers) {
			this.servers.put(name(server), server);
		}
	}

	private static String name(UnreliableServer server) {
		return server.queue().partition().queue() + "~" + server.queue().partition().number();
	}

	void calmDown() {
		this.calm = true;
	}

	void step() {
		this.servers.values().forEach((source) -> {
			try {
				bringAway(source);
			}
			catch (LostCallException ex) {
				// whoever comes next begins again
			}
		});
	}

	private void bringAway(UnreliableServer source) throws LostCallException {
		ScriptReply read = source.call(RedisScript.RELAY, "read", "");
		Set<String> begun = new HashSet<>();
		for (Message message : read.texts(2).stream().map(Message::parse).toList()) {
			if (dies()) {
				return;
			}
			boolean received = deliver(source, message, begun.add(message.target()));
			if (dies()) {
				return;
			}
			if (received) {
				source.call(RedisScript.RELAY, "done", message.number());
			}
		}
	}

	/**
	 * One that is lost does not keep the others waiting.
	 */
	private boolean deliver(UnreliableServer source, Message message, boolean first) {
		try {
			ScriptReply reply = Objects.requireNonNull(this.servers.get(message.target()))
				.call(RedisScript.RECEIVE, name(source), message.number(), message.previous(), first ? "1" : "0",
						message.jobs());
			return List.of("OK", "DUP").contains(reply.status());
		}
		catch (LostCallException ex) {
			return false;
		}
	}

	private boolean dies() {
		return !this.calm && this.random.nextInt(8) == 0;
	}

}
