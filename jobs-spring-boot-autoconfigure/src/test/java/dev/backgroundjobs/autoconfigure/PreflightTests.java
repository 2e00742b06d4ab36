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

package dev.backgroundjobs.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.core.Preflight;
import dev.backgroundjobs.core.PreflightFinding;
import dev.backgroundjobs.core.PreflightMode;
import dev.backgroundjobs.redis.PreflightFailedException;
import dev.backgroundjobs.redis.RedisConnections;
import dev.backgroundjobs.redis.RedisPreflight;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The look at Redis when the application starts.
 */
@ExtendWith(OutputCaptureExtension.class)
class PreflightTests {

	private static final RedisServer server = RedisServer.start("--appendonly", "yes");

	private static final RedisClient client = RedisClient.create(server.uri());

	private static final RedisCommands<String, String> redis = client.connect().sync();

	private final ApplicationContextRunner runner = runner(server).withPropertyValues("background-jobs.namespace=shop");

	private static ApplicationContextRunner runner(RedisServer server) {
		return JobsContextRunner.on(server)
			.withConfiguration(AutoConfigurations.of(JobsPreflightAutoConfiguration.class))
			.withBean(Mail.class);
	}

	@AfterAll
	static void stop() {
		client.shutdown(Duration.ZERO, Duration.ZERO);
		server.close();
	}

	@AfterEach
	void correct() {
		redis.configSet("maxmemory-policy", "noeviction");
		redis.configSet("appendonly", "yes");
	}

