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

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Applications with a mistake each: what they say names the thing and the cure, so that
 * whoever reads nothing else can mend it.
 */
@ExtendWith(OutputCaptureExtension.class)
class PlantedMistakesTests {

	private static final Logger logger = LoggerFactory.getLogger(PlantedMistakesTests.class);

	private static final RedisServer server = RedisServer.start();

	private static final RedisClient client = RedisClient.create(server.uri());

	private static final RedisCommands<String, String> redis = client.connect().sync();

	private final ApplicationContextRunner withoutRedis = JobsContextRunner.withoutRedis()
		.withPropertyValues("background-jobs.mode=manual");

	private final ApplicationContextRunner caller = JobsContextRunner.on(server)
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.worker.enabled=false", "background-jobs.worker.lease=2s",
				"background-jobs.enqueue.timeout=1s");

	@AfterAll
	static void stop() {
		client.shutdown();
		server.close();
	}

	@TestFactory
	Stream<DynamicTest> messageNamesTheThingAndTheCure(CapturedOutput output) {
		List<Mistake> mistakes = new ArrayList<>();
		mistakes.addAll(methodsThatCannotBeJobs());
		mistakes.addAll(attributesAndProperties());
		mistakes.addAll(calls());
		mistakes.addAll(servers());
		mistakes.addAll(deployments(output));
		assertThat(mistakes).hasSizeGreaterThanOrEqualTo(20);
		return mistakes.stream().map(Mistake::test);
	}

	private List<Mistake> methodsThatCannotBeJobs() {
		return List.of(
				new Mistake("final method", () -> startWith(TroubleshootingTests.FinalMethod.class),
						"FinalMethod.send()", "remove 'final'"),
				new Mistake("private method", () -> startWith(TroubleshootingTests.PrivateMethod.class),
						"PrivateMethod.send()", "make it a public method"),
				new Mistake("method that returns something", () -> startWith(TroubleshootingTests.ReturnsText.class),
						"ReturnsText.send() returns String", "JobHandle<String>"),
				new Mistake("stream as a parameter", () -> startWith(TakesStream.class),
						"TakesStream.send(InputStream)", "java.io.InputStream", "hand over an id"),
				new Mistake("also scheduled", () -> startWith(TroubleshootingTests.AlsoScheduled.class),
						"AlsoScheduled.send()", "use @RecurringJob instead"),
				new Mistake("overload without a name", () -> startWith(TroubleshootingTests.Overloads.class),
						"'Overloads.send'", "@BackgroundJob(name = \"Overloads.send2\")"),
				new Mistake("two classes of one name", () -> startWith(Mail.class, Others.Mail.class), "'Mail.send'",
						"@BackgroundJob(name = \"Mail.send2\")"));
	}

	private List<Mistake> attributesAndProperties() {
		return List.of(
				new Mistake("typo in a cron expression", () -> startWith(TroubleshootingTests.CronTypo.class),
						"'CronTypo.send'", "A cron expression has six fields, beginning with seconds"),
				new Mistake("typo in a duration", () -> startWith(TroubleshootingTests.DurationTypo.class),
						"DurationTypo.send()", "5 minutes", "durations read '30s'"),
				new Mistake("queue that cannot have its name", () -> startWith(TroubleshootingTests.QueueTypo.class),
						"QueueTypo.send()", "'my mails'", "letters, digits, '_' and '-'"),
				new Mistake("lease that is too short",
						() -> startOn(this.caller.withPropertyValues("background-jobs.worker.enabled=true",
								"background-jobs.worker.lease=1s"), "background-jobs.worker.lease=1s"),
						"background-jobs.worker.lease", "1s", "at least"),
				new Mistake("Jedis",
						() -> startOn(this.caller.withPropertyValues("spring.data.redis.client-type=jedis")),
						"LettuceConnectionFactory", "leave spring.data.redis.client-type unset"));
	}

	private List<Mistake> calls() {
		return List.of(
				new Mistake("unknown queue",
						() -> call((context) -> context.getBean(JobClient.class)
							.queue("mials")
							.enqueue(() -> context.getBean(Mail.class).send("a"))),
						"'mials'", "Known are", "mail", "background-jobs.queues.<name>"),
				new Mistake("arguments that are too large",
						() -> call((context) -> context.getBean(Mail.class).send("a".repeat(2000)),
								"background-jobs.job.max-payload=1KB"),
						"'Mail.send'", "background-jobs.job.max-payload", "hand over an id"),
				new Mistake("call on 'this'", () -> call(
						(context) -> context.getBean(JobClient.class).enqueue(() -> new Mail().send("on no bean"))),
						"The lambda called no @BackgroundJob method", "on 'this'", "not a Spring bean"),
				new Mistake("two jobs in one lambda",
						() -> call((context) -> context.getBean(JobClient.class).enqueue(() -> {
							context.getBean(Mail.class).send("a");
							context.getBean(Mail.class).send("b");
						})), "2 job methods", "Call 'enqueue' once for each"),
				new Mistake("jobs are disabled",
						() -> call((context) -> context.getBean(Mail.class).send("a"), "background-jobs.enabled=false"),
						"background-jobs.enabled is false"),
				new Mistake("full queue", () -> call((context) -> {
					context.getBean(Mail.class).send("a");
					context.getBean(Mail.class).send("b");
				}, "background-jobs.queues.mail.capacity=1"), "Queue 'mail' is full", "of 1 at most",
						"background-jobs.queues.mail.capacity"));
	}

	private List<Mistake> servers() {
		int nobody = RedisServer.freePort();
		return List.of(
				new Mistake("Redis that is not there",
						() -> call((context) -> context.getBean(Mail.class).send("a"),
								"spring.data.redis.port=" + nobody),
						"there is no connection to Redis", "is it running where spring.data.redis says", ":" + nobody),
				new Mistake("wrong password", () -> {
					acl("SETUSER", "shop", "on", ">right", "~*", "&*", "+@all");
					return call((context) -> context.getBean(Mail.class).send("a"), "spring.data.redis.username=shop",
							"spring.data.redis.password=wrong");
				}, "refuses user name or password",
						"correct spring.data.redis.username and spring.data.redis.password"),
				new Mistake("missing permission", () -> {
					acl("SETUSER", "jobs", "on", ">secret", "~*", "&*", "+@all", "-rpush");
					return call((context) -> context.getBean(Mail.class).send("a"), "spring.data.redis.username=jobs",
							"spring.data.redis.password=secret");
				}, "the Redis user lacks a permission: ACL SETUSER", "+rpush"), new Mistake("full Redis", () -> {
					redis.configSet("maxmemory", "1");
					try {
						return call((context) -> context.getBean(Mail.class).send("a"));
					}
					finally {
						redis.configSet("maxmemory", "0");
					}
				}, "Redis has no memory left", "raise its maxmemory", "was not enqueued"),
				new Mistake("policy that evicts jobs", () -> {
					redis.configSet("maxmemory-policy", "allkeys-lru");
					try {
						return startOn(this.caller
							.withConfiguration(AutoConfigurations.of(JobsPreflightAutoConfiguration.class))
							.withPropertyValues("background-jobs.preflight.mode=fail"));
					}
					finally {
						redis.configSet("maxmemory-policy", "noeviction");
					}
				}, "maxmemory-policy allkeys-lru", "a full Redis throws jobs away",
						"CONFIG SET maxmemory-policy noeviction"));
	}

	private List<Mistake> deployments(CapturedOutput output) {
		String namespace = "test-" + UUID.randomUUID();
		return List.of(new Mistake("no worker, or one on another database", () -> {
			call((context) -> {
				context.getBean(Mail.class).send("a");
				await().until(() -> output.getAll().contains("No worker lives for queue 'mail'"));
			}, "spring.data.redis.database=3", "background-jobs.namespace=shop");
			return line(output, "No worker lives for queue 'mail'");
		}, "jobs wait in 'shop'", "start one", "Redis " + server.host() + ":" + server.port() + "/3"),
				new Mistake("another namespace than the workers'", () -> {
					this.caller
						.withPropertyValues("background-jobs.worker.enabled=true",
								"background-jobs.namespace=shop-worker")
						.run((worker) -> {
							await().until(() -> !worker.getBean(JobQueries.class).workers().isEmpty());
							call((context) -> {
								context.getBean(Mail.class).send("a");
								await().until(() -> output.getAll().contains("jobs wait in 'shop-web'"));
							}, "background-jobs.namespace=shop-web");
						});
					return line(output, "jobs wait in 'shop-web'");
				}, "workers serve 'shop-worker'", "set background-jobs.namespace in both"),
				new Mistake("unknown job after a deploy", () -> {
					call((context) -> {
						context.getBean(Mail.class).send("a");
						context.getBean(Mail.class).remind("a");
					}, "background-jobs.namespace=" + namespace);
					JobsContextRunner.on(server)
						.withBean(Later.Mail.class)
						.withPropertyValues("background-jobs.namespace=" + namespace)
						.run((context) -> await().until(() -> output.getAll().contains("UNKNOWN_JOB")
								&& output.getAll().contains("ARGUMENTS_DO_NOT_FIT")));
					return line(output, "UNKNOWN_JOB");
				}, "Job Mail.remind", "No method of this application is named 'Mail.remind'",
						"@BackgroundJob(aliases)"),
				new Mistake("arguments that have changed with a deploy", () -> line(output, "ARGUMENTS_DO_NOT_FIT"),
						"Job Mail.send", "Argument 1 does not fit int", "@JsonAlias",
						"keep a method of the old form under this name"));
	}

	private String startWith(Class<?>... beans) {
		ApplicationContextRunner runner = this.withoutRedis;
		for (Class<?> bean : beans) {
			runner = runner.withUserConfiguration(bean);
		}
		return startOn(runner);
	}

	private static String startOn(ApplicationContextRunner runner, String... properties) {
		List<String> told = new ArrayList<>();
		runner.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = TroubleshootingTests.analyze(Objects.requireNonNull(context.getStartupFailure()),
					properties);
			told.add(analysis.getDescription() + "\n" + analysis.getAction());
		});
		return told.get(0);
	}

	private String call(Consumer<ApplicationContext> calls, String... properties) {
		List<String> told = new ArrayList<>();
		this.caller.withPropertyValues(properties)
			.run((context) -> told.add(String.valueOf(catchThrowable(() -> calls.accept(context)))));
		return told.get(0);
	}

	private static String line(CapturedOutput output, String text) {
		return output.getAll().lines().filter((line) -> line.contains(text)).findFirst().orElse("");
	}

	private static void acl(String... words) {
		CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
		Stream.of(words).forEach(arguments::add);
		redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
	}

	/**
	 * A mistake.
	 *
	 * @param name what is wrong
	 * @param told what the application says
	 * @param words what names the thing and the cure
	 */
	private record Mistake(String name, Supplier<String> told, String... words) {

		DynamicTest test() {
			return DynamicTest.dynamicTest(this.name, () -> {
				String text = this.told.get();
				logger.info("Planted: {}. Told: {}", this.name, text);
				assertThat(text).contains(this.words);
			});
		}

	}

	static class TakesStream {

		@BackgroundJob
		void send(InputStream text) {
		}

	}

	static class Mail {

		@BackgroundJob("mail")
		void send(String address) {
		}

		@BackgroundJob("mail")
		void remind(String address) {
		}

	}

	static class Others {

		static class Mail {

			@BackgroundJob("mail")
			void send(String address) {
			}

		}

	}

	/**
	 * The next version of the application.
	 */
	static class Later {

		static class Mail {

			@BackgroundJob("mail")
			void send(int customer) {
			}

		}

	}

}
