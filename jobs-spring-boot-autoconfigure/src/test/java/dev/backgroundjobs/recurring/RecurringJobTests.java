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
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobSchedule;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Recurring jobs in several processes, declared by methods and made at run time.
 */
@ExtendWith(OutputCaptureExtension.class)
class RecurringJobTests {

	private final String namespace = "test-" + UUID.randomUUID();

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withPropertyValues("background-jobs.namespace=" + this.namespace, "background-jobs.worker.lease=2s",
				"background-jobs.worker.poll-interval=100ms", "background-jobs.worker.queues=*,digests");

	private final ApplicationContextRunner digests = this.runner.withBean(Digests.class);

	@Test
	void processesFireEachSlotOnce() {
		ApplicationContextRunner ticking = this.runner.withBean(Ticks.class);
		ticking.run((one) -> ticking.run((other) -> ticking.run((third) -> {
			List<Ticks> all = List.of(one.getBean(Ticks.class), other.getBean(Ticks.class), third.getBean(Ticks.class));
			await().until(() -> all.stream().mapToInt((ticks) -> ticks.ids().size()).sum() >= 20);
			JobSchedule schedule = one.getBean(JobClient.class).recurring("tick");
			assertThat(schedule.pause()).isTrue();
			JobScheduleInfo info = schedule.info();
			assertThat(info).isNotNull();
			assertThat(info.paused()).isTrue();
			Instant last = info.lastSlot();
			assertThat(last).isNotNull();
			// counted by the slots' own time, from the first one on
			long slots = (last.toEpochMilli() - start(one, "ticks", "tick")) / 150 + 1;
			await().untilAsserted(
					() -> assertThat(all.stream().flatMap((ticks) -> ticks.ids().stream())).hasSize((int) slots)
						.doesNotHaveDuplicates());
			assertThat(one.getBean(JobQueries.class).figures("ticks").counters()).containsEntry("enqueued", slots);
		})));
	}

