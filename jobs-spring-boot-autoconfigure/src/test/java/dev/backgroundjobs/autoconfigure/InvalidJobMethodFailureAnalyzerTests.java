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

import java.io.FileInputStream;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.multipart.MultipartFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What cannot work stops the start, with words.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidJobMethodFailureAnalyzerTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create();

	static Stream<Arguments> misuses() {
		return Stream.of(Arguments.of(FinalMethod.class, "FinalMethod.work() is final", "remove 'final'"),
				Arguments.of(FinalClass.class, "FinalClass.work() belongs to a final class", "remove 'final'"),
				Arguments.of(PrivateMethod.class, "PrivateMethod.work() is private", "make it a public method"),
				Arguments.of(StaticMethod.class, "StaticMethod.work() is static", "make it a public method"),
				Arguments.of(OtherReturnType.class, "OtherReturnType.work() returns String", "JobHandle<String>"),
				Arguments.of(AlsoScheduled.class, "AlsoScheduled.work() is also annotated with @Scheduled",
						"use @RecurringJob instead"),
				Arguments.of(AlsoAsync.class, "AlsoAsync.work() is also annotated with @Async", "remove @Async"),
				Arguments.of(AsyncClass.class, "AsyncClass.work() is also annotated with @Async", "remove @Async"),
				Arguments.of(Overloads.class, "Two job methods are named 'Overloads.work'",
						"@BackgroundJob(name = \"Overloads.work2\")"),
				Arguments.of(Duplicates.class, "Duplicates.one() of bean", "@BackgroundJob(name = \"same2\")"),
				Arguments.of(RecurringWithParameter.class,
						"RecurringWithParameter.work(String) has @RecurringJob and parameters",
						"remove the parameters"),
				Arguments.of(BadCron.class, "The schedule of job 'BadCron.work' cannot be used", "six fields"),
				Arguments.of(NoCron.class, "The schedule of job 'NoCron.work' cannot be used", "'-' disables it"),
				Arguments.of(BadZone.class, "Mars/Olympus", "a zone reads 'Europe/Berlin'"),
				Arguments.of(BadTimeout.class, "BadTimeout.work()", "durations read '30s' or 'PT30S'"),
				Arguments.of(BadDelay.class, "BadDelay.work()", "durations read '30s' or 'PT30S'"),
				Arguments.of(BadMultiplier.class, "BadMultiplier.work()", "Correct the attribute"),
				Arguments.of(RetryAlone.class, "RetryAlone.work() has @JobRetry, but is no background job",
						"Add @BackgroundJob"),
				Arguments.of(BadQueue.class, "Queue name 'not good' must be", "Correct the attribute"));
	}

	@ParameterizedTest
	@MethodSource("misuses")
	void misuseIsExplained(Class<?> bean, String description, String action) {
		this.runner.withBean(bean).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(description);
			assertThat(analysis.getAction()).contains(action);
		});
	}

	static Stream<Class<?>> typesThatCannotBeArguments() {
		return Stream.of(Streaming.class, Typed.class, Anything.class, Function.class, OpenInterface.class,
				Upload.class, ListOfStreams.class, ArrayOfClasses.class, CurrentThread.class, UnboundGeneric.class);
	}

	@ParameterizedTest
	@MethodSource("typesThatCannotBeArguments")
	void typeThatCannotBeAnArgumentIsExplained(Class<?> bean) {
		this.runner.withBean(bean).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).startsWith("The job method " + getClass().getSimpleName())
				.contains(bean.getSimpleName() + ".work(")
				.contains("has a parameter of type ");
			assertThat(analysis.getAction()).contains("hand over an id, a record").contains("@JsonTypeInfo");
		});
	}

	@Test
	void applicationFailsToStartWithTheAnalysis(CapturedOutput output) {
		SpringApplication application = new SpringApplication(FinalMethodApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> application.run("--background-jobs.enabled=false"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("FinalMethod.work() is final")
			.contains("A proxy cannot override it: remove 'final'");
	}

	private static FailureAnalysis analyze(@Nullable Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new InvalidJobMethodFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		return analysis;
	}

	@Import({ JobsAutoConfiguration.class, FinalMethod.class })
	static class FinalMethodApplication {

	}

	static class FinalMethod {

		@BackgroundJob
		final void work() {
		}

	}

	static final class FinalClass {

		@BackgroundJob
		void work() {
		}

	}

	static class PrivateMethod {

		@BackgroundJob
		private void work() {
		}

	}

	static class StaticMethod {

		@BackgroundJob
		static void work() {
		}

	}

	static class OtherReturnType {

		@BackgroundJob
		String work() {
			return "";
		}

	}

	static class AlsoScheduled {

		@BackgroundJob
		@Scheduled(fixedRate = 1000)
		void work() {
		}

	}

	static class AlsoAsync {

		@BackgroundJob
		@Async
		void work() {
		}

	}

	@Async
	static class AsyncClass {

		@BackgroundJob
		void work() {
		}

	}

	static class Overloads {

		@BackgroundJob
		void work() {
		}

		@BackgroundJob
		void work(int number) {
		}

	}

	static class Duplicates {

		@BackgroundJob(name = "same")
		void one() {
		}

		@BackgroundJob(name = "same")
		void two() {
		}

	}

	static class RecurringWithParameter {

		@RecurringJob(cron = "@daily")
		void work(String parameter) {
		}

	}

	static class BadCron {

		@RecurringJob(cron = "* * *")
		void work() {
		}

	}

	static class NoCron {

		@RecurringJob(cron = "")
		void work() {
		}

	}

	static class BadZone {

		@RecurringJob(cron = "@daily", zone = "Mars/Olympus")
		void work() {
		}

	}

	static class BadTimeout {

		@BackgroundJob(timeout = "soon")
		void work() {
		}

	}

	static class BadDelay {

		@BackgroundJob
		@JobRetry(delay = "a while")
		void work() {
		}

	}

	static class BadMultiplier {

		@BackgroundJob
		@JobRetry(multiplier = 0.5)
		void work() {
		}

	}

	static class RetryAlone {

		@JobRetry(maxRetries = 3)
		void work() {
		}

	}

	static class BadQueue {

		@BackgroundJob("not good")
		void work() {
		}

	}

	static class Streaming {

		@BackgroundJob
		void work(FileInputStream in) {
		}

	}

	static class Typed {

		@BackgroundJob
		void work(Class<?> type) {
		}

	}

	static class Anything {

		@BackgroundJob
		void work(Object anything) {
		}

	}

	static class Function {

		@BackgroundJob
		void work(Supplier<String> function) {
		}

	}

	interface Shape {

	}

	static class OpenInterface {

		@BackgroundJob
		void work(Shape shape) {
		}

	}

	static class Upload {

		@BackgroundJob
		void work(MultipartFile file) {
		}

	}

	static class ListOfStreams {

		@BackgroundJob
		void work(List<Stream<String>> streams) {
		}

	}

	static class ArrayOfClasses {

		@BackgroundJob
		void work(int number, Class<?>[] types) {
		}

	}

	static class CurrentThread {

		@BackgroundJob
		void work(Thread thread) {
		}

	}

	static class UnboundGeneric<T> {

		@BackgroundJob
		void work(T item) {
		}

	}

}
