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
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Claims, renews and settles in any order, crashes, and pauses for longer than a lease
 * only to go on as if nothing had happened. Some jobs kill it, most of them when they run
 * alone.
 */
class SimulatedWorker {

	static final int LEASE = 40;

	private final UnreliableServer server;

	private final Random random;

	private String id = "";

	private long sequence;

	/** Token -> id -> record. */
	private final Map<String, Map<String, String>> held = new LinkedHashMap<>();

	/** Jobs of leases that this worker was told to stop; it heeds some of that. */
	private final Set<String> cancelled = new HashSet<>();

	private List<String[]> unconfirmed = List.of();

	private long pausedUntil;

	private boolean calm;

	private String @Nullable [] old;

	SimulatedWorker(UnreliableServer server, Random random) {
		this.server = server;
		this.random = random;
		restart();
	}

	private void restart() {
		this.id = "w" + Long.toHexString(this.random.nextLong());
		this.sequence = 1;
		this.held.clear();
		this.unconfirmed = List.of();
		this.pausedUntil = System.nanoTime();
	}

	/**
	 * No more crashes, pauses and failures.
	 */
	void calmDown() {
		this.calm = true;
		this.pausedUntil = System.nanoTime();
	}

	boolean paused() {
		return System.nanoTime() - this.pausedUntil < 0;
	}

	Set<String> tokens() {
		return Set.copyOf(this.held.keySet());
	}

	void step() {
		int fate = this.calm ? 1000 : this.random.nextInt(1000);
		if (paused()) {
			return;
		}
		if (fate < 4) {
			restart();
		}
		else if (fate < 8) {
			this.pausedUntil = System.nanoTime() + LEASE * 2_200_000L;
		}
		else {
			work();
		}
	}

	private void work() {
		if (!this.calm && poisoned()) {
			restart();
			return;
		}
		if (this.random.nextBoolean()) {
			renew();
		}
		if (this.random.nextInt(4) == 0) {
			report();
		}
		if (this.held.size() < 3 && this.random.nextBoolean()) {
			claim(this.random.nextInt(10) > 0);
		}
		else if (!this.held.isEmpty()) {
			settle();
		}
	}

	private void report() {
		for (Map.Entry<String, Map<String, String>> claim : this.held.entrySet()) {
			for (String job : claim.getValue().keySet()) {
				try {
					this.server.call(RedisScript.REPORT, "3", "99", job, claim.getKey(), "1", "1 2 ", "0 line\n");
				}
				catch (LostCallException ex) {
					// nobody says it again
				}
			}
		}
	}

	private boolean poisoned() {
		for (Map.Entry<String, Map<String, String>> claim : this.held.entrySet()) {
			for (String job : claim.getValue().keySet()) {
				if (job.hashCode() % 11 == 0 && this.random.nextInt(4) == 0) {
					return this.random.nextInt(8) == 0 || startAlone(job, claim.getKey());
				}
			}
		}
		return false;
	}

	private boolean startAlone(String job, String token) {
		try {
			String[] start = TestQueue.startAlone(job, token, this.random.nextInt(2 * LEASE));
			boolean ours = this.server.call(RedisScript.SETTLE, start).texts(2).isEmpty();
			return ours && this.random.nextInt(3) > 0;
		}
		catch (LostCallException ex) {
			return false;
		}
	}

	/**
	 * Renew all leases.
	 * @return whether the server answered
	 */
	boolean renew() {
		if (this.held.isEmpty()) {
			return true;
		}
		try {
			Stream<String> arguments = Stream.concat(Stream.of(String.valueOf(LEASE)), this.held.keySet().stream());
			ScriptReply reply = this.server.call(RedisScript.RENEW, arguments.toArray(String[]::new));
			reply.texts(2).forEach(this.held::remove);
			for (int k = 0; k < reply.texts(3).size(); k += 2) {
				this.cancelled.add(reply.texts(3).get(k) + " " + reply.texts(3).get(k + 1));
			}
			return true;
		}
		catch (LostCallException ex) {
			return false;
		}
	}

