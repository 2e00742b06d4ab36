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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.autoconfigure.health.JobsHealthContributorAutoConfiguration;
import dev.backgroundjobs.core.DeploymentReader;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What health finds and says; how it is served is a matter of {@link HealthGroupTests}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HealthTests {

	private static final RedisServer server = RedisServer.start();

	private static final RedisClient client = RedisClient.create(server.uri());

	private static final RedisCommands<String, String> redis = client.connect().sync();

	private final String namespace = "test-" + UUID.randomUUID();

	private final ApplicationContextRunner runner = JobsContextRunner.on(server)
		.withConfiguration(AutoConfigurations.of(JobsHealthContributorAutoConfiguration.class))
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.namespace=" + this.namespace,
				"background-jobs.worker.shutdown-timeout=0s");

	private final ApplicationContextRunner producer = this.runner
		.withPropertyValues("background-jobs.worker.enabled=false");

	@AfterAll
	static void stop() {
		client.shutdown(Duration.ZERO, Duration.ZERO);
		server.close();
	}

	@AfterEach
	void evictNothing() {
		redis.configSet("maxmemory-policy", "noeviction");
	}

	@Test
	void queueIsDescribed() {
		this.runner.withPropertyValues("background-jobs.queues.mail.worker-concurrency=1").run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.fail();
			jobs.failAtFirst();
			await().untilAsserted(() -> {
				assertThat(queue(context).dead()).isOne();
				assertThat(queue(context).retrying()).isOne();
			});
			jobs.block();
			await().untilAsserted(() -> assertThat(queue(context).running()).isOne());
			jobs.send();
			jobs.send();
			context.getBean(JobClient.class).in(Duration.ofHours(1)).enqueue(jobs::send);
			redis.hset("bj:{" + this.namespace + ".mail}:m", "p", "1");
			await().untilAsserted(() -> {
				QueueHealth queue = queue(context);
				assertThat(queue).usingRecursiveComparison()
					.ignoringFields("oldestAge", "lastPoll")
					.isEqualTo(new QueueHealth(true, 2, 1, 1, 1, 1, "", 1, ""));
				assertThat(Duration.parse(queue.oldestAge())).isPositive();
				assertThat(Duration.parse(queue.lastPoll()).isNegative()).isFalse();
			});
			assertThat(health(context).getDetails()).containsEntry("workers", 1);
		});
	}

	@Test
	void jobThatRunsForLongIsNamedAndItsPlaceShownOnce(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.job.long-running=300ms").run((context) -> {
			context.getBean(Jobs.class).block();
			await().untilAsserted(() -> assertThat(String.valueOf(health(context).getDetails().get("longRunning")))
				.matches("\\{mail=\\[Jobs.block 'mail~0~[^']+' for PT\\d+S]}"));
			await().untilAsserted(() -> assertThat(output)
				.containsPattern("WARN .* Job Jobs.block 'mail~0~[^']+' has been running for PT\\d+S "
						+ "\\(background-jobs.job.long-running=PT0.3S\\)")
				.contains("HealthTests$Jobs.block"));
			context.getBean(Jobs.class).block();
			await().untilAsserted(() -> assertThat(
					StringUtils.countOccurrencesOf(output.getOut(), "background-jobs.job.long-running"))
				.isEqualTo(2));
			await().untilAsserted(() -> assertThat(health(context).getStatus()).isEqualTo(Status.UP));
		});
	}

	@Test
	void redisThatOnlySaysThatItIsBusyIsOutOfServiceAfterTenSeconds() {
		AtomicLong clock = new AtomicLong();
		redis.configSet("lua-time-limit", "50");
		this.producer.run((context) -> {
			BackgroundJobsHealthIndicator indicator = new BackgroundJobsHealthIndicator(
					context.getBean(DeploymentReader.class), context.getBean(JobQueries.class), null, new FailureRate(),
					new HealthOptions(100, null, null, false), clock::get);
			assertThat(statusAfter(0, clock, indicator)).isEqualTo(BackgroundJobsHealthIndicator.NO_WORKERS);
			RedisFuture<?> endless = client.connect().async().eval("while true do end", ScriptOutputType.STATUS);
			try {
				await().until(() -> refusal(redis::ping).startsWith("BUSY"));
				assertThat(statusAfter(2000, clock, indicator)).as("as others say it, too").isEqualTo(Status.UP);
				assertThat(statusAfter(9999, clock, indicator)).isEqualTo(Status.UP);
				assertThat(statusAfter(1, clock, indicator)).as("the answer is a second old at most")
					.isEqualTo(Status.OUT_OF_SERVICE);
			}
			finally {
				redis.scriptKill();
			}
			await().until(endless::isDone);
			assertThat(statusAfter(2000, clock, indicator)).isEqualTo(BackgroundJobsHealthIndicator.NO_WORKERS);
		});
	}

	private static Status statusAfter(long milliseconds, AtomicLong clock, BackgroundJobsHealthIndicator indicator) {
		clock.addAndGet(Duration.ofMillis(milliseconds).toNanos());
		Health health = indicator.health();
		assertThat(health).isNotNull();
		return health.getStatus();
	}

	private static String refusal(Runnable call) {
		try {
			call.run();
			return "";
		}
		catch (RedisException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Test
	void processThatDoesNotWorkOnAQueueSaysSo() {
		this.producer.run((context) -> {
			context.getBean(Jobs.class).send();
			// which queues there are is read again now and then
			await().untilAsserted(() -> assertThat(queue(context).lastPoll()).isEqualTo("not here"));
		});
	}

	@Test
	void policyThatMayTakeJobsIsUnsafe() {
		this.runner.run((context) -> {
			await().until(() -> health(context).getStatus().equals(Status.UP));
			redis.configSet("maxmemory-policy", "allkeys-lfu");
			await().untilAsserted(() -> {
				assertThat(health(context).getStatus()).isEqualTo(BackgroundJobsHealthIndicator.UNSAFE);
				assertThat(findings(context).get("UNSAFE")).contains("(allkeys-lfu)", "keys since it started",
						"CONFIG SET maxmemory-policy noeviction");
			});
			// spares keys without an expiry, so all of ours
			redis.configSet("maxmemory-policy", "volatile-lru");
			await().until(() -> health(context).getStatus().equals(Status.UP));
		});
	}

	@Test
	void keysThatWereEvictedMeanwhileAreUnsafeAlsoIfThePolicyIsRightAgain() {
		this.producer.run((context) -> {
			await().untilAsserted(() -> detail(context, "eviction"));
			redis.set("somebody's", "value");
			redis.configSet("maxmemory-policy", "allkeys-random");
			redis.configSet("maxmemory", "1");
			// whatever it asks for, Redis makes room for it
			await().until(() -> redis.ping() != null && redis.dbsize() == 0);
			redis.configSet("maxmemory", "0");
			redis.configSet("maxmemory-policy", "noeviction");
			await().untilAsserted(() -> assertThat(findings(context).get("UNSAFE")).contains("Redis has evicted",
					"'noeviction' now"));
			assertThat(health(context).getStatus()).isIn(BackgroundJobsHealthIndicator.UNSAFE,
					BackgroundJobsHealthIndicator.NO_WORKERS);
		});
	}

	@Test
	void oldJobIsABacklog() {
		this.runner
			.withPropertyValues("background-jobs.queues.mail.worker-concurrency=1",
					"background-jobs.health.backlog-age=10ms")
			.run((context) -> {
				context.getBean(Jobs.class).block();
				context.getBean(Jobs.class).send();
				await().untilAsserted(() -> {
					assertThat(health(context).getStatus()).isEqualTo(BackgroundJobsHealthIndicator.BACKLOG);
					assertThat(findings(context).get("BACKLOG")).startsWith("The oldest job of mail has waited for PT")
						.contains("background-jobs.health.backlog-age (PT0.01S)");
				});
			});
	}

	@Test
	void failuresAreAWarningAndAStatusOnlyIfConfigured() {
		this.runner.run((context) -> {
			fail(context, 20);
			await().untilAsserted(() -> assertThat(health(context).getDetails().get("warning"))
				.isEqualTo("Many attempts fail: 100.0 % (20 of 20 attempts of this process in the last 5 minutes)"));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
		this.runner.withPropertyValues("background-jobs.health.failure-rate=0.4").run((context) -> {
			fail(context, 19);
			await().until(() -> context.getBean(FailureRate.class).sample().executions() == 19);
			assertThat(health(context).getDetails()).doesNotContainKeys("warning", "findings");
			fail(context, 1);
			await().untilAsserted(
					() -> assertThat(health(context).getStatus()).isEqualTo(BackgroundJobsHealthIndicator.FAILING));
			assertThat(findings(context).get("FAILING")).contains("background-jobs.health.failure-rate (0.4)");
		});
	}

	@Test
	void findingsAreInTheStatusOfTheApplicationIfWanted() {
		this.producer.withPropertyValues("background-jobs.health.in-application-status=true").run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
			assertThat(findings(context)).containsKey("NO_WORKERS");
		});
	}

	/**
	 * A look costs commands by queue, whatever is in the queue.
	 */
	@Test
	void costDoesNotDependOnTheNumberOfJobs() {
		Map<String, Long> few = costWith(10);
		Map<String, Long> many = costWith(5000);
		assertThat(many).containsEntry("info", 1L).containsEntry("evalsha", 1L).isEqualTo(few);
	}

	private Map<String, Long> costWith(int jobs) {
		Map<String, Long> cost = new TreeMap<>();
		this.producer.run((context) -> context.getBean(JobClient.class).enqueueAll(() -> {
			for (int i = 0; i < jobs; i++) {
				context.getBean(Jobs.class).send();
			}
		}));
		// a process that never enqueues asks Redis for nothing else
		this.producer.run((context) -> {
			DeploymentReader reader = context.getBean(DeploymentReader.class);
			assertThat(reader.read().queues().get(0).queued()).isGreaterThanOrEqualTo(jobs);
			Map<String, Long> before = commands();
			reader.read();
			commands().forEach((name, calls) -> cost.put(name, calls - before.getOrDefault(name, 0L)));
		});
		cost.values().removeIf((calls) -> calls == 0);
		// the one that counts
		cost.merge("info", -1L, Long::sum);
		return cost;
	}

	private static Map<String, Long> commands() {
		Map<String, Long> calls = new TreeMap<>();
		Matcher line = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)").matcher(redis.info("commandstats"));
		while (line.find()) {
			calls.put(line.group(1), Long.valueOf(line.group(2)));
		}
		return calls;
	}

	private static void fail(ApplicationContext context, int times) {
		for (int i = 0; i < times; i++) {
			context.getBean(Jobs.class).fail();
		}
	}

	private static Health health(ApplicationContext context) {
		Health health = context.getBean(BackgroundJobsHealthIndicator.class).health();
		assertThat(health).isNotNull();
		return health;
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> findings(ApplicationContext context) {
		return (Map<String, String>) detail(context, "findings");
	}

	private static QueueHealth queue(ApplicationContext context) {
		Object queue = ((Map<?, ?>) detail(context, "queues")).get("mail");
		assertThat(queue).isInstanceOf(QueueHealth.class);
		return (QueueHealth) queue;
	}

	private static Object detail(ApplicationContext context, String name) {
		Object detail = health(context).getDetails().get(name);
		assertThat(detail).as(name).isNotNull();
		return detail;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30));
	}

	static class Jobs {

		@BackgroundJob("mail")
		void send() {
		}

		@BackgroundJob("mail")
		void block() throws InterruptedException {
			new CountDownLatch(1).await();
		}

		@BackgroundJob("mail")
		void fail() {
			throw new NonRetryableJobException("no use");
		}

		@BackgroundJob("mail")
		@JobRetry(delay = "1h", maxDelay = "2h")
		void failAtFirst() {
			throw new IllegalStateException("again");
		}

	}

}
