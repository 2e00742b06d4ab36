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

package com.example.shop;

import java.time.Duration;
import java.util.List;

import com.example.shop.Payments.Order;
import com.example.shop.Payments.PaymentProvider;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.test.JobTestClient;
import org.junit.jupiter.api.Test;
import org.mockito.BDDMockito;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "background-jobs.mode=manual")
@Import(Payments.class)
class PaymentsTests {

	@Autowired
	private JobTestClient jobs;

	@Autowired
	private JobClient client;

	@Autowired
	private Payments payments;

	@MockitoBean
	private PaymentProvider provider;

	@Test
	void orderIsChargedInTheBackground() {
		this.payments.charge("1001", 4200);
		assertThat(this.jobs).enqueued("Payments.charge").withArguments("1001", 4200).onQueue("payments").once();
		BDDMockito.then(this.provider).shouldHaveNoInteractions();
		this.jobs.drain();
		BDDMockito.then(this.provider).should().charge("1001", 4200, this.jobs.list().get(0).id(), 1);
	}

	@Test
	void everyTestBeginsWithoutJobs() {
		assertThat(this.jobs).hasNoJobs();
		Payments.chargeAll(this.client, this.payments, List.of(new Order("1001", 4200), new Order("1002", 99)));
		assertThat(this.jobs).hasJobs(2).enqueued("Payments.charge").withArguments("1002", 99);
	}

	@Test
	void refundWaitsForAnHour() {
		BDDMockito.given(this.provider.knows("1001")).willReturn(true);
		String id = Payments.refundLater(this.client, this.payments, "1001");
		assertThat(this.jobs).enqueued("Payments.refund").withId("refund-1001").dueIn(Duration.ofHours(1));
		assertThat(this.jobs.drain()).isZero();
		this.jobs.clock().advance(Duration.ofHours(1));
		assertThat(this.jobs.drain()).isOne();
		BDDMockito.then(this.provider).should().refund("1001", id);
	}

	@Test
	void refundIsTriedAgainUntilTheProviderIsThere() {
		BDDMockito.given(this.provider.knows("1001")).willThrow(new IllegalStateException("away")).willReturn(true);
		JobHandle<Void> refund = this.payments.refund("1001");
		this.jobs.drain();
		assertThat(this.jobs).enqueued("Payments.refund").inState(JobState.RETRYING).withFailureMessage("away");
		this.jobs.drainWithRetries();
		assertThat(this.jobs).succeeded("Payments.refund").atAttempt(2);
		BDDMockito.then(this.provider).should().refund("1001", refund.id());
	}

	@Test
	void refundOfNoOrderIsADeadLetterAtOnce() {
		this.payments.refund("no order");
		this.jobs.drain();
		assertThat(this.jobs).dead("Payments.refund").atAttempt(1).withFailure(NonRetryableJobException.class);
	}

	@Test
	void accountsAreSettledEveryNight() {
		this.jobs.trigger("Payments.settleAccounts");
		this.jobs.drain();
		BDDMockito.then(this.provider).should().settle();
	}

}