	void claim(boolean recover) {
		int slots = new int[] { 0, 1, 4, 9 }[this.random.nextInt(4)];
		ClaimCall call = ClaimCall.of(this.id, this.sequence, slots)
			.lease(LEASE)
			.recover(recover)
			.channel(this.id)
			.atMost(this.random.nextInt(300), 4 + this.random.nextInt(10));
		try {
			ScriptReply reply = this.server.call(RedisScript.CLAIM, call.arguments(this.random.nextInt(3)));
			if (reply.status().equals("OK")) {
				take(call.token(), reply);
			}
			else if (reply.status().equals("OLD")) {
				this.sequence = reply.number(1) + 1;
			}
		}
		catch (LostCallException ex) {
			// the next claim has the same number
		}
	}

	private void take(String token, ScriptReply reply) {
		Map<String, String> jobs = new LinkedHashMap<>();
		for (int k = 0; k < reply.texts(3).size(); k++) {
			jobs.put(reply.texts(3).get(k), reply.texts(4).get(k));
		}
		this.held.values().forEach((earlier) -> earlier.keySet().removeAll(jobs.keySet()));
		this.held.values().removeIf(Map::isEmpty);
		this.held.put(token, jobs);
		this.sequence++;
	}

	private void settle() {
		if (this.unconfirmed.isEmpty()) {
			this.unconfirmed = outcomes();
		}
		try {
			this.server.call(RedisScript.SETTLE, TestQueue.together(this.unconfirmed));
			this.old = this.unconfirmed.get(0);
			for (String[] outcome : this.unconfirmed) {
				this.held.getOrDefault(outcome[1], new LinkedHashMap<>()).remove(outcome[0]);
			}
			this.held.values().removeIf(Map::isEmpty);
			this.unconfirmed = List.of();
		}
		catch (LostCallException ex) {
			// sent again until it is answered
		}
	}

	private List<String[]> outcomes() {
		List<String[]> all = new ArrayList<>();
		this.held.forEach((token, jobs) -> jobs.forEach((job, record) -> all.add(outcome(job, token, record))));
		Collections.shuffle(all, this.random);
		List<String[]> some = new ArrayList<>(all.subList(0, 1 + this.random.nextInt(all.size())));
		String[] repeated = this.old;
		if (repeated != null && some.stream().noneMatch((outcome) -> outcome[0].equals(repeated[0]))) {
			some.add(this.random.nextInt(some.size()), repeated);
		}
		return some;
	}

	private String[] outcome(String job, String token, String record) {
		int fate = this.calm ? 99 : this.random.nextInt(100);
		if (this.cancelled.remove(token + " " + job) && fate < 50) {
			return TestQueue.cancelled(job, token, 1 + this.random.nextInt(100));
		}
		if (fate < 8) {
			return TestQueue.retry(job, token, this.random.nextInt(30));
		}
		if (fate < 11) {
			return TestQueue.bury(job, token);
		}
		if (fate < 18) {
			return TestQueue.release(job, token, this.random.nextBoolean());
		}
		if (fate < 22) {
			long delay = this.random.nextInt(30);
			return (fate < 20) ? TestQueue.park(job, token, delay) : TestQueue.unknown(job, token, delay);
		}
		if (fate < 27) {
			return TestQueue.snooze(job, token, this.random.nextInt(30));
		}
		boolean keep = TestQueue.isRetained(record);
		if (!Chain.successorOfStored(record).isEmpty()) {
			return keep ? Chain.proceedAndKeep(job, token, 1 + this.random.nextInt(100), record, "result")
					: Chain.proceed(job, token, "result");
		}
		return keep ? TestQueue.keep(job, token, 1 + this.random.nextInt(100), record)
				: UniqueRecord.complete(job, token, record);
	}

}
