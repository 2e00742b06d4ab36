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

package dev.backgroundjobs.sample;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * The sample from end to end, over HTTP only.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "sample.webhook.delay=200ms", "sample.payment.delay=200ms", "sample.cleanup.cron=* * * * * *",
				"sample.cleanup.keep-unverified=5s", "sample.digest.cron=* * * * * *" })
class SampleApplicationTests {

	@TempDir
	private static Path images = Path.of("");

	@LocalServerPort
	private int port;

	private SampleHttp http = new SampleHttp(0);

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		String name = "sample-" + UUID.randomUUID();
		int smtpPort = TestSocketUtils.findAvailableTcpPort();
		registry.add("spring.application.name", () -> name);
		registry.add("spring.datasource.url", () -> "jdbc:h2:mem:" + name);
		registry.add("spring.data.redis.host", RedisServer.shared()::host);
		registry.add("spring.data.redis.port", RedisServer.shared()::port);
		registry.add("sample.smtp-port", () -> smtpPort);
		registry.add("sample.images.directory", () -> images);
	}

	@BeforeEach
	void connect() {
		this.http = new SampleHttp(this.port);
	}

	@Test
	void signUpIsAcceptedAndTheMailArrives() {
		String id = this.http.accepted("/api/signups", "{\"email\": \"ada@example.org\"}");
		this.http.awaitState(id, "SUCCEEDED");
		this.http.job(id).bodyJson().extractingPath("$.attempt").isEqualTo(1);
		Map<String, String> mail = mailTo("ada@example.org");
		assertThat(mail).containsEntry("subject", "Please verify your address").containsKey("receivedAt");
	}

	@Test
	void linkInTheMailVerifiesOnce() {
		long verified = verified();
		this.http.awaitState(this.http.accepted("/api/signups", "{\"email\": \"grace@example.org\"}"), "SUCCEEDED");
		String link = linkIn(mailTo("grace@example.org").getOrDefault("text", ""));
		assertThat(this.http.get(link)).hasStatus(303).hasHeader(HttpHeaders.LOCATION, "/?verified=yes");
		assertThat(this.http.get(link)).hasStatus(303).hasHeader(HttpHeaders.LOCATION, "/?verified=no");
		assertThat(verified()).isEqualTo(verified + 1);
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			List<String> digests = this.http.read("/api/inbox", "$[?(@.to == 'team@sample.example')].text");
			assertThat(digests).contains("Verified addresses: " + (verified + 1));
		});
	}

	@Test
	void addressThatSignedUpBeforeGetsNoSecondMail() {
		this.http.awaitState(this.http.accepted("/api/signups", "{\"email\": \"mary@example.org\"}"), "SUCCEEDED");
		int enqueued = enqueuedMails();
		assertThat(this.http.post("/api/signups", "{\"email\": \"Mary@example.org\"}")).hasStatus(409)
			.hasContentType("application/problem+json")
			.bodyJson()
			.extractingPath("$.detail")
			.asString()
			.startsWith("This address has signed up before");
		assertThat(enqueuedMails()).isEqualTo(enqueued);
		assertThat(mailTo("mary@example.org")).isNotEmpty();
	}

	@Test
	void addressThatIsNoneIsRefused() {
		for (String body : List.of("{\"email\": \"nobody\"}", "{\"email\": \"Ada <ada@example.org>\"}", "{}")) {
			assertThat(this.http.post("/api/signups", body)).hasStatus(400)
				.hasContentType("application/problem+json")
				.bodyJson()
				.extractingPath("$.detail")
				.isEqualTo("'email' must be an e-mail address");
		}
	}

	@Test
	void webhookIsRetriedUntilThePartnerHasTheOrderOnce() {
		String id = this.http.accepted("/api/webhooks", "{\"order\": \"1001\", \"failures\": 2}");
		this.http.awaitState(id, "SUCCEEDED");
		this.http.job(id).bodyJson().extractingPath("$.attempt").isEqualTo(3);
		this.http.job(id).bodyJson().extractingPath("$.failures[*].message").asArray().hasSize(2);
		assertThat(keysOf("1001")).containsExactly(id);
	}

	@Test
	void reportShowsHowFarItIsAndIsDownloaded() {
		String id = this.http.accepted("/api/reports", "{\"ranges\": 2}");
		this.http.awaitState(id, "SUCCEEDED");
		this.http.job(id).bodyJson().extractingPath("$.progress.current").isEqualTo(2);
		assertThat(this.http.get("/api/reports/" + id + ".csv")).hasStatus(200)
			.hasContentType("text/csv")
			.hasHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"primes.csv\"")
			.bodyText()
			.isEqualTo("from,below,primes\n0,50000,5133\n50000,100000,4459\n");
		assertThat(this.http.get("/api/reports/reports~0~none.csv")).hasStatus(404);
		assertThat(this.http.post("/api/reports", "{\"ranges\": 0}")).hasStatus(400);
	}

	@Test
	void cardIsChargedOnceThoughItsJobRunsAgainAfterTheCharge() {
		String id = this.http.accepted("/api/payments",
				"{\"order\": \"1001\", \"cents\": \"4900\", \"lostAnswers\": \"2\"}");
		this.http.awaitState(id, "SUCCEEDED");
		this.http.job(id).bodyJson().extractingPath("$.attempt").isEqualTo(3);
		this.http.job(id)
			.bodyJson()
			.extractingPath("$.failures[*].message")
			.asArray()
			.hasSize(2)
			.allSatisfy((message) -> assertThat(message).asString().contains("The answer got lost"));
		assertThat(charges("1001")).singleElement()
			.satisfies((charge) -> assertThat(charge).containsEntry("idempotencyKey", id)
				.containsEntry("cents", 4900)
				.containsEntry("asked", 3)
				.containsEntry("attempt", 3));
	}

	@Test
	void attemptThatWakesUpLateIsRefusedByTheCardCompany() {
		assertThat(this.http.charge("key-1", 2, "1002")).hasStatus(201);
		assertThat(this.http.charge("key-1", 1, "1002")).hasStatus(409);
		assertThat(this.http.charge("key-1", 3, "1002")).hasStatus(200);
		assertThat(charges("1002")).singleElement()
			.satisfies((charge) -> assertThat(charge).containsEntry("asked", 2).containsEntry("attempt", 3));
	}

	@Test
	void paymentThatMakesNoSenseIsRefused() {
		for (String body : List.of("{}", "{\"order\": \"1\", \"cents\": 0}",
				"{\"order\": \"1\", \"cents\": 1, \"lostAnswers\": 6}")) {
			assertThat(this.http.post("/api/payments", body)).hasStatus(400);
		}
	}

	@Test
	void partnerRecognisesRepeatedDelivery() {
		assertThat(this.http.deliver("key-1", "{\"order\": \"1002\"}")).hasStatus(201);
		assertThat(this.http.deliver("key-1", "{\"order\": \"1002\"}")).hasStatus(200);
		assertThat(keysOf("1002")).containsExactly("key-1");
	}

	@Test
	void deadWebhookIsDeliveredWhenRetriedAfterThePartnerIsMended() {
		String id = this.http.accepted("/api/webhooks", "{\"order\": \"1003\", \"failures\": \"always\"}");
		assertThat(this.http.post("/api/jobs/" + id + "/retry")).hasStatus(409);
		this.http.awaitState(id, "DEAD");
		this.http.job(id)
			.bodyJson()
			.extractingPath("$.failures[*].message")
			.asArray()
			.hasSize(4)
			.allSatisfy(
					(message) -> assertThat(message).asString().startsWith("503 ").contains("Down for maintenance"));
		assertThat(keysOf("1003")).isEmpty();
		assertThat(this.http.post("/api/partner/mend")).hasStatus(204);
		assertThat(this.http.post("/api/jobs/" + id + "/retry")).hasStatus(204);
		this.http.awaitState(id, "SUCCEEDED");
		assertThat(keysOf("1003")).containsExactly(id);
	}

	@Test
	void orderThePartnerRefusesIsNotRetried() {
		String id = this.http.accepted("/api/webhooks", "{\"order\": \"no order\"}");
		this.http.awaitState(id, "DEAD");
		this.http.job(id).bodyJson().extractingPath("$.failures[*].attempt").asArray().containsExactly(1);
	}

	@Test
	void webhookThatMakesNoSenseIsRefused() {
		for (String body : List.of("{}", "{\"order\": \" \"}", "{\"order\": \"1004\", \"failures\": \"often\"}")) {
			assertThat(this.http.post("/api/webhooks", body)).hasStatus(400);
		}
	}

	@Test
	void cleanUpRemovesSignUpsThatWereNotVerified() {
		this.http.accepted("/api/signups", "{\"email\": \"late@example.org\"}");
		assertThat(this.http.<Integer>read("/api/signups", "$.waiting")).isPositive();
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(this.http.<Integer>read("/api/signups", "$.waiting")).isZero());
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			List<Integer> removed = this.http.read("/api/cleanups", "$[?(@.removed > 0)].removed");
			assertThat(removed).isNotEmpty();
		});
	}

	@Test
	void thumbnailsOfAnUploadAppear() {
		uploadedImageGetsThumbnails("ada.jpg", TestImages.jpeg(1200, 900), "image/jpeg", 1200.0 / 900);
		uploadedImageGetsThumbnails("grace.png", TestImages.png(400, 800), "image/png", 400.0 / 800);
	}

	private void uploadedImageGetsThumbnails(String name, byte[] content, String type, double ratio) {
		RestTestClientResponse response = this.http.upload(name, content);
		assertThat(response).hasStatus(202);
		String id = SampleHttp.read(response, "$.id");
		Map<String, String> jobs = SampleHttp.read(response, "$.jobs");
		assertThat(jobs).containsOnlyKeys("SMALL", "MEDIUM", "LARGE")
			.allSatisfy((size, job) -> assertThat(job).startsWith("thumbnails~"));
		List<String> urls = await().atMost(Duration.ofMinutes(1))
			.until(() -> thumbnails(id), (all) -> !all.contains(""));
		assertThat(urls).hasSize(3);
		List<BufferedImage> thumbnails = urls.stream().map((url) -> thumbnail(url, type)).toList();
		assertThat(thumbnails).extracting((image) -> Math.max(image.getWidth(), image.getHeight()))
			.containsExactly(80, 160, 320);
		assertThat(thumbnails).extracting((image) -> (double) image.getWidth() / image.getHeight())
			.allSatisfy((of) -> assertThat(of).isCloseTo(ratio, within(0.02)));
		await().untilAsserted(() -> assertThat(this.http.<List<String>>read("/api/inbox", "$[*].text"))
			.contains(name + " is there in all sizes"));
	}

	@Test
	void brokenImageIsADeadLetterAtOnce() {
		RestTestClientResponse response = this.http.upload("broken.png", TestImages.broken());
		assertThat(response).hasStatus(202);
		List<String> steps = SampleHttp.read(response, "$.steps");
		this.http.awaitState(steps.get(0), "DEAD");
		assertThat(steps.subList(1, 5))
			.allSatisfy((step) -> this.http.job(step).bodyJson().extractingPath("$.state").isEqualTo("WAITING"));
		this.http.job(steps.get(0)).bodyJson().satisfies((job) -> {
			assertThat(job).extractingPath("$.failures[*].attempt").asArray().containsExactly(1);
			assertThat(job).extractingPath("$.failures[0].message").asString().startsWith("The image is broken");
		});
		assertThat(thumbnails(SampleHttp.read(response, "$.id"))).containsOnly("");
	}

	@Test
	void fileThatIsNoImageIsRefused() {
		for (byte[] content : List.of("text".getBytes(), TestImages.gif(), new byte[0])) {
			assertThat(this.http.upload("image.png", content)).hasStatus(415)
				.hasContentType("application/problem+json")
				.bodyJson()
				.extractingPath("$.detail")
				.asString()
				.startsWith("'file' must be a PNG or JPEG image");
		}
		assertThat(this.http.upload("large.png", TestImages.png(8000, 5001))).hasStatus(415)
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("'file' must have 40 megapixels at most");
		assertThat(this.http.upload("large.png", new byte[6 * 1024 * 1024])).hasStatus(413)
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("'file' must have 5 MB at most");
	}

	@Test
	void onlyThumbnailsOfImagesAreServed() {
		for (String path : List.of(UUID.randomUUID() + "/SMALL", "..%2F..%2Fetc/SMALL",
				UUID.randomUUID() + "/ORIGINAL")) {
			assertThat(this.http.get("/api/images/" + path).getExchangeResult().getStatus().is4xxClientError())
				.isTrue();
		}
	}

	@Test
	void jobsOfThisProcessAreListedNewestFirst() {
		String first = this.http.accepted("/api/webhooks", "{\"order\": \"1005\"}");
		String second = this.http.accepted("/api/webhooks", "{\"order\": \"1006\"}");
		List<String> ids = this.http.read("/api/jobs", "$[*].id");
		assertThat(ids).startsWith(second, first);
		List<String> states = this.http.read("/api/jobs", "$[*].info.state");
		assertThat(states).hasSameSizeAs(ids);
	}

	@Test
	void unknownJobIsNotFound() {
		assertThat(this.http.get("/api/jobs/mail~0~unknown")).hasStatus(404);
		assertThat(this.http.get("/api/jobs/unknown")).hasStatus(404).hasContentType("application/problem+json");
		assertThat(this.http.post("/api/jobs/unknown/retry")).hasStatus(404);
	}

	@Test
	void pageIsServed() {
		assertThat(this.http.get("/")).hasStatusOk().bodyText().contains("<title>Jobs sample</title>");
		assertThat(this.http.get("/sample.js")).hasStatusOk();
		assertThat(this.http.get("/sample.css")).hasStatusOk();
		assertThat(this.http.get("/favicon.svg")).hasStatusOk();
	}

	@Test
	void applicationIsUp() {
		assertThat(this.http.get("/actuator/health")).hasStatusOk();
	}

	private int enqueuedMails() {
		return this.http.<Integer>read("/actuator/backgroundjobs/queues/mail", "$.transitions.enqueued");
	}

	private List<String> thumbnails(String image) {
		return this.http.read("/api/images", "$[?(@.id == '" + image + "')].thumbnails[*].url");
	}

	private BufferedImage thumbnail(String url, String type) {
		RestTestClientResponse response = this.http.get("/" + url);
		assertThat(response).hasStatusOk().hasContentType(type);
		return TestImages.decoded(response.getExchangeResult().getResponseBodyContent());
	}

	private Map<String, String> mailTo(String email) {
		List<Map<String, String>> mails = this.http.read("/api/inbox", "$[?(@.to == '" + email + "')]");
		assertThat(mails).hasSize(1);
		return mails.get(0);
	}

	private String linkIn(String text) {
		Matcher link = Pattern.compile("http://localhost:" + this.port + "(/\\S+)").matcher(text);
		assertThat(link.find()).as(text).isTrue();
		return link.group(1);
	}

	private List<String> keysOf(String order) {
		return this.http.read("/api/partner/orders", "$[?(@.order == '" + order + "')].idempotencyKey");
	}

	private List<Map<String, Object>> charges(String order) {
		return this.http.read("/api/charges", "$[?(@.order == '" + order + "')]");
	}

	private long verified() {
		return this.http.<Integer>read("/api/signups", "$.verified");
	}

}
