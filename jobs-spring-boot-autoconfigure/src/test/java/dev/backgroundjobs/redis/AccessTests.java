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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.PermissionDeniedDataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A Redis user with the permissions that the documentation lists, and with fewer.
 */
@ExtendWith(OutputCaptureExtension.class)
class AccessTests {

	private final RedisServer server = RedisServer.start();

	private final RedisClient client = RedisClient.create(this.server.uri());

	private final RedisCommands<String, String> redis = this.client.connect().sync();

	private final ApplicationContextRunner runner = JobsContextRunner.on(this.server)
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.namespace=shop", "background-jobs.worker.poll-interval=100ms",
				"background-jobs.worker.lease=2s", "background-jobs.worker.refusal-interval=300ms",
				"spring.data.redis.username=jobs", "spring.data.redis.password=secret");

	@BeforeEach
	void createUser() throws IOException {
		Matcher line = Pattern.compile("^ACL SETUSER jobs (.*)$", Pattern.MULTILINE)
			.matcher(Files.readString(Path.of("../docs/operations.md")));
		assertThat(line.find()).isTrue();
		user(line.group(1).split(" "));
	}

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
		this.server.close();
	}

	@Test
	void documentedPermissionsAreEnough() {
		this.runner.run((context) -> {
			useEverything(context);
			assertThat(context.getBean(JobQueries.class).namespaces().others()).isEmpty();
			assertThat(refusals()).isEmpty();
		});
	}

	@Test
	void wakeUpsAndTheListOfNamespacesCanBeDoneWithout(CapturedOutput output) {
		user("-publish", "-subscribe", "resetchannels", "resetkeys", "~bj:{shop}:*", "~bj:{shop.*}:*");
		this.runner.run((context) -> {
			useEverything(context);
			assertThat(context.getBean(JobQueries.class).namespaces().others()).isEmpty();
			assertThat(refusals()).isNotEmpty();
			await().untilAsserted(
					() -> assertThat(output).containsOnlyOnce("Jobs start at the next poll rather than at once"));
		});
	}

	@Test
	void missingPermissionIsSaidAndGivenWithoutARestart(CapturedOutput output) {
		user("resetkeys", "~bj:{shop}:*", "~bj:{shop.other}:*");
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			await().untilAsserted(() -> assertThat(output).contains("Workers pause until this is corrected, and then "
					+ "need no restart: the Redis user lacks a permission: ACL SETUSER <user> ~bj:*, docs/operations.md "
					+ "lists all it needs (NOPERM"));
			assertThatExceptionOfType(PermissionDeniedDataAccessException.class).isThrownBy(() -> mail.send("refused"))
				.withMessageContaining("the Redis user lacks a permission");
			user("~*");
			mail.send("accepted");
			await().untilAsserted(() -> assertThat(mail.sent()).contains("accepted").doesNotContain("refused"));
		});
	}

	private static void useEverything(ApplicationContext context) throws InterruptedException {
		Mail mail = context.getBean(Mail.class);
		JobClient jobs = context.getBean(JobClient.class);
		mail.send("at once");
		jobs.in(Duration.ofMillis(200)).enqueue(() -> mail.send("later"));
		jobs.id("mine").enqueue(() -> mail.send("with an id"));
		JobHandle<Void> cancelled = jobs.in(Duration.ofHours(1)).enqueue(() -> mail.send("never"));
		assertThat(jobs.cancel(cancelled.id())).isTrue();
		JobHandle<Void> dead = mail.fail();
		await().untilAsserted(() -> assertThat(dead.state()).isEqualTo(JobState.DEAD));
		assertThat(context.getBean(JobQueries.class).dead("mail", 10, null).jobs()).hasSize(1);
		assertThat(jobs.retry(dead.id())).isTrue();
		await().untilAsserted(() -> assertThat(dead.state()).isEqualTo(JobState.DEAD));
		assertThat(jobs.delete(dead.id())).isTrue();
		mail.retry();
		mail.longerThanItsLease();
		await().untilAsserted(() -> assertThat(mail.sent()).contains("at once", "later", "with an id", "retried",
				"renewed", "recurring"));
		assertThat(context.getBean(JobQueries.class).figures("mail").dead()).isZero();
		await().untilAsserted(() -> assertThat(context.getBean(JobQueries.class).workers()).hasSize(1));
	}

	/**
	 * What Redis refused to the user; the driver's name and version are not worth a
	 * permission.
	 */
	private List<String> refusals() {
		return this.redis.aclLog()
			.stream()
			.map(String::valueOf)
			.filter((entry) -> entry.contains("username=jobs") && !entry.contains("object=client"))
			.toList();
	}

	private void user(String... rules) {
		CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("jobs");
		for (String rule : rules) {
			arguments.add(rule);
		}
		this.redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
	}

	static class Mail {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		List<String> sent() {
			return this.sent;
		}

		@BackgroundJob("mail")
		void send(String text) {
			this.sent.add(text);
		}

		@BackgroundJob("mail")
		JobHandle<Void> fail() {
			throw new NonRetryableJobException("no use");
		}

		@BackgroundJob("mail")
		@JobRetry(delay = "10ms", jitter = "0s")
		void retry() {
			if (JobContext.current().attempt() == 1) {
				throw new IllegalStateException("again");
			}
			this.sent.add("retried");
		}

		@BackgroundJob("mail")
		void longerThanItsLease() throws InterruptedException {
			new CountDownLatch(1).await(3, TimeUnit.SECONDS);
			if (JobContext.current().attempt() == 1 && !JobContext.current().leaseLost()) {
				this.sent.add("renewed");
			}
		}

		@RecurringJob(cron = "* * * * * *")
		@BackgroundJob("mail")
		void tick() {
			this.sent.add("recurring");
		}

	}

}
