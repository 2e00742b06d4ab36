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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.actuate.TypesKind.TypesDescriptor;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobTypes;
import dev.backgroundjobs.core.WaitingNames;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names that a build cannot run are looked for among the first of many jobs, which is
 * said.
 */
class TypesKindTests {

	@Test
	void saysWhetherAllJobsWereLookedAt() {
		JobsContextRunner.create()
			.withBean(Exports.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				Exports exports = context.getBean(Exports.class);
				JobClient jobs = context.getBean(JobClient.class);
				exports.export();
				jobs.in(Duration.ofHours(1)).enqueue(exports::export);
				assertThat(types(context).examined()).isEqualTo(2);
				assertThat(types(context).waiting()).isEqualTo(2);
				assertThat(types(context).note()).isNull();
				jobs.enqueueAll(() -> {
					for (int number = 0; number < WaitingNames.EXAMINED + 50; number++) {
						exports.export();
					}
				});
				TypesDescriptor types = types(context);
				assertThat(types.examined()).isEqualTo(101);
				assertThat(types.waiting()).isEqualTo(152);
				assertThat(types.note()).contains("Only the first 100 jobs of each state", "101 of 152");
			});
	}

	private static TypesDescriptor types(ApplicationContext context) {
		TypesKind kind = new TypesKind(context.getBean(JobQueries.class), context.getBean(JobTypes.class));
		return (TypesDescriptor) kind.list(Page.of(null, null));
	}

	static class Exports {

		@BackgroundJob("exports")
		void export() {
		}

	}

}