	@Test
	void scheduleIsMadeChangedAndRemovedAtRunTime() {
		this.digests
			.run((worker) -> this.digests.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
				List<Integer> sent = worker.getBean(Digests.class).sent();
				Digests digests = producer.getBean(Digests.class);
				JobSchedule schedule = producer.getBean(JobClient.class).recurring("digest-42");
				assertThat(schedule.info()).isNull();
				JobSchedule often = schedule.fixedRate(Duration.ofMillis(200)).overlap(OverlapPolicy.ALLOW);
				JobScheduleInfo first = often.schedule(() -> digests.send(42));
				assertThat(first.origin()).isEqualTo(Origin.CLIENT);
				assertThat(first.fixedRate()).isEqualTo(Duration.ofMillis(200));
				await().until(() -> sent.size() >= 3);
				assertThat(sent).containsOnly(42);
				assertThat(often.schedule(() -> digests.send(42)).revision()).as("the same")
					.isEqualTo(first.revision());
				assertThat(often.schedule(() -> digests.send(43)).revision()).isGreaterThan(first.revision());
				await().until(() -> sent.contains(43));
				assertThat(schedule.pause()).isTrue();
				assertThat(schedule.pause()).isFalse();
				await().until(() -> {
					QueueFigures figures = producer.getBean(JobQueries.class).figures("digests");
					return figures.queued() + figures.scheduled() + figures.running() == 0;
				});
				int before = sent.size();
				String run = schedule.trigger();
				await().until(() -> sent.size() == before + 1);
				assertThat(run).startsWith("digests~0~");
				assertThat(producer.getBean(JobClient.class).recurring()).singleElement()
					.satisfies((info) -> assertThat(info.paused()).isTrue());
				assertThat(schedule.resume()).isTrue();
				await().until(() -> sent.size() > before + 1);
				assertThat(schedule.remove()).isTrue();
				assertThat(schedule.remove()).isFalse();
				assertThat(schedule.pause()).isFalse();
				assertThat(schedule.trigger()).isNull();
				assertThat(producer.getBean(JobClient.class).recurring()).isEmpty();
				assertThat(fields(producer, "bj:{" + this.namespace + ".digests}:rc")).isEmpty();
			}));
	}

	@Test
	void slotThatWasMissedIsMadeUpForOnceAndAFirstStartMissesNothing() {
		ApplicationContextRunner producer = this.digests.withPropertyValues("background-jobs.worker.enabled=false",
				"background-jobs.recurring-defaults.misfire-threshold=1s");
		producer.run((context) -> {
			JobClient jobs = context.getBean(JobClient.class);
			Digests digests = context.getBean(Digests.class);
			JobSchedule rarely = jobs.recurring("once")
				.fixedRate(Duration.ofMinutes(10))
				.misfire(MisfirePolicy.FIRE_ONCE);
			rarely.schedule(() -> digests.send(1));
			jobs.recurring("never")
				.fixedRate(Duration.ofMinutes(10))
				.misfire(MisfirePolicy.SKIP)
				.schedule(() -> digests.send(2));
			jobs.recurring("each")
				.fixedRate(Duration.ofMinutes(10))
				.misfire(MisfirePolicy.FIRE_ALL)
				.maxMisfires(3)
				.overlap(OverlapPolicy.ALLOW)
				.schedule(() -> digests.send(3));
			jobs.recurring("first").cron("0 0 0 1 1 *").zone(ZoneId.of("UTC")).schedule(() -> digests.send(4));
			// as if all of them had begun six and a half rates ago, and nobody had lived
			String slots = "bj:{" + this.namespace + ".digests}:rc";
			for (String id : List.of("once", "never", "each")) {
				moveBack(context, slots, id, Duration.ofMinutes(65));
			}
		});
		this.digests.run((worker) -> {
			List<Integer> sent = worker.getBean(Digests.class).sent();
			await().untilAsserted(() -> assertThat(sent).containsExactlyInAnyOrder(1, 3, 3, 3));
			JobScheduleInfo once = worker.getBean(JobClient.class).recurring("once").info();
			assertThat(once).isNotNull();
			assertThat(once.lastSlot()).isEqualTo(minutesBefore(once.nextSlot(), 10));
		});
	}

	@Test
	void declarationOfTheNewerProcessHoldsUntilItIsGone(CapturedOutput output) {
		ApplicationContextRunner reports = this.runner.withBean(Reports.class);
		reports.run((older) -> {
			JobSchedule schedule = older.getBean(JobClient.class).recurring("Reports.write");
			await().until(() -> schedule.info() != null);
			reports
				.withPropertyValues("background-jobs.recurring.[Reports.write].cron=0 0 4 * * *",
						"background-jobs.recurring.[Reports.write].zone=Asia/Tokyo")
				.run((newer) -> {
					await().untilAsserted(() -> assertThat(cron(schedule)).isEqualTo("0 0 4 * * * Asia/Tokyo"));
					await().until(() -> output.getOut().contains("Reports.write is fired as another process"));
				});
			await().untilAsserted(() -> assertThat(cron(schedule)).isEqualTo("0 0 3 * * * Europe/Berlin"));
		});
	}

	@Test
	void oneSlotWaitsForTheRunBeforeAndRunsAfterIt() {
		this.digests.run((context) -> {
			Digests digests = context.getBean(Digests.class);
			JobClient jobs = context.getBean(JobClient.class);
			JobSchedule queued = jobs.recurring("import").overlap(OverlapPolicy.QUEUE_ONE);
			queued.fixedRate(Duration.ofMillis(100)).schedule(digests::importAll);
			await().until(() -> digests.imports().size() == 1);
			String slots = "bj:{" + this.namespace + ".digests}:rc";
			await().until(() -> fields(context, slots).containsKey("import\0w"));
			Object waiting = fields(context, slots).get("import\0w");
			Object done = fields(context, slots).get("import");
			await().until(() -> !Objects.equals(fields(context, slots).get("import"), done));
			assertThat(fields(context, slots)).as("one waits, others are left out").containsEntry("import\0w", waiting);
			assertThat(digests.imports()).hasSize(1);
			digests.end();
			await().until(() -> digests.imports().size() > 1);
			assertThat(queued.remove()).isTrue();
		});
	}

	@Test
	void queueThatCannotBeReadHoldsUpNoOther(CapturedOutput output) {
		String slots = "bj:{" + this.namespace + ".mail}:rc";
		this.digests.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> context.getBean(StringRedisTemplate.class).opsForValue().set(slots, "not ours"));
		this.runner.withBean(Mail.class).withBean(Ticks.class).run((context) -> {
			await().until(() -> context.getBean(Ticks.class).ids().size() >= 2);
			assertThat(output).containsOnlyOnce("Recurring jobs of queue 'mail' are not fired or changed")
				.contains("WRONGTYPE");
			context.getBean(StringRedisTemplate.class).delete(slots);
			await().until(() -> context.getBean(Mail.class).isChecked());
		});
	}

	@Test
	void whatCannotBeAScheduleIsRefusedAtTheCall() {
		this.digests.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			JobClient jobs = context.getBean(JobClient.class);
			Digests digests = context.getBean(Digests.class);
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.recurring("a b")).withMessageContaining("'a b'");
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.recurring("a").cron("0 8 * * *"));
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.recurring("a").maxMisfires(1001))
				.withMessage("maxMisfires must be 1 to 1000: 1001");
			assertThatIllegalArgumentException().isThrownBy(() -> jobs.recurring("a").schedule(() -> digests.send(1)))
				.withMessageContaining("needs a cron expression or a fixed rate");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> jobs.recurring("a")
					.cron("@daily")
					.fixedRate(Duration.ofDays(1))
					.schedule(() -> digests.send(1)))
				.withMessageContaining("not both");
			assertThatIllegalStateException().isThrownBy(() -> jobs.recurring("a").cron("@daily").schedule(() -> {
			})).withMessageContaining("called no @BackgroundJob method");
			assertThat(jobs.recurring()).isEmpty();
			assertThat(context.getBean(JobQueries.class).figures("digests").counters()).isEmpty();
		});
	}

	private static @Nullable Instant minutesBefore(@Nullable Instant time, int minutes) {
		return (time != null) ? time.minus(Duration.ofMinutes(minutes)) : null;
	}

	private static String cron(JobSchedule schedule) {
		JobScheduleInfo info = schedule.info();
		return (info != null) ? info.cron() + " " + info.zone() : "none";
	}

	private long start(ApplicationContext context, String queue, String id) {
		Object definition = fields(context, "bj:{" + this.namespace + "." + queue + "}:rc").get(id + "\0d");
		return Long.parseLong(String.valueOf(definition).split(" ")[1]);
	}

	private static Map<Object, Object> fields(ApplicationContext context, String key) {
		return context.getBean(StringRedisTemplate.class).opsForHash().entries(key);
	}

	private static void moveBack(ApplicationContext context, String key, String id, Duration by) {
		Map<Object, Object> fields = fields(context, key);
		String[] definition = String.valueOf(fields.get(id + "\0d")).split(" ", 3);
		long start = Long.parseLong(definition[1]) - by.toMillis();
		StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
		redis.opsForHash().put(key, id + "\0d", definition[0] + " " + start + " " + definition[2]);
		redis.opsForHash().put(key, id, String.valueOf(start));
	}

	static class Ticks {

		private final List<String> ids = new CopyOnWriteArrayList<>();

		List<String> ids() {
			return this.ids;
		}

		@RecurringJob(id = "tick", fixedRate = "150ms", misfire = MisfirePolicy.FIRE_ALL, maxMisfires = 1000,
				overlap = OverlapPolicy.ALLOW)
		@BackgroundJob("ticks")
		void tick() {
			this.ids.add(JobContext.current().id());
		}

	}

	static class Mail {

		private volatile boolean checked;

		boolean isChecked() {
			return this.checked;
		}

		@RecurringJob(id = "check", fixedRate = "200ms")
		@BackgroundJob("mail")
		void check() {
			this.checked = true;
		}

	}

	static class Reports {

		@RecurringJob(cron = "0 0 3 * * *", zone = "Europe/Berlin")
		void write() {
		}

	}

	static class Digests {

		private final List<Integer> sent = new CopyOnWriteArrayList<>();

		private final List<String> imports = new CopyOnWriteArrayList<>();

		private final CountDownLatch end = new CountDownLatch(1);

		List<Integer> sent() {
			return this.sent;
		}

		List<String> imports() {
			return this.imports;
		}

		void end() {
			this.end.countDown();
		}

		@BackgroundJob("digests")
		void send(int user) {
			this.sent.add(user);
		}

		@BackgroundJob("digests")
		void importAll() throws InterruptedException {
			this.imports.add(JobContext.current().id());
			this.end.await();
		}

	}

}
