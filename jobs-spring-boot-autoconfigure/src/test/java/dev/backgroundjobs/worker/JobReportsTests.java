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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobProgress;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What running jobs say is seen while they run.
 */
class JobReportsTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create().withBean(Uploads.class);

	@Test
	void whatJobsSayIsSeenWhileTheyRun() {
		// two calls tell of three jobs whose logs are so long
		this.runner
			.withPropertyValues("background-jobs.job.max-log=60KB",
					"background-jobs.queues.uploads.worker-concurrency=3")
			.run((context) -> {
				Uploads uploads = context.getBean(Uploads.class);
				List<JobHandle<String>> running = List.of(uploads.upload(0), uploads.upload(1), uploads.upload(2));
				for (int k = 0; k < 3; k++) {
					seen(context.getBean(JobClient.class), running.get(k).id(), k);
				}
				uploads.allIsSeen();
				assertThat(running)
					.allSatisfy((job) -> assertThat(job.await(Duration.ofMinutes(2))).isEqualTo("uploaded"));
			});
	}

	private static void seen(JobClient jobs, String id, int number) {
		await().untilAsserted(() -> {
			JobInfo info = jobs.find(id);
			assertThat(info).isNotNull();
			assertThat(info.state()).isEqualTo(JobState.RUNNING);
			assertThat(info.attempt()).isOne();
			assertThat(info.progress()).isNotNull();
			assertThat(info.progress()).extracting(JobProgress::current, JobProgress::total, JobProgress::message)
				.containsExactly(3L, 7L, "half of " + number);
			assertThat(jobs.log(id)).extracting(JobLogLine::text).containsExactly("began " + number);
		});
	}

	static class Uploads {

		private final CountDownLatch seen = new CountDownLatch(1);

		@BackgroundJob("uploads")
		JobHandle<String> upload(int number) throws InterruptedException {
			JobContext.current().log("began " + number);
			JobContext.current().progress(3, 7, "half of " + number);
			assertThat(this.seen.await(5, TimeUnit.MINUTES)).isTrue();
			return JobHandle.completed("uploaded");
		}

		void allIsSeen() {
			this.seen.countDown();
		}

	}

}
