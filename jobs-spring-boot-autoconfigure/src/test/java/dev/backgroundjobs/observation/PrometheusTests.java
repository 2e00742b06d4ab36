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

package dev.backgroundjobs.observation;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.sun.net.httpserver.HttpServer;
import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.autoconfigure.JobsMetricsAutoConfiguration;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The shipped dashboard and alerts, asked of a real Prometheus that scrapes two processes
 * of one deployment. Needs its binary, so {@code .ci/with-prometheus} runs it.
 */
class PrometheusTests {

	private static final Path DOCS = Path.of("../docs");

	private static final Pattern SELECTOR = Pattern.compile("background_jobs_\\w+(\\{[^}]*})?");

	private final HttpClient http = HttpClient.newHttpClient();

	private final List<HttpServer> scraped = new ArrayList<>();

	private @Nullable Process prometheus;

	private int port;

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(
				AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
						PrometheusMetricsExportAutoConfiguration.class, JobsMetricsAutoConfiguration.class))
		.withBean(Work.class)
		.withPropertyValues("background-jobs.namespace=prometheus-" + System.nanoTime(),
				"background-jobs.worker.queues=work", "background-jobs.queues.full.capacity=1");

	@BeforeEach
	void choosePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			this.port = socket.getLocalPort();
		}
	}

	@AfterEach
	void stop() {
		this.scraped.forEach((server) -> server.stop(0));
		if (this.prometheus != null) {
			this.prometheus.destroyForcibly();
		}
	}

	@Test
	void dashboardAndAlertsFindTheirDataInTwoProcesses(@TempDir Path directory) {
		this.runner.run((one) -> this.runner.run((other) -> {
			start(directory, List.of(serve(one), serve(other)));
			work(one);
			// what was there from the beginning has not increased: somebody has to look
			// first
			await().atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(
						query("count by (job_name) (background_jobs_retries_total{job_name=~\"Work.(fail|die)\"})"))
					.hasSize(2));
			for (int k = 0; k < 40; k++) {
				work((k % 2 == 0) ? one : other);
			}
			assertDashboardHasData();
			assertAlertsHaveData();
			assertLabelsAreOurs();
			assertNothingIsCountedTwice();
		}));
	}

	private static void work(ApplicationContext context) {
		Work work = context.getBean(Work.class);
		work.succeed();
		work.fail();
		work.die();
		work.keep();
		try {
			work.full();
		}
		catch (QueueFullException ex) {
			// that is what the queue is there for
		}
	}

	private void assertDashboardHasData() throws Exception {
		JsonNode dashboard = JsonMapper.shared().readTree(DOCS.resolve("grafana-dashboard.json").toFile());
		List<String> queries = new ArrayList<>();
		dashboard.get("panels")
			.forEach((panel) -> panel.get("targets").forEach((target) -> queries.add(target.get("expr").asString())));
		assertThat(queries).hasSizeGreaterThan(12);
		for (String query : queries) {
			awaitData(query.replace("$__rate_interval", "1m").replace("$queue", ".*"));
		}
	}

	private void assertAlertsHaveData() throws Exception {
		List<String> selectors = SELECTOR.matcher(Files.readString(DOCS.resolve("alerts.yml")))
			.results()
			.map(MatchResult::group)
			.toList();
		assertThat(selectors).hasSizeGreaterThan(5);
		for (String selector : selectors) {
			awaitData(selector);
		}
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			JsonNode rules = get("/api/v1/rules").at("/data/groups/0/rules");
			assertThat(rules).hasSize(4)
				.allSatisfy((rule) -> assertThat(rule.get("health").asString()).isEqualTo("ok"));
			assertThat(rule(rules, "BackgroundJobsFailing")).isIn("pending", "firing");
			assertThat(rule(rules, "BackgroundJobsDeadLettersGrow")).isEqualTo("firing");
			assertThat(rule(rules, "BackgroundJobsNoWorkers")).isEqualTo("inactive");
		});
	}

	private static String rule(JsonNode rules, String name) {
		return StreamSupport.stream(rules.spliterator(), false)
			.filter((rule) -> rule.get("name").asString().equals(name))
			.map((rule) -> rule.get("state").asString())
			.findAny()
			.orElseThrow();
	}

	/**
	 * A label that Prometheus sets itself would come as {@code exported_...}.
	 */
	private void assertLabelsAreOurs() throws Exception {
		JsonNode series = get("/api/v1/series?match[]=" + encoded("{__name__=~\"background_jobs_.+\"}")).get("data");
		Set<String> labels = new TreeSet<>();
		Set<String> instances = new TreeSet<>();
		series.forEach((one) -> {
			labels.addAll(one.propertyNames());
			instances.add(one.get("instance").asString());
		});
		assertThat(labels).containsExactlyInAnyOrder("__name__", "job", "instance", "queue", "state", "job_name",
				"outcome", "error");
		assertThat(instances).hasSize(2);
	}

	private void assertNothingIsCountedTwice() {
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			assertThat(value("max by (queue) (background_jobs_queue_size{queue=\"held\", state=\"queued\"})"))
				.isEqualTo("41");
			assertThat(value("count(background_jobs_queue_size{queue=\"held\", state=\"queued\"})")).isEqualTo("2");
			assertThat(value("sum(background_jobs_enqueue_seconds_count{job_name=\"Work.succeed\"})")).isEqualTo("41");
			assertThat(value("sum(background_jobs_execution_seconds_count{job_name=\"Work.succeed\"})"))
				.isEqualTo("41");
			assertThat(value("sum(background_jobs_dead_total{job_name=\"Work.die\"})")).isEqualTo("41");
			assertThat(value("sum(background_jobs_workers_slots)")).isEqualTo("20");
		});
	}

	private void awaitData(String query) {
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(query(query)).as(query).hasSizeGreaterThan(0));
	}

	private String value(String query) throws Exception {
		JsonNode result = query(query);
		return (result.size() == 1) ? result.at("/0/value/1").asString() : result.toString();
	}

	private JsonNode query(String query) throws Exception {
		JsonNode answer = get("/api/v1/query?query=" + encoded(query));
		assertThat(answer.path("status").asString()).as("%s", answer).isEqualTo("success");
		return answer.at("/data/result");
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private JsonNode get(String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).build();
		return JsonMapper.shared().readTree(this.http.send(request, HttpResponse.BodyHandlers.ofString()).body());
	}

	private int serve(ApplicationContext context) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/metrics", (exchange) -> {
			byte[] body = context.getBean(PrometheusMeterRegistry.class).scrape().getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
			exchange.sendResponseHeaders(200, body.length);
			try (OutputStream out = exchange.getResponseBody()) {
				out.write(body);
			}
		});
		server.start();
		this.scraped.add(server);
		return server.getAddress().getPort();
	}

	private void start(Path directory, List<Integer> ports) throws IOException {
		Path configuration = directory.resolve("prometheus.yml");
		Files.writeString(configuration, """
				global: {scrape_interval: 1s, evaluation_interval: 1s}
				rule_files: ['%s']
				scrape_configs:
				  - job_name: shop
				    static_configs: [{targets: ['127.0.0.1:%d', '127.0.0.1:%d']}]
				""".formatted(DOCS.resolve("alerts.yml").toAbsolutePath().normalize(), ports.get(0), ports.get(1)));
		this.prometheus = new ProcessBuilder("prometheus", "--config.file=" + configuration,
				"--storage.tsdb.path=" + directory.resolve("data"), "--web.listen-address=127.0.0.1:" + this.port,
				"--log.level=warn")
			.inheritIO()
			.start();
		await().atMost(Duration.ofMinutes(1))
			.ignoreExceptions()
			.until(() -> get("/api/v1/query?query=up").path("status").asString().equals("success"));
	}

	static class Work {

		@BackgroundJob("work")
		void succeed() {
		}

		@BackgroundJob("work")
		@JobRetry(maxRetries = 1, delay = "1ms", jitter = "0ms")
		void fail() {
			throw new IllegalStateException("no luck");
		}

		@BackgroundJob("work")
		void die() {
			throw new NonRetryableJobException("never");
		}

		@BackgroundJob("held")
		void keep() {
		}

		@BackgroundJob("full")
		void full() {
		}

		@RecurringJob(cron = "* * * * * *")
		@BackgroundJob("work")
		void tick() {
		}

	}

}
