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

import java.util.List;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.test.JobTestClient;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TenantInterceptorTests {

	@AfterEach
	void leave() {
		Tenants.use(null);
	}

	@Test
	void jobRunsForTheTenantOfItsCaller() {
		JobsContextRunner.withoutRedis()
			.withPropertyValues("background-jobs.mode=manual")
			.withBean(TenantInterceptor.class)
			.withBean(Catalogue.class)
			.run((context) -> {
				Catalogue catalogue = context.getBean(Catalogue.class);
				for (String tenant : List.of("acme", "globex")) {
					Tenants.use(tenant);
					catalogue.refresh();
				}
				Tenants.use("somebody else");
				context.getBean(JobTestClient.class).drain();
				assertThat(catalogue.refreshed()).isEqualTo("acme globex ");
				assertThat(Tenants.current()).as("left behind").isNull();
				assertThatIllegalStateException().isThrownBy(catalogue::refresh)
					.withMessage("Catalogue.refresh was called outside of any tenant");
			});
	}

	static class Catalogue {

		private String refreshed = "";

		@BackgroundJob
		void refresh() {
			this.refreshed += Tenants.current() + " ";
		}

		String refreshed() {
			return this.refreshed;
		}

	}

}
