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

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import dev.backgroundjobs.core.JobListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners that are slow, or break.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobListenersTests {

	private final CountDownLatch latch = new CountDownLatch(1);

	private final AtomicInteger heard = new AtomicInteger();

	private final ExecutorService thread = WorkerThreads.inOrder("test-listener");

	@AfterEach
	void shutDown() {
		this.latch.countDown();
		this.thread.shutdown();
	}

	@Test
	void whatListenersAreTooSlowForIsCountedAndNobodyWaitsForThem(CapturedOutput output) {
		JobListeners listeners = listeners((number) -> awaitLatch());
		for (int number = 0; number < WorkerThreads.WAITING + 300; number++) {
			listeners.expired("mail", 1);
		}
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("are not told to listeners"));
		this.latch.countDown();
		await().untilAsserted(
				() -> assertThat(this.heard.get()).isBetween(WorkerThreads.WAITING, WorkerThreads.WAITING + 1));
		assertThat(output).containsOnlyOnce("are not told to listeners");
	}

	@Test
	void errorOfAListenerNeitherEndsTheThreadNorKeepsOthersFromHearing(CapturedOutput output) {
		JobListeners listeners = listeners((number) -> {
			throw new AssertionError("a bug");
		});
		listeners.expired("mail", 1);
		listeners.expired("mail", 1);
		await().untilAsserted(() -> assertThat(this.heard).hasValue(2));
		assertThat(output).contains("A listener failed").doesNotContain("Exception in thread");
	}

	private JobListeners listeners(IntConsumer first) {
		return new JobListeners(List.of(expired(first), expired((number) -> this.heard.incrementAndGet())), this.thread,
				WorkerThreads.aside("test-warning"));
	}

	private static JobListener expired(IntConsumer consumer) {
		return new JobListener() {

			@Override
			public void expired(String queue, int number) {
				consumer.accept(number);
			}

		};
	}

	private void awaitLatch() {
		try {
			this.latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
