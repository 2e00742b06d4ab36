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

package dev.backgroundjobs.test;

import java.time.Duration;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.testing.JobsContextRunner;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The life of a job on Redis.
 */
class RedisJobLifeTests extends JobLifeContract {

	@Override
	ApplicationContextRunner runner() {
		return JobsContextRunner.create()
			.withPropertyValues("background-jobs.worker.concurrency=1", "background-jobs.worker.poll-interval=50ms");
	}

	@Override
	void begin(ApplicationContext context) {
		context.getBean(JobListenerContainerRegistry.class).stop();
	}

	@Override
	void idle(ApplicationContext context, Duration time) {
		await().pollDelay(time).until(() -> true);
	}

	@Override
	void work(ApplicationContext context, JobHandle<?> job, JobState end) {
		JobListenerContainerRegistry workers = context.getBean(JobListenerContainerRegistry.class);
		workers.start();
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(job.state()).isEqualTo(end));
		workers.stop();
	}

}
