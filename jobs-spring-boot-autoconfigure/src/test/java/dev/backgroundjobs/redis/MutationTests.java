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
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import dev.backgroundjobs.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes the guards out of the scripts, one at a time, and sees whether the tests notice:
 * some seed of the simulation, or a test of the scripts' contracts. With
 * {@code -Djobs.mutations=all} it tries every entry of {@code mutations.txt}.
 */
class MutationTests {

	private static final Logger logger = LoggerFactory.getLogger(MutationTests.class);

	private static final int SEEDS = 5;

	private static RedisServer server;

	@BeforeAll
	static void start() {
		server = RedisServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@AfterEach
	void restoreScripts() {
		System.clearProperty(Mutation.PROPERTY);
	}

	static Stream<Mutation> mutations() {
		String wanted = System.getProperty("jobs.mutations", "anybody settles,a repeated batch is applied again");
		return wanted.equals("all") ? half(0)
				: Mutation.all()
					.stream()
					.filter((mutation) -> Stream.of(wanted.split(",")).anyMatch(mutation.name()::contains));
	}

	/**
	 * Every other mutation: two classes run in two processes, each with scripts of its
	 * own.
	 */
	static Stream<Mutation> half(int first) {
		List<Mutation> all = Mutation.all();
		return IntStream.iterate(first, (k) -> k < all.size(), (k) -> k + 2).mapToObj(all::get);
	}

	@Test
	void eachMutationChangesOnePlaceAndStillCompiles() {
		assertThat(Mutation.all()).hasSizeGreaterThan(50)
			.allSatisfy((mutation) -> assertThat(mutation.occurrences()).isEqualTo(1))
			.extracting(Mutation::name)
			.doesNotHaveDuplicates();
		try (TestQueue queue = new TestQueue(server)) {
			for (Mutation mutation : Mutation.all()) {
				for (RedisScript script : RedisScript.values()) {
					queue.redis().scriptLoad(mutation.in(script).getBytes(StandardCharsets.UTF_8));
				}
			}
		}
	}

	@BreaksData("the scripts that are run lack a guard")
	@ParameterizedTest(name = "{0}")
	@MethodSource("mutations")
	void isNoticed(Mutation mutation) {
		System.setProperty(Mutation.PROPERTY, mutation.name());
		String noticed = mutation.leftToContracts() ? noticedByContracts(mutation.contract())
				: noticedBySimulation(1, SEEDS);
		if (noticed == null) {
			noticed = noticedByContracts(".*(ScriptTests|WakeUpTests)");
		}
		if (noticed == null && !mutation.leftToContracts()) {
			// whether a seed gets there depends on what else there is to do
			noticed = noticedBySimulation(SEEDS + 1, 3 * SEEDS);
		}
		assertThat(noticed).as("%s: what notices it", mutation).isNotNull();
		logger.info("{}: {}", mutation, StringUtils.truncate(String.valueOf(noticed), 200));
	}

	private static @Nullable String noticedBySimulation(int first, int last) {
		return LongStream.rangeClosed(first, last)
			.mapToObj(MutationTests::failureOf)
			.filter((failure) -> !failure.isEmpty())
			.findFirst()
			.orElse(null);
	}

	private static String failureOf(long seed) {
		try (Simulation simulation = new Simulation(server, seed)) {
			try {
				simulation.run();
				return "";
			}
			catch (AssertionError | RuntimeException ex) {
				return "seed " + seed + ", step " + simulation.step() + ": " + ex.getMessage();
			}
		}
	}

	private static @Nullable String noticedByContracts(String classes) {
		LauncherDiscoveryRequest contracts = LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectPackage("dev.backgroundjobs.redis"))
			.filters(ClassNameFilter.includeClassNamePatterns(classes))
			.build();
		FirstFailure failure = new FirstFailure();
		LauncherFactory.create()
			.execute(LauncherExecutionRequestBuilder.request(contracts)
				.cancellationToken(failure.token)
				.listeners(failure)
				.build());
		return failure.text;
	}

	/**
	 * Hears of the tests that fail, and ends the run with the first.
	 */
	private static final class FirstFailure implements TestExecutionListener {

		private final CancellationToken token = CancellationToken.create();

		private @Nullable String text;

		@Override
		public void executionFinished(TestIdentifier test, TestExecutionResult result) {
			result.getThrowable().filter((failure) -> this.text == null).ifPresent((failure) -> {
				this.text = test.getUniqueId().replaceAll(".*class:[\\w.]*\\.(\\w+)].*", "$1") + ", "
						+ test.getDisplayName() + ": " + failure.getMessage();
				this.token.cancel();
			});
		}

	}

}
