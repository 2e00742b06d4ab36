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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue of events that is full.
 */
class EventQueueTests {

	private final List<Object> heard = new CopyOnWriteArrayList<>();

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final EventQueue queue = new EventQueue(this::hear, 2);

	@AfterEach
	void close() {
		this.queue.close();
	}

	@Test
	void whoStopsWaitsForTheEventsOfAFullQueue() throws InterruptedException {
		CountDownLatch stopped = new CountDownLatch(1);
		for (int event = 1; event <= 3; event++) {
			this.queue.publish("event " + event);
		}
		this.queue.afterThese(() -> {
			this.heard.add("stop");
			stopped.countDown();
		});
		this.goOn.countDown();
		assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
		assertThat(this.heard).containsExactly("event 1", "event 2", "event 3", "stop");
	}

	private void hear(Object event) {
		try {
			this.goOn.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.heard.add(event);
	}

}
