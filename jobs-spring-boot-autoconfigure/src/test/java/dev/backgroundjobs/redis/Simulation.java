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
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.testing.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One run: who acts next, and what goes wrong, is drawn from a seed. There is one thread,
 * and the server's clock is the real one, so a seed replays the choices, not the timing.
 */
class Simulation implements AutoCloseable {

	private static final int STEPS = 3500;

	private final TestQueue queue;

	private final Random random;

	private final Oracle oracle;

	private final UnreliableServer server;

	private final SimulatedOperator operator;

	private final List<SimulatedProducer> producers;

	private final List<SimulatedWorker> workers;

	/** Another partition, to which some steps of chains go, and from there back. */
	private final Oracle otherOracle;

	private final UnreliableServer otherServer;

	private final List<SimulatedWorker> otherWorkers;

	private final SimulatedRelay relay;

	private final ChainStories.Journeys journeys = new ChainStories.Journeys();

	private int step;

	Simulation(RedisServer redis, long seed) {
		this.queue = new TestQueue(redis);
		this.random = new Random(seed);
		this.oracle = new Oracle(this.queue, this.journeys);
		this.server = new UnreliableServer(this.queue, this.oracle, this.random);
		this.operator = new SimulatedOperator(this.server, this.oracle, this.queue, this.random);
		this.producers = Stream.generate(() -> new SimulatedProducer(this.server, this.oracle, this.random))
			.limit(3)
			.toList();
		this.workers = Stream.generate(() -> new SimulatedWorker(this.server, this.random)).limit(4).toList();
		TestQueue other = this.queue.beside(new QueuePartition("image", 3));
		this.otherOracle = new Oracle(other, this.journeys);
		this.otherServer = new UnreliableServer(other, this.otherOracle, this.random);
		this.otherWorkers = Stream.generate(() -> new SimulatedWorker(this.otherServer, this.random)).limit(2).toList();
		this.relay = new SimulatedRelay(this.random, this.server, this.otherServer);
	}

	int step() {
		return this.step;
	}

	void run() {
		while (this.step++ < STEPS) {
			act(this.random.nextInt(100));
			this.server.haunt();
			this.otherServer.haunt();
			if (this.step % 50 == 0) {
				this.oracle.check();
				this.otherOracle.check();
			}
			if (this.step % 1200 == 0) {
				outage();
			}
		}
		drain();
	}

	private void act(int choice) {
		if (choice < 25) {
			any(this.producers).step();
		}
		else if (choice < 78) {
			any(this.workers).step();
		}
		else if (choice < 88) {
			any(this.otherWorkers).step();
		}
		else if (choice < 90) {
			this.relay.step();
		}
		else {
			this.operator.step();
		}
	}

	/**
	 * The server is away for three leases. Afterwards claims recover nothing until every
	 * owner that lives has renewed: no job is taken from it. (Some had lost their lease
	 * before, and learn it now.)
	 */
	private void outage() {
		this.server.forgetCopies();
		this.queue.pass(3 * SimulatedWorker.LEASE);
		List<SimulatedWorker> owners = new ArrayList<>(this.workers);
		owners.removeIf(SimulatedWorker::paused);
		List<String> safe = owners.stream()
			.flatMap((worker) -> worker.tokens().stream())
			.filter((token) -> this.queue.redis().zscore(this.queue.key("l"), token) != null)
			.toList();
		this.oracle.leases().safe(safe);
		Collections.shuffle(owners, this.random);
		while (!owners.isEmpty()) {
			any(this.workers).claim(false);
			if (owners.get(0).renew()) {
				owners.remove(0);
			}
		}
		assertThat(this.workers.stream().flatMap((worker) -> worker.tokens().stream())).as("leases after an outage")
			.containsAll(safe);
		this.oracle.check();
		this.oracle.leases().safe(List.of());
		this.server.forgetCopies();
	}

	/**
	 * Once nothing goes wrong any more every job comes to its end.
	 */
	private void drain() {
		this.server.calmDown();
		this.otherServer.calmDown();
		this.workers.forEach(SimulatedWorker::calmDown);
		this.otherWorkers.forEach(SimulatedWorker::calmDown);
		this.relay.calmDown();
		while (this.producers.stream().anyMatch(SimulatedProducer::waiting)) {
			this.producers.stream().filter(SimulatedProducer::waiting).forEach(SimulatedProducer::step);
		}
		long deadline = this.queue.now() + 20_000;
		while (unfinished() > 0) {
			makeDue();
			this.workers.forEach(SimulatedWorker::step);
			this.otherWorkers.forEach(SimulatedWorker::step);
			this.relay.step();
			assertThat(this.queue.now()).as("%s unfinished jobs", unfinished()).isLessThan(deadline);
		}
		this.journeys.checkAtTheEnd();
		nothingIsLeft(this.oracle);
		nothingIsLeft(this.otherOracle);
	}

	private void makeDue() {
		for (Oracle one : List.of(this.oracle, this.otherOracle)) {
			one.queue().makeDue("t");
			one.dueNow();
		}
	}

	private static void nothingIsLeft(Oracle oracle) {
		oracle.check();
		oracle.chains().checkAtTheEnd();
		assertThat(oracle.stories().values())
			.allMatch((story) -> story.dead() || story.ended() || story.predecessor() != null);
		for (String key : List.of("i", "c", "n", "l", "o")) {
			assertThat(oracle.queue().redis().exists(oracle.queue().key(key))).as(key).isZero();
		}
	}

	/**
	 * Jobs that somebody has to work on, here or elsewhere, or to bring there.
	 */
	private long unfinished() {
		return Stream.of(this.oracle.queue(), this.otherOracle.queue())
			.mapToLong((partition) -> partition.unfinished() - partition.redis().hlen(partition.key("wt"))
					+ partition.redis().zcard(partition.key("o")))
			.sum();
	}

	private <T> T any(List<T> all) {
		return all.get(this.random.nextInt(all.size()));
	}

	@Override
	public String toString() {
		return this.server + ", other " + this.otherServer + ", counters "
				+ this.queue.redis().hgetall(this.queue.key("s"));
	}

	@Override
	public void close() {
		this.queue.redis().configSet("maxmemory", "0");
		this.queue.close();
	}

}
