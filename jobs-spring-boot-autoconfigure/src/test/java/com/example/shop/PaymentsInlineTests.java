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

import com.example.shop.Payments.PaymentProvider;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import org.junit.jupiter.api.Test;
import org.mockito.BDDMockito;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest(properties = "background-jobs.mode=inline")
@Import(Payments.class)
class PaymentsInlineTests {

	@Autowired
	private Payments payments;

	@MockitoBean
	private PaymentProvider provider;

	@Test
	void refundIsMadeAtOnce() {
		BDDMockito.given(this.provider.knows("1001")).willReturn(true);
		assertThat(this.payments.refund("1001").state()).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void refundOfNoOrderFails() {
		assertThatExceptionOfType(NonRetryableJobException.class).isThrownBy(() -> this.payments.refund("no order"));
	}

}
