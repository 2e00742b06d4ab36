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

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Connections, namespace and retention, as Redis sees them.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobsRedisAutoConfigurationTests {

	private final String namespace = "test-" + UUID.randomUUID();

	private final ApplicationContextRunner runner = on(RedisServer.shared());

	@Test
	void processHasFourNamedConnections() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			JobHandle<Void> handle = mail.send();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			String prefix = "jobs-" + this.namespace + "-";
			redis(RedisServer.shared().uri(),
					(redis) -> await().untilAsserted(
							() -> assertThat(clients(redis, this.namespace)).extracting((client) -> client[0])
								.containsExactlyInAnyOrder(prefix + "enqueue", prefix + "work", prefix + "lease",
										prefix + "wake-up")));
		});
	}

	@Test
	void connectionsEndWithTheContext() {
		this.runner.run((context) -> context.getBean(Mail.class).send());
		redis(RedisServer.shared().uri(),
				(redis) -> await().untilAsserted(() -> assertThat(clients(redis, this.namespace)).isEmpty()));
	}

	@Test
	void userPasswordAndDatabaseCarryOver() {
		try (RedisServer redis = RedisServer.start("--user", "jobs", "on", ">secret", "~*", "&*", "+@all")) {
			on(redis)
				.withPropertyValues("spring.data.redis.username=jobs", "spring.data.redis.password=secret",
						"spring.data.redis.database=3")
				.run((context) -> {
					JobHandle<Void> handle = context.getBean(Mail.class).send();
					await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
					redis(redis.uri(), (commands) -> {
						assertThat(clients(commands, this.namespace)).isNotEmpty().allSatisfy((client) -> {
							assertThat(client[1]).isEqualTo("3");
							assertThat(client[2]).isEqualTo("jobs");
						});
						assertThat(commands.dbsize()).isZero();
					});
				});
		}
	}

	@Test
	void passwordWithoutUserCarriesOver() {
		try (RedisServer redis = RedisServer.start()) {
			redis(redis.uri(), (commands) -> commands.configSet("requirepass", "secret"));
			on(redis).withPropertyValues("spring.data.redis.url=redis://:secret@localhost:" + redis.port())
				.run((context) -> assertThat(context.getBean(Mail.class).send().state()).isNotNull());
		}
	}

	@Test
	void namespaceIsThatOfTheProperty() {
		this.runner.withPropertyValues("spring.application.name=not-this").run((context) -> {
			context.getBean(Mail.class).send();
			redis(RedisServer.shared().uri(),
					(redis) -> assertThat(redis.keys("bj:{" + this.namespace + ".mail}:*")).isNotEmpty());
		});
	}

	@Test
	void namespaceIsTheApplicationsNameOtherwise() {
		String name = "shop-" + UUID.randomUUID();
		this.runner.withPropertyValues("background-jobs.namespace=", "spring.application.name=" + name)
			.run((context) -> {
				context.getBean(Mail.class).send();
				redis(RedisServer.shared().uri(),
						(redis) -> assertThat(redis.keys("bj:{" + name + ".mail}:*")).isNotEmpty());
			});
	}

	@Test
	void withoutNamespaceAndNameThereIsAWarning(CapturedOutput output) {
		this.runner
			.withPropertyValues("background-jobs.namespace=", "spring.application.name=",
					"background-jobs.worker.enabled=false")
			.run((context) -> {
				JobHandle<Void> handle = context.getBean(Mail.class).send();
				redis(RedisServer.shared().uri(),
						(redis) -> assertThat(redis.keys("bj:{application.mail}:*")).isNotEmpty());
				assertThat(handle.cancel()).isTrue();
				assertThat(output).contains("WARN")
					.contains("set spring.application.name or background-jobs.namespace");
			});
	}

	@Test
	void callerWaitsAsLongAsTheEnqueueTimeout() {
		try (RedisServer redis = RedisServer.start()) {
			on(redis)
				.withPropertyValues("background-jobs.enqueue.timeout=300ms", "background-jobs.worker.enabled=false")
				.run((context) -> {
					Mail mail = context.getBean(Mail.class);
					mail.send();
					redis.signal("STOP");
					try {
						assertThatExceptionOfType(EnqueueOutcomeUnknownException.class).isThrownBy(mail::send)
							.withMessageContaining("within PT0.3S");
					}
					finally {
						redis.signal("CONT");
					}
				});
		}
	}

	@Test
	void succeededJobIsKeptAsLongAsItsRetention() {
		this.runner.withPropertyValues("background-jobs.retention.succeeded=0s").run((context) -> {
			JobHandle<Void> handle = context.getBean(Mail.class).send();
			await().untilAsserted(() -> assertThat(handle.info()).isNull());
		});
	}

	@Test
	void deadJobIsKeptAsLongAsItsRetention() {
		this.runner.withPropertyValues("background-jobs.retention.dead=1s", "background-jobs.worker.poll-interval=50ms")
			.run((context) -> {
				JobHandle<Void> handle = context.getBean(Mail.class).fail();
				await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
				redis(RedisServer.shared().uri(), (redis) -> await().untilAsserted(() -> {
					// tidying is done once a minute
					redis.hdel("bj:{" + this.namespace + ".mail}:m", "jn");
					assertThat(handle.info()).isNull();
				}));
			});
	}

	private ApplicationContextRunner on(RedisServer redis) {
		return JobsContextRunner.on(redis)
			.withBean(Mail.class)
			.withPropertyValues("background-jobs.namespace=" + this.namespace);
	}

	private static void redis(RedisURI uri, Consumer<RedisCommands<String, String>> action) {
		RedisClient client = RedisClient.create(uri);
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			action.accept(connection.sync());
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	/**
	 * Name, database and user of the connections of a namespace.
	 */
	private static List<String[]> clients(RedisCommands<String, String> redis, String namespace) {
		return redis.clientList()
			.lines()
			.map((line) -> new String[] { field(line, "name"), field(line, "db"), field(line, "user") })
			.filter((client) -> client[0].startsWith("jobs-" + namespace + "-"))
			.toList();
	}

	private static String field(String line, String name) {
		return Arrays.stream(line.split(" "))
			.filter((field) -> field.startsWith(name + "="))
			.map((field) -> field.substring(name.length() + 1))
			.findFirst()
			.orElse("");
	}

	static class Mail {

		@BackgroundJob("mail")
		JobHandle<Void> send() {
			return JobHandle.completed();
		}

		@BackgroundJob("mail")
		JobHandle<Void> fail() {
			throw new NonRetryableJobException("never");
		}

	}

}
