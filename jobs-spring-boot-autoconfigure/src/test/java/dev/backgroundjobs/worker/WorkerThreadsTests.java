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

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

/**
 * The thread on which a worker decides.
 */
class WorkerThreadsTests {

	@Test
	void whatComesAfterTheStopIsNotDoneAndFailsForNobody() {
		ScheduledExecutorService thread = WorkerThreads.single("poll");
		AtomicInteger done = new AtomicInteger();
		thread.shutdownNow();
		assertThatCode(() -> {
			thread.execute(done::incrementAndGet);
			thread.schedule(done::incrementAndGet, 0, TimeUnit.MILLISECONDS);
		}).doesNotThrowAnyException();
		assertThat(done).hasValue(0);
	}

	@Test
	void whatCouldNotBePlannedIsPlannedWhenThereIsMemory() {
		AtomicInteger errors = new AtomicInteger(3);
		AtomicInteger done = new AtomicInteger();
		ScheduledExecutorService real = WorkerThreads.single("poll");
		ScheduledExecutorService thread = (ScheduledExecutorService) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { ScheduledExecutorService.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("schedule") && errors.getAndDecrement() > 0) {
						throw new OutOfMemoryError("test");
					}
					return method.invoke(real, arguments);
				});
		try {
			WorkerThreads.later(thread, done::incrementAndGet, Duration.ofMillis(1));
			await().untilAsserted(() -> assertThat(done).hasValue(1));
			assertThat(errors).as("tries").hasValue(-1);
		}
		finally {
			real.shutdownNow();
		}
	}

}
