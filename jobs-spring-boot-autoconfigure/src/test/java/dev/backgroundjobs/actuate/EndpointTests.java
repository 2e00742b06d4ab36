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

import java.lang.management.ManagementFactory;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.RedisServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint over HTTP, in one application that works on some of its queues.
 */
class EndpointTests {

	private static ConfigurableApplicationContext application;

	private static RestTestClient http;

	private static Shop shop;

	@BeforeAll
	static void start() {
		RedisServer redis = RedisServer.shared();
		SpringApplication spring = new SpringApplication(Configuration.class);
		application = spring.run("--server.port=0", "--spring.data.redis.host=" + redis.host(),
				"--spring.data.redis.port=" + redis.port(), "--background-jobs.namespace=test-" + UUID.randomUUID(),
				"--background-jobs.jobs.[Shop.conf*].timeout=7m", "--background-jobs.queues.mail.retry.delay=4s",
				"--background-jobs.retry.multiplier=5", "--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=backgroundjobs", "--background-jobs.worker.queues=mail",
				"--background-jobs.worker.lease=3s", "--background-jobs.worker.shutdown-timeout=0s",
				"--management.endpoints.web.exposure.include=backgroundjobs",
				"--management.endpoint.backgroundjobs.access=unrestricted");
		String port = application.getEnvironment().getRequiredProperty("local.server.port");
		http = RestTestClient.bindToServer().baseUrl("http://localhost:" + port + "/actuator/backgroundjobs").build();
		shop = application.getBean(Shop.class);
		shop.export();
		await().untilAsserted(() -> get("/workers").expectBody().jsonPath("$.total").isEqualTo(1));
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void queueIsPausedAndResumed() {
		post("/queues/exports", "paused").expectStatus()
			.isOk()
			.expectBody()
			.json("{\"queue\": \"exports\", \"changed\": true, \"paused\": true}");
		post("/queues/exports", "paused").expectStatus().isOk().expectBody().jsonPath("$.changed").isEqualTo(false);
		get("/queues/exports").expectBody().jsonPath("$.paused").isEqualTo(true);
		get("").expectBody().jsonPath("$.paused[0]").isEqualTo("exports").jsonPath("$.totals.queued").isEqualTo(1);
		post("/queues/exports", "running").expectStatus().isOk().expectBody().jsonPath("$.paused").isEqualTo(false);
		get("").expectBody().jsonPath("$.paused").isEmpty();
	}

	@Test
	void queuesAreListedPageByPage() {
		get("/queues?limit=1").expectBody()
			.jsonPath("$.total")
			.isEqualTo(2)
			.jsonPath("$.entries.length()")
			.isEqualTo(1)
			.jsonPath("$.entries[0].queue")
			.isEqualTo("exports")
			.jsonPath("$.entries[0].queued")
			.isEqualTo(1)
			.jsonPath("$.entries[0].workers")
			.isEqualTo(0)
			.jsonPath("$.cursor")
			.isEqualTo("exports");
		// a worker is there once it has said so
		await().untilAsserted(() -> get("/queues?limit=1&cursor=exports").expectBody()
			.jsonPath("$.entries[0].queue")
			.isEqualTo("mail")
			.jsonPath("$.entries[0].workers")
			.isEqualTo(1)
			.jsonPath("$.cursor")
			.doesNotExist());
	}

	@Test
	void deadLettersArePagedAndChangedByJobName() {
		for (int i = 0; i < 3; i++) {
			shop.fail("no use " + i);
		}
		shop.failOtherwise();
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> get("/dead/mail").expectBody().jsonPath("$.total").isEqualTo(4));
		AtomicReference<String> cursor = new AtomicReference<>();
		get("/dead/mail?limit=3").expectBody()
			.jsonPath("$.jobs.length()")
			.isEqualTo(3)
			.jsonPath("$.jobs[0].failures[0].message")
			.isEqualTo("******")
			.jsonPath("$.cursor")
			.value(String.class, cursor::set);
		get("/dead/mail?cursor=" + cursor).expectBody()
			.jsonPath("$.jobs.length()")
			.isEqualTo(1)
			.jsonPath("$.cursor")
			.doesNotExist();
		post("/dead/mail", Map.of("state", "queued", "jobName", "Shop.fail", "max", "2")).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.changed")
			.isEqualTo(2)
			.jsonPath("$.more")
			.isEqualTo(true)
			.jsonPath("$.cursor")
			.exists();
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> get("/dead/mail").expectBody().jsonPath("$.total").isEqualTo(4));
		http.delete()
			.uri("/dead/mail?jobName=Shop.fail")
			.exchange()
			.expectBody()
			.json("{\"examined\": 4, \"changed\": 3, \"more\": false, \"jobName\": \"Shop.fail\"}");
		get("/dead").expectBody().jsonPath("$.entries[1]").isEqualTo(Map.of("queue", "mail", "dead", 1));
		http.delete().uri("/dead/mail").exchange().expectBody().jsonPath("$.changed").isEqualTo(1);
	}

	@Test
	void workersAreShownWithWhatTheyRunAndARunningJobIsCancelled() throws Exception {
		JobHandle<Void> handle = shop.block();
		AtomicReference<String> worker = new AtomicReference<>();
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> get("/workers").expectBody()
				.jsonPath("$.total")
				.isEqualTo(1)
				.jsonPath("$.entries[0].running[0]")
				.isEqualTo(handle.id())
				.jsonPath("$.entries[0].id")
				.value(String.class, worker::set));
		get("/workers/" + worker).expectBody()
			.jsonPath("$.worker.queues.mail")
			.isEqualTo(10)
			.jsonPath("$.jobs[0].name")
			.isEqualTo("Shop.block");
		post("/jobs/" + handle.id(), "cancelled").expectStatus().isOk();
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.CANCELLED));
		post("/jobs/" + handle.id(), "cancelled").expectStatus().isEqualTo(409);
	}

	@Test
	void scheduleIsPausedResumedAndTriggered() {
		get("/recurring").expectBody()
			.jsonPath("$.entries[0].id")
			.isEqualTo("Shop.report")
			.jsonPath("$.entries[0].cron")
			.isEqualTo("0 30 4 29 2 *")
			.jsonPath("$.entries[0].zone")
			.isEqualTo("Europe/Berlin")
			.jsonPath("$.entries[0].nextSlot")
			.value(String.class, (slot) -> assertThat(slot).endsWith("-02-29T03:30:00Z"));
		post("/recurring/Shop.report", "paused").expectStatus().isOk();
		get("/recurring/Shop.report").expectBody().jsonPath("$.paused").isEqualTo(true);
		AtomicReference<String> job = new AtomicReference<>();
		post("/recurring/Shop.report", "triggered").expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.job")
			.value(String.class, job::set);
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> get("/jobs/" + job).expectBody().jsonPath("$.state").isEqualTo("SUCCEEDED"));
		get("/recurring/Shop.report").expectBody().jsonPath("$.lastSlot").doesNotExist();
		post("/recurring/Shop.report", "running").expectBody().json("{\"changed\": true, \"paused\": false}");
		post("/recurring/Shop.report", "running").expectBody().json("{\"changed\": false, \"paused\": false}");
	}

	@Test
	void typesAreShownWithTheOriginOfTheirSettings() {
		get("/types?limit=1").expectBody().jsonPath("$.entries.length()").isEqualTo(1).jsonPath("$.cursor").exists();
		assertThat(settings("/types/Shop.configured")).contains("queue=mail @BackgroundJob(queue)",
				"priority=NORMAL built-in", "timeout=PT7M background-jobs.jobs.[Shop.conf*].timeout",
				"expires-after=none built-in", "retry.max-retries=3 @JobRetry(maxRetries)",
				"retry.delay=PT4S background-jobs.queues.mail.retry.delay",
				"retry.multiplier=5.0 background-jobs.retry.multiplier", "retry.max-delay=PT1H built-in");
		JobHandle<Void> handle = application.getBean(JobClient.class)
			.in(Duration.ofHours(1))
			.queue("exports")
			.enqueue(() -> shop.configured());
		assertThat(settings("/jobs/" + handle.id()))
			.contains("queue=exports call", "retry.max-retries=3 @JobRetry(maxRetries)")
			.doesNotContain("retry.delay=PT4S");
		handle.cancel();
	}

	@Test
	void namesThatThisBuildCannotRunAreShown() {
		RedisServer redis = RedisServer.shared();
		SpringApplication later = new SpringApplication(LaterBuild.class);
		later.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext other = later.run("--spring.data.redis.host=" + redis.host(),
				"--spring.data.redis.port=" + redis.port(), "--background-jobs.worker.enabled=false",
				"--background-jobs.namespace="
						+ application.getEnvironment().getProperty("background-jobs.namespace"))) {
			JobHandle<Void> handle = other.getBean(LaterBuild.Later.class).invent();
			// now and then a worker has it in hand
			await().untilAsserted(() -> get("/types").expectBody()
				.jsonPath("$.unknown[0].name")
				.isEqualTo("Later.invent")
				.jsonPath("$.unknown[0].queue")
				.isEqualTo("mail")
				.jsonPath("$.unknown[0].jobs")
				.isEqualTo(1)
				.jsonPath("$.examined")
				.value(Integer.class, (examined) -> assertThat(examined).isPositive()));
			await().untilAsserted(() -> assertThat(handle.cancel()).isTrue());
		}
	}

	private static List<String> settings(String path) {
		List<String> settings = new ArrayList<>();
		get(path).expectBody()
			.jsonPath("$.settings")
			.value(List.class, (list) -> ((List<?>) list).forEach((setting) -> {
				Map<?, ?> entry = (Map<?, ?>) setting;
				settings.add(entry.get("name") + "=" + entry.get("value") + " " + entry.get("origin"));
			}));
		return settings;
	}

	@Test
	void whoMayNotSeeValuesSeesStars() {
		JobHandle<Void> handle = application.getBean(JobClient.class)
			.in(Duration.ofHours(1))
			.enqueue(() -> shop.welcome("ada@example.org"));
		get("/jobs/" + handle.id()).expectBody().jsonPath("$.arguments").isEqualTo("******");
		BackgroundJobsEndpointWebExtension extension = new BackgroundJobsEndpointWebExtension(
				application.getBean(BackgroundJobsEndpoint.class), Show.WHEN_AUTHORIZED, Set.of("support"));
		assertThat(arguments(extension, user("support"), handle)).isEqualTo("[\"ada@example.org\"]");
		assertThat(arguments(extension, user("guest"), handle)).isEqualTo("******");
		assertThat(arguments(extension, SecurityContext.NONE, handle)).isEqualTo("******");
		handle.cancel();
	}

	private static @Nullable String arguments(BackgroundJobsEndpointWebExtension extension, SecurityContext who,
			JobHandle<Void> handle) {
		JobDescriptor job = (JobDescriptor) extension.read(who, "jobs", handle.id(), null, null).getBody();
		assertThat(job).isNotNull();
		return job.arguments();
	}

	private static SecurityContext user(String role) {
		return new SecurityContext() {

			@Override
			public Principal getPrincipal() {
				return () -> "somebody";
			}

			@Override
			public boolean isUserInRole(String wanted) {
				return wanted.equals(role);
			}

		};
	}

	@Test
	void managementBeanDoesTheSame() throws Exception {
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		ObjectName name = server
			.queryNames(new ObjectName("org.springframework.boot:type=Endpoint,name=Backgroundjobs,*"), null)
			.iterator()
			.next();
		String[] list = { String.class.getName(), String.class.getName(), String.class.getName() };
		assertThat(server.invoke(name, "list", new Object[] { "queues", "1", null }, list))
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("total", 2L)
			.containsEntry("cursor", "exports");
		String[] write = Stream.generate(String.class::getName).limit(6).toArray(String[]::new);
		assertThat(
				server.invoke(name, "write", new Object[] { "queues", "exports", "paused", null, null, null }, write))
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("paused", true);
		server.invoke(name, "write", new Object[] { "queues", "exports", "running", null, null, null }, write);
		assertThatExceptionOfType(ReflectionException.class)
			.isThrownBy(() -> server.invoke(name, "list", new Object[] { "nonsense", null, null }, list))
			.withMessageContaining("is none of queues, workers");
	}

	@Test
	void waitingJobIsDeleted() {
		JobHandle<Void> handle = application.getBean(JobClient.class).queue("exports").enqueue(() -> shop.welcome("a"));
		assertThat(handle.state()).isEqualTo(JobState.QUEUED);
		http.delete().uri("/jobs/" + handle.id()).exchange().expectStatus().isOk();
		assertThat(handle.info()).isNull();
		http.delete().uri("/jobs/" + handle.id()).exchange().expectStatus().isNotFound();
	}

	@ParameterizedTest
	@CsvSource({ "GET, /nonsense, 400, 'is none of queues, workers'", "GET, /nonsense/mail, 400, 'is none of queues'",
			"GET, /jobs, 400, 'GET jobs/{name} shows one'", "GET, /queues?limit=0, 400, 'must be 1 to 500'",
			"GET, /queues?limit=ten, 400, 'must be 1 to 500'", "GET, /queues?limit=501, 400, 'must be 1 to 500'",
			"GET, /queues/unheard-of, 404, unheard-of", "GET, /workers/unheard-of, 404, unheard-of",
			"GET, /jobs/nonsense, 400, 'a job id reads'", "GET, /jobs/mail~0~unheard-of, 404, unheard-of",
			"GET, /dead/unheard-of, 404, unheard-of", "POST, /queues/mail, 400, 'is none of paused, running'",
			"POST, /queues/unheard-of, 400, 'paused, running'",
			"POST, /jobs/mail~0~unheard-of, 400, 'is none of queued, cancelled'",
			"POST, /workers/any, 400, 'only read'", "GET, /dead/mail?cursor=7, 400, 'no cursor'",
			"POST, /dead/mail, 400, 'is none of queued'",
			"POST, /recurring/Shop.report, 400, 'is none of paused, running, triggered'",
			"GET, /recurring/unheard-of, 404, unheard-of", "DELETE, /dead/unheard-of, 404, unheard-of",
			"DELETE, /dead/mail?max=1001, 400, 'must be 1 to 1000'", "DELETE, /dead/mail?cursor=7, 400, 'no cursor'",
			"DELETE, /queues/mail, 400, 'cannot be deleted'", "DELETE, /jobs/mail~0~unheard-of, 404, unheard-of" })
	void whatCannotBeAnsweredIsSaidInWords(String method, String path, int status, String text) {
		ResponseSpec answer = switch (method) {
			case "GET" -> get(path);
			case "POST" -> post(path, "asleep");
			default -> http.delete().uri(path).exchange();
		};
		answer.expectStatus()
			.isEqualTo(status)
			.expectBody(String.class)
			.value((body) -> assertThat(body).contains(text));
	}

	private static ResponseSpec get(String path) {
		return http.get().uri(path).exchange();
	}

	private static ResponseSpec post(String path, String state) {
		return post(path, Map.of("state", state));
	}

	private static ResponseSpec post(String path, Map<String, String> body) {
		return http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Configuration {

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

}
