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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.lettuce.core.RedisCommandExecutionException;

/**
 * Brings calls to the server, and loses some requests, some replies, and delivers copies
 * of old requests late. The oracle sees all that reaches the server.
 */
class UnreliableServer {

	private final TestQueue queue;

	private final Oracle oracle;

	private final Random random;

	private final List<Call> copies = new ArrayList<>();

	private final Map<RedisScript, Integer> calls = new EnumMap<>(RedisScript.class);

	private double losses = 0.08;

	private boolean full;

	UnreliableServer(TestQueue queue, Oracle oracle, Random random) {
		this.queue = queue;
		this.oracle = oracle;
		this.random = random;
	}

	ScriptReply call(RedisScript script, String... arguments) throws LostCallException {
		Call call = new Call(script, arguments.clone());
		double fate = this.random.nextDouble();
		if (this.random.nextInt(100) < 4) {
			this.copies.add(call);
		}
		if (fate < this.losses / 2) {
			throw new LostCallException();
		}
		ScriptReply reply = execute(call);
		if (fate < this.losses) {
			throw new LostCallException();
		}
		return reply;
	}

	private ScriptReply execute(Call call) throws LostCallException {
		this.calls.merge(call.script(), 1, Integer::sum);
		try {
			ScriptReply reply = this.queue.run(call.script(), call.arguments());
			this.oracle.saw(call.script(), call.arguments(), reply);
			return reply;
		}
		catch (RedisCommandExecutionException ex) {
			boolean creates = call.script() == RedisScript.ENQUEUE || call.script() == RedisScript.FIRE;
			if (this.full && creates && String.valueOf(ex.getMessage()).contains("OOM")) {
				throw new LostCallException();
			}
			throw ex;
		}
	}

	/**
	 * Now and then a copy of an old request arrives, or the server forgets its scripts.
	 */
	void haunt() {
		if (!this.copies.isEmpty() && this.random.nextInt(5) == 0) {
			try {
				execute(this.copies.remove(this.random.nextInt(this.copies.size())));
			}
			catch (LostCallException ex) {
				// a late copy that a full server refuses has no client to hear of it
			}
		}
		if (this.random.nextInt(500) == 0) {
			this.queue.redis().scriptFlush();
		}
	}

	/**
	 * Connections broke: no copy of an old request will arrive any more.
	 */
	void forgetCopies() {
		this.copies.clear();
	}

	void calmDown() {
		this.losses = 0;
		forgetCopies();
		full(false);
		String[] resume = { "0", "" };
		this.oracle.saw(RedisScript.PAUSE, resume, this.queue.run(RedisScript.PAUSE, resume));
	}

	TestQueue queue() {
		return this.queue;
	}

	void full(boolean isFull) {
		this.queue.redis().configSet("maxmemory", isFull ? "1" : "0");
		this.full = isFull;
		this.oracle.full(isFull);
	}

	boolean full() {
		return this.full;
	}

	@Override
	public String toString() {
		return "calls " + this.calls;
	}

	private record Call(RedisScript script, String[] arguments) {

	}

}
