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

package dev.backgroundjobs.recurring;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.Slots;
import dev.backgroundjobs.schedule.Timing;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What annotations and properties make of a schedule.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeclaredSchedulesTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withPropertyValues("background-jobs.mode=manual");

	@Test
	void attributesAreRead() {
		this.runner.withBean(Reports.class).withPropertyValues("reports.every=5m").run((context) -> {
			Map<String, ScheduleDefinition> schedules = schedules(context.getBean(DeclaredSchedules.class));
			assertThat(schedules).containsOnlyKeys("Reports.plain", "often", "nightly");
			ScheduleDefinition plain = schedules.get("Reports.plain");
			assertThat(plain).isNotNull();
			assertThat(plain.timing()).isEqualTo(Timing.of("@hourly", ZoneId.systemDefault()));
			assertThat(plain.misfires())
				.isEqualTo(new Slots.Misfires(MisfirePolicy.FIRE_ONCE, 100, Duration.ofSeconds(10)));
			assertThat(plain.overlap()).isEqualTo(OverlapPolicy.SKIP);
			assertThat(plain.queue()).isEqualTo("default");
			ScheduleDefinition often = schedules.get("often");
			assertThat(often).isNotNull();
			assertThat(often.timing()).isEqualTo(Timing.of(Duration.ofMinutes(5), Duration.ofSeconds(30)));
			assertThat(often.misfires().policy()).isEqualTo(MisfirePolicy.FIRE_ALL);
			assertThat(often.misfires().max()).isEqualTo(7);
			assertThat(often.overlap()).isEqualTo(OverlapPolicy.QUEUE_ONE);
			assertThat(often.queue()).isEqualTo("reports");
			ScheduleDefinition nightly = schedules.get("nightly");
			assertThat(nightly).isNotNull();
			assertThat(nightly.timing()).isEqualTo(Timing.of("0 0 3 * * *", ZoneId.of("Asia/Tokyo")));
			assertThat(nightly.run().name()).isEqualTo("Reports.write");
		});
	}

	@Test
	void propertiesWinOverAttributes(CapturedOutput output) {
		this.runner.withBean(Reports.class)
			.withPropertyValues("reports.every=5m", "background-jobs.recurring.[Reports.plain].cron=-",
					"background-jobs.recurring.often.cron=@daily",
					"background-jobs.recurring.often.zone=America/New_York",
					"background-jobs.recurring.nightly.fixed-rate=2h",
					"background-jobs.recurring.nightly.initial-delay=90s",
					"background-jobs.recurring.nightly.misfire=skip", "background-jobs.recurring.nightly.overlap=allow",
					"background-jobs.recurring.nightly.max-misfires=3",
					"background-jobs.recurring.unheard-of.cron=@daily",
					"background-jobs.recurring-defaults.misfire-threshold=4s",
					"background-jobs.recurring-defaults.max-misfires=8")
			.run((context) -> {
				Map<String, ScheduleDefinition> schedules = schedules(context.getBean(DeclaredSchedules.class));
				assertThat(schedules).containsOnlyKeys("often", "nightly");
				ScheduleDefinition nightly = schedules.get("nightly");
				assertThat(nightly).isNotNull();
				assertThat(nightly.timing()).isEqualTo(Timing.of(Duration.ofHours(2), Duration.ofSeconds(90)));
				assertThat(nightly.misfires())
					.isEqualTo(new Slots.Misfires(MisfirePolicy.SKIP, 3, Duration.ofSeconds(4)));
				assertThat(nightly.overlap()).isEqualTo(OverlapPolicy.ALLOW);
				ScheduleDefinition often = schedules.get("often");
				assertThat(often).isNotNull();
				assertThat(often.timing()).isEqualTo(Timing.of("@daily", ZoneId.of("America/New_York")));
			});
		assertThat(output).contains("background-jobs.recurring has settings for [unheard-of]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			cron=                         | neither a cron expression nor a fixedRate
			cron=@daily, rate=5m          | both a cron expression, '@daily', and a fixedRate, PT5M
			cron=0 3 * * *                | must consist of 6 fields
			cron=0 0 0 31 2 *             | never due
			cron=@daily, zone=Mars/Olympus | 'Mars/Olympus' is no time zone
			cron=@daily, delay=5s         | initialDelay belongs to fixedRate
			rate=50ms                     | at least 100 ms
			rate=often                    | often
			rate=1h, id=a b               | "'a b'"
			rate=1h, id=second            | Two schedules have the id 'second'
			""")
	void whatCannotBeUsedStopsTheStart(String attributes, String problem) {
		String[] properties = List.of(attributes.split(", "))
			.stream()
			.map((each) -> "odd." + each)
			.toArray(String[]::new);
		this.runner.withBean(Odd.class)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining(problem));
	}

	@Test
	void everyOneOfSeveralSchedulesNeedsAnId() {
		this.runner.withBean(Nameless.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("Job 'Nameless.run' has 2 schedules, one without an id"));
	}

	@ParameterizedTest
	@CsvSource({ "misfire-threshold=10ms, misfire-threshold", "max-misfires=0, max-misfires",
			"max-misfires=1001, max-misfires" })
	void defaultsThatMakeNoSenseStopTheStart(String property, String named) {
		this.runner.withPropertyValues("background-jobs.recurring-defaults." + property)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("background-jobs.recurring-defaults." + named));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1001, Integer.MAX_VALUE })
	void asManyMissedSlotsAreFiredAsCanBeLookedFor(int max) {
		this.runner.withBean(Odd.class)
			.withPropertyValues("odd.rate=1h", "background-jobs.recurring.second.max-misfires=" + max)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("The schedule of job 'Odd.second' cannot be used")
				.hasStackTraceContaining("maxMisfires must be 1 to 1000: " + max));
	}

	private static Map<String, ScheduleDefinition> schedules(DeclaredSchedules declared) {
		return declared.all().stream().collect(Collectors.toMap(ScheduleDefinition::id, Function.identity()));
	}

	static class Reports {

		@RecurringJob(cron = "@hourly")
		void plain() {
		}

		@RecurringJob(id = "often", fixedRate = "${reports.every}", initialDelay = "PT30S",
				misfire = MisfirePolicy.FIRE_ALL, maxMisfires = 7, overlap = OverlapPolicy.QUEUE_ONE)
		@RecurringJob(id = "nightly", cron = "0 0 3 * * *", zone = "Asia/Tokyo")
		@BackgroundJob("reports")
		void write() {
		}

	}

	static class Odd {

		@RecurringJob(id = "${odd.id:}", cron = "${odd.cron:}", zone = "${odd.zone:}", fixedRate = "${odd.rate:}",
				initialDelay = "${odd.delay:}")
		void run() {
		}

		@RecurringJob(id = "second", cron = "@daily")
		void second() {
		}

	}

	static class Nameless {

		@RecurringJob(id = "one", cron = "@daily")
		@RecurringJob(cron = "@hourly")
		void run() {
		}

	}

}