	@Test
	void redisAsItShouldBeIsNotWorthALine(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.preflight.mode=fail").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Preflight.class).findings()).isEmpty();
			assertThat(output).doesNotContain("as background jobs need it");
			assertThat(redis.keys("*preflight*")).isEmpty();
		});
	}

	@Test
	void findingsAreOneTableInTheLog(CapturedOutput output) {
		redis.configSet("maxmemory-policy", "allkeys-lru");
		redis.configSet("appendonly", "no");
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Preflight.class).findings()).extracting(PreflightFinding::check)
				.containsExactly("eviction", "persistence");
			assertThat(output.getOut()).containsOnlyOnce("is not as background jobs need it")
				.contains(
						"""

								  Check       | Found                        | Consequence                     | Cure
								  ----------- | ---------------------------- | ------------------------------- | --------------------------------------
								  eviction    | maxmemory-policy allkeys-lru | a full Redis throws jobs away   | CONFIG SET maxmemory-policy noeviction
								  persistence | appendonly no, no snapshots  | a crash of Redis loses all jobs | CONFIG SET appendonly yes
								""");
		});
	}

	@Test
	void findingsStopTheStartIfWanted() {
		redis.configSet("maxmemory-policy", "allkeys-lru");
		this.runner.withPropertyValues("background-jobs.preflight.mode=fail").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.contains("    - eviction: maxmemory-policy allkeys-lru: a full Redis throws jobs away");
			assertThat(analysis.getAction()).contains("    - eviction: CONFIG SET maxmemory-policy noeviction",
					"background-jobs.preflight.mode=warn");
		});
		this.runner.withPropertyValues("background-jobs.preflight.mode=off").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Preflight.class).findings()).isEmpty();
		});
	}

	@Test
	void missingPermissionsAreNamed() throws IOException {
		Matcher documented = Pattern.compile("^ACL SETUSER jobs (.*)$", Pattern.MULTILINE)
			.matcher(Files.readString(Path.of("../docs/operations.md")));
		assertThat(documented.find()).isTrue();
		user(documented.group(1).split(" "));
		ApplicationContextRunner limited = this.runner.withPropertyValues("spring.data.redis.username=jobs",
				"spring.data.redis.password=secret", "background-jobs.worker.enabled=false");
		limited.run((context) -> assertThat(context.getBean(Preflight.class).findings()).isEmpty());
		user("-zadd", "-lpop", "-info", "-time");
		limited.run((context) -> assertThat(context.getBean(Preflight.class).findings()).singleElement()
			.satisfies((finding) -> {
				assertThat(finding.found()).isEqualTo("the user may not run lpop time zadd");
				assertThat(finding.cure()).isEqualTo("ACL SETUSER <user> +lpop +time +zadd");
			}));
		user("+zadd", "+lpop", "+time", "resetkeys", "~bj:{shop}:*");
		limited.run((context) -> assertThat(context.getBean(Preflight.class).findings()).singleElement()
			.extracting(PreflightFinding::cure)
			.isEqualTo("ACL SETUSER <user> ~bj:{shop.mail}:*"));
		user("-evalsha");
		limited.run(
				(context) -> assertThat(context.getBean(Preflight.class).findings()).extracting(PreflightFinding::found)
					.contains("the user may not run evalsha script|load"));
		assertThat(redis.keys("*preflight*")).isEmpty();
	}

	@Test
	void everyCommandOfTheScriptsIsTried() throws IOException {
		String folder = "src/main/resources/dev/backgroundjobs/redis/";
		TreeSet<String> used = new TreeSet<>();
		try (Stream<Path> scripts = Files.walk(Path.of(folder))) {
			for (Path script : scripts.filter(Files::isRegularFile).toList()) {
				Pattern.compile("redis\\.call\\('([A-Z]+)'")
					.matcher(Files.readString(script))
					.results()
					.forEach((call) -> used.add(call.group(1)));
			}
		}
		// wake-ups can be done without
		used.remove("PUBLISH");
		String preflight = Files.readString(Path.of(folder, "preflight.lua"));
		assertThat(used).hasSizeGreaterThan(20)
			.allSatisfy((command) -> assertThat(preflight).contains("may('" + command + "'"));
	}

	@Test
	void clockIsCompared() {
		this.runner.run((context) -> {
			for (int ahead : new int[] { -60, 60 }) {
				RedisPreflight preflight = new RedisPreflight(context.getBean(RedisConnections.class), List::of,
						PreflightMode.WARN, false, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(ahead)));
				preflight.start();
				assertThat(preflight.findings()).singleElement()
					.extracting(PreflightFinding::found)
					.asString()
					.containsPattern("this process is (59|60) s " + ((ahead < 0) ? "behind" : "ahead of") + " Redis");
				preflight.stop();
			}
		});
	}

	@Test
	void applicationStartsWithoutRedisAndLooksWhenItIsThere(CapturedOutput output) {
		try (RedisServer later = RedisServer.start()) {
			later.kill();
			runner(later).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Preflight.class).findings()).isEmpty();
				later.restart();
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> output.getOut().contains("CONFIG SET appendonly yes"));
				assertThat(context.getBean(Preflight.class).findings()).hasSize(1);
			});
		}
	}

	@Test
	void applicationDoesNotStartWithoutRedisIfWanted() {
		try (RedisServer away = RedisServer.start()) {
			runner(away).withPropertyValues("background-jobs.fail-fast=true", "background-jobs.preflight.mode=off")
				.run((context) -> assertThat(context).hasNotFailed());
			away.kill();
			for (String property : List.of("background-jobs.fail-fast=true", "background-jobs.preflight.mode=fail")) {
				runner(away).withPropertyValues(property).run((context) -> {
					FailureAnalysis analysis = analyze(context.getStartupFailure());
					assertThat(analysis.getDescription()).contains("connection: Redis localhost:" + away.port() + "/0:",
							"nothing can be enqueued or run");
					assertThat(analysis.getAction()).contains("start Redis", "leave background-jobs.fail-fast");
				});
			}
		}
	}

	private static void user(String... rules) {
		CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("jobs");
		for (String rule : rules) {
			arguments.add(rule);
		}
		redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
	}

	private static FailureAnalysis analyze(@Nullable Throwable failure) {
		assertThat(failure).isNotNull().rootCause().isInstanceOf(PreflightFailedException.class);
		FailureAnalysis analysis = new PreflightFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		return analysis;
	}

	static class Mail {

		@BackgroundJob("mail")
		void send() {
		}

	}

}
