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

import java.util.stream.LongStream;

import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the scripts through every fault that can be drawn from a seed. The system property
 * {@code jobs.simulation.seed} repeats one seed, {@code jobs.simulation.seeds} says how
 * many are tried.
 */
class SimulationTests {

	private static RedisServer server;

	@BeforeAll
	static void start() {
		server = RedisServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	static LongStream seeds() {
		Long seed = Long.getLong("jobs.simulation.seed");
		return (seed != null) ? LongStream.of(seed)
				: LongStream.rangeClosed(1, Long.getLong("jobs.simulation.seeds", 5));
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void losesNothingAndRunsNothingTwice(long seed) {
		try (Simulation simulation = new Simulation(server, seed)) {
			try {
				simulation.run();
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("Seed " + seed + ", step " + simulation.step() + ": " + ex.getMessage()
						+ System.lineSeparator() + "Repeat with -Djobs.simulation.seed=" + seed, ex);
			}
		}
	}

}
