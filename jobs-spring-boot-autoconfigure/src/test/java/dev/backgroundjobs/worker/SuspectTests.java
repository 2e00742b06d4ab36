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
import java.util.concurrent.CountDownLatch;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A job that has lost its worker twice, on a worker that has other things to do.
 */
class SuspectTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.worker.poll-interval=100ms");

	@Test
	void nothingStartsBesideASuspectInAnyQueueAndRedisKnowsThatItIsAlone() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((producer) -> {
			JobHandle<Void> suspect = producer.getBean(Jobs.class).suspect();
			String local = suspect.id().substring("suspects~0~".length());
			String namespace = producer.getEnvironment().getRequiredProperty("background-jobs.namespace");
			StringRedisTemplate redis = producer.getBean(StringRedisTemplate.class);
			String attempts = "bj:{" + namespace + ".suspects}:a";
			redis.opsForHash().put(attempts, local + ":l", "2");
			this.runner.withPropertyValues("background-jobs.namespace=" + namespace).run((worker) -> {
				Jobs jobs = worker.getBean(Jobs.class);
				await().untilAsserted(() -> assertThat(jobs.notes()).containsExactly("suspect"));
				assertThat(redis.opsForHash().get(attempts, local + ":s")).asString().matches("\\S+:\\d+ \\d+");
				JobHandle<Void> other = jobs.other();
				await().during(Duration.ofMillis(500)).until(() -> jobs.notes().size() == 1);
				assertThat(other.state()).isEqualTo(JobState.QUEUED);
				jobs.open();
				await().untilAsserted(() -> assertThat(other.state()).isEqualTo(JobState.SUCCEEDED));
				assertThat(suspect.state()).isEqualTo(JobState.SUCCEEDED);
				assertThat(redis.opsForHash().hasKey(attempts, local + ":s")).isFalse();
			});
		});
	}

	static class Jobs {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final CountDownLatch latch = new CountDownLatch(1);

		List<String> notes() {
			return this.notes;
		}

		void open() {
			this.latch.countDown();
		}

		@BackgroundJob("suspects")
		JobHandle<Void> suspect() throws InterruptedException {
			this.notes.add("suspect");
			this.latch.await();
			return JobHandle.completed();
		}

		@BackgroundJob("others")
		JobHandle<Void> other() {
			this.notes.add("other");
			return JobHandle.completed();
		}

	}

}
