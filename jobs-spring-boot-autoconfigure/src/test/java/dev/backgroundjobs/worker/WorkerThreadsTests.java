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

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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

}
