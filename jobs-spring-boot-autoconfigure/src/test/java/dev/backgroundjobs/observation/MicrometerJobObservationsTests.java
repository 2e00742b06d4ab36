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

import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.autoconfigure.JobsObservationAutoConfiguration;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Handlers of observations that break.
 */
class MicrometerJobObservationsTests {

	@Test
	void errorOfAHandlerCostsNeitherACallNorTheOutcomeOfAJob() {
		JobsContextRunner.create()
			.withConfiguration(
					AutoConfigurations.of(ObservationAutoConfiguration.class, JobsObservationAutoConfiguration.class))
			.withBean(Broken.class)
			.withBean(Work.class)
			.run((context) -> {
				JobHandle<Void> job = context.getBean(Work.class).work();
				await().untilAsserted(() -> assertThat(job.state()).isEqualTo(JobState.SUCCEEDED));
				assertThat(context.getBean(Work.class).runs()).isEqualTo(1);
				await()
					.untilAsserted(() -> assertThat(context.getBean(Broken.class).stopped).as("a call and an attempt")
						.hasValue(2));
			});
	}

	static class Broken implements ObservationHandler<Observation.Context> {

		private final AtomicInteger stopped = new AtomicInteger();

		@Override
		public void onStop(Observation.Context context) {
			if (String.valueOf(context.getName()).startsWith("background.jobs.")) {
				this.stopped.incrementAndGet();
				throw new NoClassDefFoundError("com/example/Gone");
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	static class Work {

		private final AtomicInteger runs = new AtomicInteger();

		int runs() {
			return this.runs.get();
		}

		@BackgroundJob
		JobHandle<Void> work() {
			this.runs.incrementAndGet();
			return JobHandle.completed();
		}

	}

}
