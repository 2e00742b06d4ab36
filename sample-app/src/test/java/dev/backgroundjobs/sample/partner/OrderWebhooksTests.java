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

package dev.backgroundjobs.sample.partner;

import java.time.Duration;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.autoconfigure.JobsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsTestModesAutoConfiguration;
import dev.backgroundjobs.test.JobTestClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.client.ExpectedCount;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.client.match.MockRestRequestMatchers;
import org.springframework.test.web.client.response.MockRestResponseCreators;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The webhook's job, without Redis and without waiting for its retries.
 */
@SpringBootTest(classes = OrderWebhooks.class, webEnvironment = WebEnvironment.NONE,
		properties = { "background-jobs.mode=manual", "sample.url=http://partner", "sample.webhook.delay=2s" })
@ImportAutoConfiguration({ JacksonAutoConfiguration.class, JobsAutoConfiguration.class,
		JobsTestModesAutoConfiguration.class })
@Import(OrderWebhooksTests.PartnerConfiguration.class)
class OrderWebhooksTests {

	@Autowired
	private OrderWebhooks webhooks;

	@Autowired
	private JobTestClient jobs;

	@Autowired
	private MockRestServiceServer partner;

	@BeforeEach
	void reset() {
		this.partner.reset();
	}

	@Test
	void webhookIsRetriedWithTheSameKeyUntilThePartnerIsBack() {
		JobHandle<Void> job = this.webhooks.deliver("1001");
		answer(job, 2, HttpStatus.SERVICE_UNAVAILABLE);
		answer(job, 1, HttpStatus.CREATED);
		this.jobs.drain();
		assertThat(this.jobs).enqueued("OrderWebhooks.deliver")
			.withArguments("1001")
			.onQueue("webhooks")
			.inState(JobState.RETRYING)
			.dueIn(Duration.ofSeconds(2));
		assertThat(this.jobs.drainWithRetries()).isEqualTo(2);
		assertThat(this.jobs).hasNoPendingJobs().succeeded("OrderWebhooks.deliver").atAttempt(3).once();
		this.partner.verify();
	}

	@Test
	void webhookIsADeadLetterWhenThePartnerStaysAway() {
		answer(this.webhooks.deliver("1002"), 4, HttpStatus.SERVICE_UNAVAILABLE);
		this.jobs.drainWithRetries();
		assertThat(this.jobs).dead("OrderWebhooks.deliver")
			.atAttempt(4)
			.withFailure(HttpServerErrorException.ServiceUnavailable.class);
		this.partner.verify();
	}

	@Test
	void orderThePartnerRefusesIsNotRetried() {
		answer(this.webhooks.deliver("no order"), 1, HttpStatus.UNPROCESSABLE_CONTENT);
		assertThat(this.jobs.drainWithRetries()).isOne();
		assertThat(this.jobs).dead("OrderWebhooks.deliver")
			.eachSatisfies((job) -> assertThat(job.failures().get(0).type())
				.startsWith(HttpClientErrorException.class.getName()));
	}

	private void answer(JobHandle<Void> job, int times, HttpStatus status) {
		this.partner
			.expect(ExpectedCount.times(times), MockRestRequestMatchers.requestTo("http://partner/partner/orders"))
			.andExpect(MockRestRequestMatchers.header("Idempotency-Key", job.id()))
			.andRespond(MockRestResponseCreators.withStatus(status));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class PartnerConfiguration {

		private final RestClient.Builder client = RestClient.builder();

		/** Bound before anybody builds a client. */
		private final MockRestServiceServer partner = MockRestServiceServer.bindTo(this.client).build();

		@Bean
		RestClient.Builder restClientBuilder() {
			return this.client;
		}

		@Bean
		MockRestServiceServer partner() {
			return this.partner;
		}

	}

}
