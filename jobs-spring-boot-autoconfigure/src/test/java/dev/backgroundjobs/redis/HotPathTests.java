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

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a job costs that is neither unique nor part of a chain, that nobody awaits, and of
 * which nothing is kept: the commands that its scripts call. Whoever adds one to the path
 * of all jobs has to say so here.
 */
class HotPathTests {

	private static final Pattern CALLS = Pattern.compile("cmdstat_(\\w+):calls=(\\d+)");

	private RedisServer server;

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.server = RedisServer.start();
		this.queue = new TestQueue(this.server);
	}

	@AfterEach
	void close() {
		this.queue.close();
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 100 })
	void plainJobsCostSoManyCommandsHoweverManyThereAre(int jobs) {
		// the first claim of a minute tidies up, and the first jobs find no keys
		enqueue("first", 1);
		this.queue.claim("w", 1, 1);
		settle("first", 1, 1);
		assertThat(callsOf(() -> enqueue("job", jobs))).as("enqueue").hasSize(15);
		assertThat(callsOf(() -> this.queue.claim("w", 2, jobs))).as("claim").hasSize(31);
		assertThat(callsOf(() -> settle("job", jobs, 2))).as("settle").hasSize(20);
	}

	private void enqueue(String name, int jobs) {
		this.queue.enqueue("0", ids(name, jobs).toArray(String[]::new));
	}

	private void settle(String name, int jobs, int claim) {
		this.queue.settle(ids(name, jobs).map((id) -> TestQueue.complete(id, "w:" + claim)).toArray(String[][]::new));
	}

	private static Stream<String> ids(String name, int jobs) {
		return IntStream.range(0, jobs).mapToObj((k) -> name + "-" + k);
	}

	/**
	 * The commands that a script calls, each as often as it is called.
	 */
	private List<String> callsOf(Runnable script) {
		this.queue.redis().configResetstat();
		script.run();
		return CALLS.matcher(this.queue.redis().info("commandstats"))
			.results()
			.filter((line) -> !line.group(1).matches("evalsha|script|config|info|eval"))
			.flatMap((line) -> Collections.nCopies(Integer.parseInt(line.group(2)), line.group(1)).stream())
			.sorted()
			.toList();
	}

}
