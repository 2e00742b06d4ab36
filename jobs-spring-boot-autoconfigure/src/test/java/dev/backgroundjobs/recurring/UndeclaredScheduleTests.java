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
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Schedules that no process declares any more: removed, disabled, or away.
 */
class UndeclaredScheduleTests {

	private final String namespace = "test-" + UUID.randomUUID();

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.lease=2s",
				"background-jobs.worker.poll-interval=100ms");

	@Test
	void scheduleOfARemovedMethodIsForgottenAndThoseOfAnotherApplicationAreNot() {
		ApplicationContextRunner shop = this.runner.withPropertyValues("spring.application.name=shop",
				"background-jobs.recurring-defaults.keep-undeclared=100ms");
		ApplicationContextRunner books = this.runner.withPropertyValues("spring.application.name=books")
			.withBean(Books.class);
		Map<Object, Object> closed = new HashMap<>();
		books.run((context) -> {
			JobSchedule yearly = context.getBean(JobClient.class).recurring("books.close");
			await().until(yearly::pause);
			closed.putAll(fields(context, "bj:{" + this.namespace + ".default}:rc"));
		});
		shop.withBean(Reports.class).run((staying) -> {
			JobClient jobs = staying.getBean(JobClient.class);
			shop.withBean(Ticks.class)
				.run((leaving) -> await()
					.untilAsserted(() -> assertThat(jobs.recurring()).extracting(JobScheduleInfo::id)
						.containsExactly("Reports.write", "tick")));
			await().untilAsserted(() -> assertThat(jobs.recurring()).extracting(JobScheduleInfo::id)
				.containsExactly("Reports.write"));
			await().untilAsserted(() -> assertThat(fields(staying, "bj:{" + this.namespace + "}:recurring"))
				.doesNotContainKey("tick"));
			await().untilAsserted(() -> assertThat(fields(staying, "bj:{" + this.namespace + ".ticks}:rc")).isEmpty());
			assertThat(jobs.recurring("tick").trigger()).isNull();
			assertThat(fields(staying, "bj:{" + this.namespace + "}:recurring")).containsKey("books.close");
		});
		books.withPropertyValues("background-jobs.worker.lease=30s").run((context) -> {
			JobSchedule yearly = context.getBean(JobClient.class).recurring("books.close");
			await().untilAsserted(() -> assertThat(yearly.info()).extracting(JobScheduleInfo::paused).isEqualTo(true));
			assertThat(fields(context, "bj:{" + this.namespace + ".default}:rc")).as("as if it had not been away")
				.containsAllEntriesOf(closed);
		});
	}

	@Test
	void scheduleThatIsDisabledStopsAndMakesUpForNothingWhenItIsEnabledAgain() {
		ApplicationContextRunner stock = this.runner.withBean(Stock.class);
		String slots = "bj:{" + this.namespace + ".default}:rc";
		AtomicReference<String> begun = new AtomicReference<>("");
		stock.run((enabled) -> {
			await().until(() -> enabled.getBean(Stock.class).counts().get() == 1);
			begun.set(moveBack(enabled, slots, Duration.ofMinutes(65)));
		});
		stock.withPropertyValues("background-jobs.recurring.stock.cron=-").run((disabled) -> {
			JobSchedule schedule = disabled.getBean(JobClient.class).recurring("stock");
			await().until(() -> schedule.info() == null);
			assertThat(schedule.trigger()).isNull();
			await().until(() -> String.valueOf(fields(disabled, "bj:{" + this.namespace + "}:recurring").get("stock"))
				.matches("\\d+ default D \\d+ - .*"));
		});
		stock.withPropertyValues("background-jobs.worker.lease=30s").run((enabled) -> {
			JobSchedule schedule = enabled.getBean(JobClient.class).recurring("stock");
			await().until(() -> !start(fields(enabled, slots)).equals(begun.get()));
			Map<Object, Object> fields = fields(enabled, slots);
			assertThat(fields).as("counts from now on").containsEntry("stock", start(fields));
			assertThat(schedule.trigger()).isNotNull();
			await().until(() -> enabled.getBean(Stock.class).counts().get() > 0);
			assertThat(enabled.getBean(JobQueries.class).figures("default").counters()).containsEntry("enqueued", 2L);
		});
	}

	private static String start(Map<Object, Object> fields) {
		return String.valueOf(fields.get("stock\0d")).split(" ")[1];
	}

	private static Map<Object, Object> fields(ApplicationContext context, String key) {
		return context.getBean(StringRedisTemplate.class).opsForHash().entries(key);
	}

	private static String moveBack(ApplicationContext context, String key, Duration by) {
		Map<Object, Object> fields = fields(context, key);
		String[] definition = String.valueOf(fields.get("stock\0d")).split(" ", 3);
		String start = String.valueOf(Long.parseLong(definition[1]) - by.toMillis());
		StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
		redis.opsForHash().put(key, "stock\0d", definition[0] + " " + start + " " + definition[2]);
		redis.opsForHash().put(key, "stock", start);
		return start;
	}

	static class Stock {

		private final AtomicInteger counts = new AtomicInteger();

		AtomicInteger counts() {
			return this.counts;
		}

		@RecurringJob(id = "stock", fixedRate = "10m")
		void count() {
			this.counts.incrementAndGet();
		}

	}

	static class Books {

		@RecurringJob(id = "books.close", cron = "0 0 0 1 1 *", zone = "UTC")
		void close() {
		}

	}

	static class Ticks {

		@RecurringJob(id = "tick", fixedRate = "150ms")
		@BackgroundJob("ticks")
		void tick() {
		}

	}

	static class Reports {

		@RecurringJob(cron = "0 0 3 * * *", zone = "Europe/Berlin")
		void write() {
		}

	}

}
