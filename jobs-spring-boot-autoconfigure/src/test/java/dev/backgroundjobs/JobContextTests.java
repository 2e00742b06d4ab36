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

package dev.backgroundjobs;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The context outside a job, and a given one.
 */
class JobContextTests {

	@Test
	void outsideAJobNoIdIsEverTheSame() {
		JobContext context = JobContext.current();
		assertThat(context.attempt()).isEqualTo(1);
		assertThat(context.leaseLost()).isFalse();
		assertThat(context.id()).isEqualTo(context.id()).isNotEqualTo(JobContext.current().id());
	}

	@Test
	void givenContextHoldsForTheActionOnly() {
		JobContext given = new NoJobContext("mail~0~order-42");
		String seen = JobContext.with(given, () -> JobContext.current().id());
		assertThat(seen).isEqualTo("mail~0~order-42");
		assertThat(JobContext.current().id()).isNotEqualTo("mail~0~order-42");
	}

}
