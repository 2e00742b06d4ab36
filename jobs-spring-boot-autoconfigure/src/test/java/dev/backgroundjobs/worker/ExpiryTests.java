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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.observation.MicrometerJobListener;
import dev.backgroundjobs.testing.JobsContextRunner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs that are not run when no worker came to them in time.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExpiryTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Codes.class)
		.withBean(MicrometerJobListener.class, () -> new MicrometerJobListener(this.meters))
		.withPropertyValues("background-jobs.worker.poll-interval=60s",
				"background-jobs.queues.codes.worker-concurrency=2");

	@Test
	void jobThatWaitedTooLongIsNotRun(CapturedOutput output) {
		this.runner.run((context) -> {
			Codes codes = context.getBean(Codes.class);
			JobClient jobs = context.getBean(JobClient.class);
			JobListenerContainerRegistry workers = context.getBean(JobListenerContainerRegistry.class);
			workers.stop();
			JobHandle<Void> followed = codes.text("followed");
			JobHandle<Void> chosen = jobs.id("chosen").enqueue(() -> codes.call("chosen"));
			JobHandle<Void> forgotten = jobs.enqueue(() -> codes.call("forgotten"));
			JobHandle<Void> scheduled = jobs.in(Duration.ofHours(1)).enqueue(() -> codes.call("scheduled"));
			codes.mail("patient");
			await().pollDelay(Duration.ofMillis(20)).until(() -> true);
			workers.start();
			await().untilAsserted(() -> assertThat(forgotten.state()).isNull());
			await().untilAsserted(() -> assertThat(codes.sent()).containsExactly("patient"));
			assertThat(chosen.state()).isEqualTo(JobState.EXPIRED);
			assertThat(scheduled.state()).isEqualTo(JobState.SCHEDULED);
			JobInfo info = followed.info();
			assertThat(info).isNotNull();
			assertThat(info.state()).isEqualTo(JobState.EXPIRED);
			assertThat(info.startedAt()).isNull();
			assertThat(info.finishedAt()).isAfter(info.dueAt().plusMillis(1));
			await().untilAsserted(
					() -> assertThat(this.meters.counter("background.jobs.expired", "queue", "codes").count())
						.isEqualTo(3));
			assertThat(output).contains("3 job(s) of queue 'codes' expired: no worker came to them");
		});
	}

	@Test
	void jobThatWasStartedInTimeIsRetriedHoweverLong() {
		this.runner.run((context) -> {
			Codes codes = context.getBean(Codes.class);
			JobHandle<Void> handle = codes.flaky();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			assertThat(codes.sent()).containsExactly("flaky", "flaky");
		});
	}

	static class Codes {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		List<String> sent() {
			return this.sent;
		}

		@BackgroundJob(queue = "codes", expiresAfter = "1ms")
		JobHandle<Void> text(String code) {
			this.sent.add(code);
			return JobHandle.completed();
		}

		@BackgroundJob(queue = "codes", expiresAfter = "1ms")
		void call(String code) {
			this.sent.add(code);
		}

		@BackgroundJob("codes")
		void mail(String code) {
			this.sent.add(code);
		}

		@BackgroundJob(queue = "codes", expiresAfter = "500ms")
		@JobRetry(delay = "600ms", jitter = "0ms")
		JobHandle<Void> flaky() {
			this.sent.add("flaky");
			if (this.sent.size() == 1) {
				throw new IllegalStateException("first attempt");
			}
			return JobHandle.completed();
		}

	}

}
