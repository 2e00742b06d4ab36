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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Enqueues batches, repeats those without an answer, and abandons some: it then sends the
 * batch empty until that is answered. Some do not fit into the queue.
 */
class SimulatedProducer {

	static final String[] NAMES = { "Mails.send", "Orders.pay" };

	private final UnreliableServer server;

	private final Oracle oracle;

	private final Random random;

	private String id;

	private long sequence = 1;

	private int jobs;

	private List<String> pending = List.of();

	private boolean waiting;

	private boolean emptied;

	SimulatedProducer(UnreliableServer server, Oracle oracle, Random random) {
		this.server = server;
		this.oracle = oracle;
		this.random = random;
		this.id = "p" + Long.toHexString(random.nextLong());
	}

	boolean waiting() {
		return this.waiting;
	}

	void step() {
		if (!this.waiting) {
			this.pending = batch();
			this.waiting = true;
		}
		else if (!this.emptied && this.random.nextInt(8) == 0) {
			this.emptied = true;
		}
		List<String> arguments = this.emptied ? List.of(this.id, String.valueOf(this.sequence), "", "") : this.pending;
		try {
			answered(this.server.call(RedisScript.ENQUEUE, arguments.toArray(String[]::new)));
		}
		catch (LostCallException ex) {
			// sent again, until it is answered
		}
	}

	private void answered(ScriptReply reply) {
		assertThat(this.oracle.applied(this.id, this.sequence)).as("jobs of a batch that was answered with " + reply)
			.isEqualTo(applied(reply));
		this.waiting = false;
		this.emptied = false;
		this.sequence++;
		if (this.random.nextInt(100) == 0) {
			this.id = "p" + Long.toHexString(this.random.nextLong());
			this.sequence = 1;
		}
	}

	private @Nullable Integer applied(ScriptReply reply) {
		int whole = (this.pending.size() - 4) / 3;
		return switch (reply.status()) {
			case "FULL", "TAKEN" -> null;
			case "DUP" ->
				(reply.number(2) == 2) ? null : (reply.number(2) == 1) ? Integer.valueOf(0) : Integer.valueOf(whole);
			default -> this.emptied ? 0 : whole;
		};
	}

	private List<String> batch() {
		boolean unique = this.random.nextInt(4) == 0;
		boolean check = this.random.nextInt(3) == 0;
		if (this.random.nextInt(4) == 0) {
			return this.random.nextBoolean() ? chain(check) : fanOut(check);
		}
		String mode = unique ? "unique " + (1 + this.random.nextInt(100)) : check ? "check" : "";
		List<String> batch = new ArrayList<>(List.of(this.id, String.valueOf(this.sequence), mode, capacity()));
		int size = new int[] { 1, 1, 3, 10 }[this.random.nextInt(4)];
		Set<String> ids = new LinkedHashSet<>();
		for (int k = 0; k < size; k++) {
			ids.add(check ? "order-" + this.random.nextInt(40) : this.id + "-" + ++this.jobs);
		}
		for (String job : ids) {
			int flags = (this.random.nextInt(4) == 0) ? TestQueue.RETAINED : 0;
			String due = this.random.nextBoolean() ? "0" : "+" + this.random.nextInt(60);
			batch.addAll(List.of((unique && this.random.nextInt(4) > 0) ? unique(job, record(flags), due)
					: TestQueue.job(job, record(flags), due)));
		}
		return batch;
	}

	/**
	 * Up to five steps, here and elsewhere.
	 */
	private List<String> chain(boolean check) {
		List<String> batch = new ArrayList<>(
				List.of(this.id, String.valueOf(this.sequence), check ? "check" : "", capacity()));
		String common = this.id + "-" + ++this.jobs;
		String first = check ? "order-" + this.random.nextInt(40) : common;
		List<String> ids = new ArrayList<>(List.of("mail~0~" + first));
		for (int k = 2; k < 3 + this.random.nextInt(4); k++) {
			ids.add((this.random.nextBoolean() ? "mail~0~" : "image~3~") + common + "." + k);
		}
		Chain chain = new Chain(ids, (this.random.nextInt(4) == 0) ? TestQueue.RETAINED : 0,
				(this.random.nextInt(5) == 0) ? 1 + this.random.nextInt(60) : 0, "0");
		for (String[] step : chain.jobs()) {
			batch.addAll(List.of(step));
		}
		return batch;
	}

	/**
	 * Up to four children, here and elsewhere, and their join, with or without a step
	 * behind it.
	 */
	private List<String> fanOut(boolean check) {
		List<String> batch = new ArrayList<>(
				List.of(this.id, String.valueOf(this.sequence), check ? "check" : "", capacity()));
		String family = this.id + "-" + ++this.jobs;
		String[] children = new String[1 + this.random.nextInt(4)];
		for (int k = 0; k < children.length; k++) {
			children[k] = ((this.random.nextInt(3) > 0) ? "mail~0~" : "image~3~") + family + ".c" + (k + 1);
		}
		FanOut fanOut = new FanOut("mail~0~" + (check ? "order-" + this.random.nextInt(40) : family + "j"),
				List.of(children), "AFS".substring(this.random.nextInt(3)).substring(0, 1),
				1 + this.random.nextInt(1000), (this.random.nextInt(4) == 0) ? TestQueue.RETAINED : 0,
				(this.random.nextInt(5) == 0) ? 1 + this.random.nextInt(60) : 0,
				this.random.nextBoolean() ? "0" : "+" + this.random.nextInt(60));
		String[] step = this.random.nextBoolean() ? new String[] { "mail~0~" + family + ".2" } : new String[0];
		for (String[] job : fanOut.jobs(step)) {
			batch.addAll(List.of(job));
		}
		return batch;
	}

	/**
	 * Most leave it at the job there is; few refuse, because that refuses their batch.
	 */
	private String[] unique(String job, String record, String due) {
		String how = String.valueOf("EERRDDDX".charAt(this.random.nextInt(8)));
		String lock = "FST".charAt(this.random.nextInt(3)) + "key-" + this.random.nextInt(12);
		return TestQueue.job(job, UniqueRecord.of(record, lock), due + " " + how + " " + (1 + this.random.nextInt(80)));
	}

	/**
	 * Now and then there is little room, or none.
	 */
	private String capacity() {
		return (this.random.nextInt(4) == 0) ? String.valueOf(this.oracle.unfinished() + this.random.nextInt(6)) : "";
	}

	private String record(int flags) {
		String name = NAMES[this.random.nextInt(NAMES.length)];
		String body = "\0" + (char) name.length() + name + "\0\0[]";
		int level = this.random.nextInt(3);
		return (this.random.nextInt(5) == 0) ? TestQueue.expiring(level, flags, 1 + this.random.nextInt(60), body)
				: TestQueue.record(level, flags, body);
	}

}
