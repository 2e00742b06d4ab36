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
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The messages in docs/troubleshooting.md are those that users see.
 */
class TroubleshootingTests {

	private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z ]+>");

	private static final Map<String, Class<?>> BEANS = Stream
		.of(FinalMethod.class, PrivateMethod.class, ReturnsText.class, Overloads.class, TakesStream.class,
				AlsoScheduled.class, CronTypo.class, DurationTypo.class, QueueTypo.class, NoSuchPolicy.class,
				StolenAlias.class, Mail.class)
		.collect(Collectors.toMap(Class::getSimpleName, (type) -> type));

	private static final String CODE = code();

	private static final Map<String, String> PAGE = page();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			A job method is final                     | FinalMethod   |
			A job method is private or static         | PrivateMethod |
			A job method returns something else       | ReturnsText   |
			Two jobs of one name                      | Overloads     |
			A parameter cannot travel                 | TakesStream   |
			@Scheduled or @Async on a job method      | AlsoScheduled |
			A typo in a cron expression               | CronTypo      |
			A typo in a duration                      | DurationTypo  |
			A queue cannot have that name             | QueueTypo     |
			A retry policy that is not there          | NoSuchPolicy  |
			An alias that belongs to another job      | StolenAlias   |
			A property cannot have that value         | Mail          | background-jobs.worker.lease=1s
			A namespace cannot have that name         | Mail          | background-jobs.namespace=our shop
			Jedis, or no Redis starter                | Mail          | spring.data.redis.client-type=jedis
			""")
	void mistakeThatStopsTheStartIsOnThePage(String heading, String bean, @Nullable String property) {
		String[] properties = (property != null) ? new String[] { property } : new String[0];
		JobsContextRunner.create()
			.withBean(Objects.requireNonNull(BEANS.get(bean)))
			.withPropertyValues(properties)
			.run((context) -> {
				FailureAnalysis analysis = analyze(Objects.requireNonNull(context.getStartupFailure()), properties);
				assertThat(oneLine(analysis.getDescription() + " " + analysis.getAction()))
					.matches(pattern(message(heading)));
			});
	}

	/**
	 * What running applications say is shown by tests of its own; here it is compared
	 * with the code that says it.
	 */
	@ParameterizedTest
	@MethodSource("mistakesAtRunTime")
	void mistakeAtRunTimeIsOnThePage(String heading, String shownBy) {
		assertThat(Path.of("src/test/java/dev/backgroundjobs", shownBy + ".java")).exists();
		assertThat(message(heading).lines()
			.flatMap(PLACEHOLDER::splitAsStream)
			.map(String::strip)
			.filter((fragment) -> fragment.length() > 3)).isNotEmpty()
			.allSatisfy((fragment) -> assertThat(CODE.contains(fragment)).as(fragment).isTrue());
	}

	static Stream<Arguments> mistakesAtRunTime() {
		return Stream
			.of("The password is wrong | worker/RefusalTests", "The Redis user lacks a permission | redis/AccessTests",
					"Nobody works on the queue | redis/MissingWorkersTests",
					"A job has gone with a deploy | worker/ParkedJobsTests",
					"Arguments have changed with a deploy | worker/ParkedJobsTests",
					"Redis is full | redis/FullRedisTests", "A queue is full | redis/QueueCapacityTests",
					"The arguments are too large | JobClientTests", "There is no such queue | JobClientTests",
					"The method was called on this | JobClientTests",
					"Background jobs are disabled | autoconfigure/JobsAutoConfigurationTests",
					"A job is dead | worker/JobLogTests", "A job takes its worker with it | observation/JobEventTests",
					"A job ran out of time | worker/WorkerTests")
			.map((row) -> row.split(" \\| "))
			.map((row) -> Arguments.of(row[0], row[1]));
	}

	@Test
	void nothingElseIsOnThePage() {
		assertThat(PAGE).hasSize(14 + (int) mistakesAtRunTime().count());
	}

	static FailureAnalysis analyze(Throwable failure, String... properties) {
		StandardEnvironment environment = new StandardEnvironment();
		TestPropertyValues.of(properties).applyTo(environment);
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
				.and(Environment.class, environment), FailureHandler.handleMessage((message, cause) -> {
					// needs more than there is in a test
				}))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("Nothing explains this", failure));
	}

	private static String message(String heading) {
		String section = PAGE.get(heading);
		assertThat(section).as(heading).isNotNull().contains("```\n");
		return section.split("```\n?")[1];
	}

	private static Pattern pattern(String message) {
		return Pattern.compile(Stream.of(PLACEHOLDER.split(oneLine(message)))
			.map(Pattern::quote)
			.collect(Collectors.joining(".+", ".*", ".*")));
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

	/**
	 * All code, with texts in one piece.
	 */
	private static String code() {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.map(TroubleshootingTests::read)
				.collect(Collectors.joining())
				.replaceAll("\"\\s*\\+\\s*\"", "")
				.replace("\\\"", "\"");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, String> page() {
		return Stream.of(read(Path.of("../docs/troubleshooting.md")).split("\n### "))
			.skip(1)
			.collect(Collectors.toMap((section) -> section.lines().findFirst().orElseThrow().replace("`", ""),
					(section) -> section));
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static class FinalMethod {

		@BackgroundJob
		final void send() {
		}

	}

	static class PrivateMethod {

		@BackgroundJob
		private void send() {
		}

	}

	static class ReturnsText {

		@BackgroundJob
		String send() {
			return "";
		}

	}

	static class Overloads {

		@BackgroundJob
		void send(String address) {
		}

		@BackgroundJob
		void send(String address, String code) {
		}

	}

	static class TakesStream {

		@BackgroundJob
		void send(Reader text) {
		}

	}

	static class AlsoScheduled {

		@BackgroundJob
		@Scheduled(fixedRate = 1000)
		void send() {
		}

	}

	static class CronTypo {

		@RecurringJob(cron = "0 3 * * *")
		void send() {
		}

	}

	static class DurationTypo {

		@BackgroundJob(timeout = "5 minutes")
		void send() {
		}

	}

	static class QueueTypo {

		@BackgroundJob("my mails")
		void send() {
		}

	}

	static class NoSuchPolicy {

		@BackgroundJob
		@JobRetry(policy = "patiently")
		void send() {
		}

	}

	static class StolenAlias {

		@BackgroundJob(aliases = "StolenAlias.remind")
		void send() {
		}

		@BackgroundJob
		void remind() {
		}

	}

	static class Mail {

		@BackgroundJob
		void send() {
		}

	}

}
