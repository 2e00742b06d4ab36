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
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobAwaitTimeoutException;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Waiting for the end of jobs on Redis. What it comes to is in {@code JobLifeContract}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AwaitTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Reports.class)
		.withPropertyValues("background-jobs.worker.poll-interval=50ms");

	@Test
	void whoWaitsIsToldAtOnceAndNeedNotAsk() {
		run("60s", (context, reports, redis) -> {
			JobHandle<Integer> handle = reports.pages(7);
			CompletableFuture<@Nullable Integer> waiting = supply(() -> handle.await(Duration.ofSeconds(50)));
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
			await().untilAsserted(() -> assertThat(subscriptions(context, redis)).hasSize(1));
			workers(context).start();
			assertThat(waiting.join()).isEqualTo(7);
			assertThat(redis.exists(key(context, "aw"))).isZero();
		});
	}

	@Test
	void whoIsNotToldFindsOutByAsking() {
		run("2s", (context, reports, redis) -> {
			JobHandle<Integer> handle = reports.pages(7);
			CompletableFuture<@Nullable Integer> waiting = supply(() -> handle.await(PATIENCE));
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
			// the message goes where nobody hears it, as if it were lost
			redis.hset(key(context, "aw"), JobId.parse(handle.id()).local(), ",nobody");
			workers(context).start();
			assertThat(waiting.join()).isEqualTo(7);
		});
	}

	@Test
	void whoHearsNothingForAWhileIsToldOfWhatEndedMeanwhile() {
		run("60s", (context, reports, redis) -> {
			JobHandle<Integer> handle = reports.pages(7);
			CompletableFuture<@Nullable Integer> waiting = supply(() -> handle.await(Duration.ofSeconds(50)));
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
			await().untilAsserted(() -> assertThat(subscriptions(context, redis)).hasSize(1));
			redis.clientKill(KillArgs.Builder.typePubsub());
			workers(context).start();
			assertThat(waiting.join()).isEqualTo(7);
		});
	}

	@Test
	void whoIsToldWhileRedisCannotBeAskedWaitsForIt() throws IOException {
		try (RefusingProxy proxy = new RefusingProxy(RedisServer.shared())) {
			run("50ms", proxy.port(), (context, reports, redis) -> {
				JobHandle<Integer> handle = reports.pages(7);
				CompletableFuture<@Nullable Integer> waiting = supply(() -> handle.await(Duration.ofMinutes(2)));
				await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
				proxy.refuse(EnumSet.of(RedisScript.FIND), "LOADING Redis is loading the dataset in memory");
				workers(context).start();
				await().atMost(PATIENCE).until(() -> proxy.refused(RedisScript.FIND) > 2);
				CompletableFuture<?> hasty = supply(() -> handle.await(Duration.ofMillis(300)));
				assertThat(hasty).failsWithin(PATIENCE)
					.withThrowableOfType(ExecutionException.class)
					.havingCause()
					.isInstanceOf(JobAwaitTimeoutException.class)
					.withCauseInstanceOf(TransientDataAccessResourceException.class);
				assertThat(waiting).isNotDone();
				proxy.refuseNothing();
				assertThat(waiting).succeedsWithin(PATIENCE).isEqualTo(7);
			});
		}
	}

	@Test
	void whoWaitsForAStepThatIsOnItsWayWithManyOthersWaitsOn() throws IOException {
		try (RefusingProxy proxy = new RefusingProxy(RedisServer.shared())) {
			run("50ms", proxy.port(), (context, reports, redis) -> {
				List<JobHandle<Integer>> last = IntStream.range(0, 30)
					.mapToObj((k) -> printed(context, reports))
					.toList();
				List<CompletableFuture<@Nullable Integer>> waiting = last.stream()
					.map((handle) -> supply(() -> handle.await(Duration.ofMinutes(5))))
					.toList();
				await().untilAsserted(() -> assertThat(redis.hlen(key(context, "aw"))).isEqualTo(30));
				proxy.refuse(EnumSet.of(RedisScript.RECEIVE), "LOADING Redis is loading the dataset in memory");
				workers(context).start();
				await().untilAsserted(() -> assertThat(redis.zcard(key(context, "o"))).isEqualTo(30));
				await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isZero());
				proxy.refuseNothing();
				assertThat(waiting).allSatisfy((one) -> assertThat(one.join()).isEqualTo(8));
			});
		}
	}

	@Test
	void whoMayNotLookIsToldSoAtOnce() throws IOException {
		try (RefusingProxy proxy = new RefusingProxy(RedisServer.shared())) {
			run("50ms", proxy.port(), (context, reports, redis) -> {
				JobHandle<Integer> handle = reports.pages(7);
				proxy.refuse(EnumSet.of(RedisScript.FIND), "NOPERM this user has no permissions");
				assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
					.isThrownBy(() -> handle.await(Duration.ofHours(1)));
			});
		}
	}

	@Test
	void manyWaitWithOneSubscriptionAndWithoutThreadsOfTheirOwn() {
		run("60s", (context, reports, redis) -> {
			JobClient jobs = context.getBean(JobClient.class);
			List<String> ids = IntStream.range(0, 1000).mapToObj((k) -> "report-" + k).toList();
			jobs.enqueueAll(() -> ids.forEach((id) -> jobs.id(id).enqueue(() -> reports.pages(1))));
			JobEnds ends = context.getBean(JobEnds.class);
			long threads = threads();
			List<CompletableFuture<Void>> waiting = Stream.concat(ids.stream(), ids.stream())
				.map((id) -> ends.await(new JobId(QueuePartition.of("reports"), id)))
				.toList();
			await().untilAsserted(() -> assertThat(redis.hlen(key(context, "aw"))).isEqualTo(1000));
			await().untilAsserted(() -> assertThat(subscriptions(context, redis)).hasSize(1));
			// the connections' own threads may come late
			assertThat(threads()).isLessThan(threads + 100);
			workers(context).start();
			assertThat(CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new))).succeedsWithin(PATIENCE);
		});
	}

	@Test
	void whoWaitsForAStepIsToldWhereverItIs() {
		run("10m", (context, reports, redis) -> {
			JobHandle<Integer> last = printed(context, reports);
			CompletableFuture<@Nullable Integer> waiting = supply(() -> last.await(Duration.ofMinutes(5)));
			String step = JobId.parse(last.id()).local();
			await().untilAsserted(() -> assertThat(redis.hkeys(key(context, "aw"))).containsExactly(step));
			JobOperations operations = context.getBean(JobOperations.class);
			operations.pause("printer");
			workers(context).start();
			await().untilAsserted(() -> assertThat(redis.hkeys(key(context, "printer", "aw"))).containsExactly(step));
			assertThat(redis.exists(key(context, "aw"))).isZero();
			operations.resume("printer");
			assertThat(waiting.join()).isEqualTo(8);
		});
	}

	@Test
	void whoWaitsNoLongerIsNotToldAnyMore() {
		run("60s", (context, reports, redis) -> {
			JobHandle<Integer> handle = reports.pages(7);
			CompletableFuture<Void> waiting = context.getBean(JobEnds.class).await(JobId.parse(handle.id()));
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
			await().untilAsserted(() -> assertThat(subscriptions(context, redis)).hasSize(1));
			waiting.cancel(false);
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isZero());
		});
	}

	@Test
	void waitingInsideAJobIsWarnedOfOnce(CapturedOutput output) {
		this.runner.withBean(Summaries.class).run((context) -> {
			assertThat(context.getBean(Summaries.class).pages(10, 20).await(PATIENCE)).isEqualTo(30);
			assertThat(output).containsOnlyOnce("and holds a slot meanwhile");
		});
	}

	@Test
	void interruptedCallerStopsWaiting() {
		run("60s", (context, reports, redis) -> {
			JobHandle<Integer> handle = reports.pages(7);
			CompletableFuture<Thread> thread = new CompletableFuture<>();
			CompletableFuture<?> waiting = supply(() -> {
				thread.complete(Thread.currentThread());
				return handle.await(PATIENCE);
			});
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
			thread.join().interrupt();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(waiting::join)
				.withMessageContaining("Interrupted while waiting for job '" + handle.id());
		});
	}

	@Test
	void whoWaitsWhenTheApplicationIsClosedIsToldSo() {
		run("60s", (context, reports, redis) -> {
			JobHandle<Integer> handle = reports.pages(7);
			CompletableFuture<?> waiting = supply(() -> handle.await(Duration.ofHours(1)));
			await().untilAsserted(() -> assertThat(redis.exists(key(context, "aw"))).isOne());
			((AssertableApplicationContext) context).close();
			assertThat(waiting).failsWithin(PATIENCE)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(IllegalStateException.class)
				.withMessageContaining("Job '" + handle.id()
						+ "' cannot be awaited: this application is being closed; the job goes on");
		});
	}

	@Test
	void jobThatIsNotEnqueuedYetCannotBeAwaited() {
		run("60s", (context, reports, redis) -> context.getBean(JobClient.class)
			.enqueueAll(() -> assertThatIllegalStateException().isThrownBy(() -> reports.pages(7).await(PATIENCE))
				.withMessageContaining("is not enqueued")));
	}

	private void run(String pollInterval, Waiting test) {
		run(pollInterval, RedisServer.shared().port(), test);
	}

	private void run(String pollInterval, int port, Waiting test) {
		this.runner
			.withPropertyValues("background-jobs.await.poll-interval=" + pollInterval, "spring.data.redis.port=" + port)
			.run((context) -> {
				workers(context).stop();
				RedisClient client = RedisClient.create(RedisServer.shared().uri());
				try (StatefulRedisConnection<String, String> connection = client.connect()) {
					test.run(context, context.getBean(Reports.class), connection.sync());
				}
				finally {
					client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
				}
			});
	}

	private static JobListenerContainerRegistry workers(ApplicationContext context) {
		return context.getBean(JobListenerContainerRegistry.class);
	}

	private static JobHandle<Integer> printed(ApplicationContext context, Reports reports) {
		return context.getBean(JobClient.class)
			.chain(() -> reports.pages(7))
			.then((Integer pages) -> reports.print(pages))
			.enqueue();
	}

	private static String key(ApplicationContext context, String name) {
		return key(context, "reports", name);
	}

	private static String key(ApplicationContext context, String queue, String name) {
		return "bj:{" + context.getEnvironment().getProperty("background-jobs.namespace") + "." + queue + "}:" + name;
	}

	private static List<String> subscriptions(ApplicationContext context, RedisCommands<String, String> redis) {
		return redis.pubsubChannels(
				"bj:" + context.getEnvironment().getProperty("background-jobs.namespace") + ":wake:await-*");
	}

	private static <T extends @Nullable Object> CompletableFuture<T> supply(Supplier<T> supplier) {
		Executor own = (task) -> new Thread(task, "caller").start();
		return CompletableFuture.supplyAsync(supplier, own);
	}

	private static long threads() {
		return Thread.getAllStackTraces().keySet().size();
	}

	interface Waiting {

		void run(ApplicationContext context, Reports reports, RedisCommands<String, String> redis);

	}

	static class Reports {

		@BackgroundJob("reports")
		JobHandle<Integer> pages(int pages) {
			return JobHandle.completed(pages);
		}

		@BackgroundJob("printer")
		JobHandle<Integer> print(int pages) {
			return JobHandle.completed(pages + 1);
		}

	}

	static class Summaries {

		private final Reports reports;

		Summaries(Reports reports) {
			this.reports = reports;
		}

		@BackgroundJob("summaries")
		JobHandle<Integer> pages(int... reports) {
			List<JobHandle<Integer>> all = Arrays.stream(reports).mapToObj(this.reports::pages).toList();
			return JobHandle.completed(all.stream().mapToInt(Summaries::pages).sum());
		}

		private static int pages(JobHandle<Integer> report) {
			Integer pages = report.await(PATIENCE);
			return (pages != null) ? pages : 0;
		}

	}

}
