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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.listener.JobListenerContainerOptions.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How queues share the slots of a container.
 */
class QueueSharesTests {

	private static final Set<String> BOTH = Set.of("critical", "default");

	private static final Set<String> NONE = Set.of();

	private final Map<String, Integer> held = new HashMap<>();

	private final Map<String, Integer> started = new HashMap<>();

	private final Deque<String> running = new ArrayDeque<>();

	@Test
	void startsAreSharedByWeight() {
		QueueShares shares = shares(Order.WEIGHTED);
		for (int k = 0; k < 100; k++) {
			start(shares.of(8, BOTH, NONE, this::held));
			while (!this.running.isEmpty()) {
				end(this.running.peek());
			}
		}
		assertThat(this.started).isEqualTo(Map.of("critical", 500, "default", 300));
	}

	@Test
	void singleSlotIsSharedByWeightToo() {
		QueueShares shares = shares(Order.WEIGHTED);
		for (int k = 0; k < 80; k++) {
			start(shares.of(1, BOTH, NONE, this::held));
			end(this.running.peek());
		}
		assertThat(this.started).isEqualTo(Map.of("critical", 50, "default", 30));
	}

	@Test
	void slowJobsLeaveTheSlotsOfOthersAlone() {
		QueueShares shares = shares(Order.WEIGHTED);
		// jobs of one queue do not end
		for (int k = 0; k < 100; k++) {
			start(shares.of(8 - this.running.size(), BOTH, NONE, this::held));
			while (this.running.contains("default")) {
				end("default");
			}
		}
		assertThat(this.held).containsEntry("critical", 5);
		assertThat(this.started).containsEntry("critical", 5);
		assertThat(this.started.get("default")).isGreaterThanOrEqualTo(300);
	}

	@Test
	void whatOneQueueHasNoJobsForGoesToTheOtherUntilItHas() {
		QueueShares shares = shares(Order.WEIGHTED);
		start(shares.of(8, Set.of("default"), NONE, this::held));
		assertThat(this.started).isEqualTo(Map.of("default", 8));
		for (int k = 0; k < 5; k++) {
			end("default");
			start(shares.of(1, BOTH, NONE, this::held));
		}
		assertThat(this.held).isEqualTo(Map.of("critical", 5, "default", 3));
	}

	@Test
	void slotOfAQueueThatHasNotAnsweredYetIsLeftToIt() {
		QueueShares shares = shares(Order.WEIGHTED);
		assertThat(shares.of(1, Set.of("default"), Set.of("critical"), this::held)).isEmpty();
		assertThat(shares.of(1, BOTH, NONE, this::held)).isEqualTo(Map.of("critical", 1));
		assertThat(shares.of(1, Set.of("default"), NONE, this::held)).isEqualTo(Map.of("default", 1));
	}

	@Test
	void strictOrderIsForTheFirstQueueThatHasJobs() {
		QueueShares shares = shares(Order.STRICT);
		assertThat(shares.of(8, BOTH, NONE, this::held)).isEqualTo(Map.of("critical", 8));
		assertThat(shares.of(8, Set.of("default"), Set.of("critical"), this::held)).isEmpty();
		assertThat(shares.of(8, Set.of("default"), NONE, this::held)).isEqualTo(Map.of("default", 8));
		assertThat(shares.of(8, NONE, NONE, this::held)).isEmpty();
	}

	private int held(String queue) {
		return this.held.getOrDefault(queue, 0);
	}

	private void start(Map<String, Integer> slots) {
		slots.forEach((queue, number) -> {
			this.held.merge(queue, number, Integer::sum);
			this.started.merge(queue, number, Integer::sum);
			for (int k = 0; k < number; k++) {
				this.running.add(queue);
			}
		});
	}

	private void end(String queue) {
		this.running.removeFirstOccurrence(queue);
		this.held.merge(queue, -1, Integer::sum);
	}

	private static QueueShares shares(Order order) {
		Map<String, Integer> weights = new LinkedHashMap<>();
		weights.put("critical", 5);
		weights.put("default", 3);
		return new QueueShares(new JobListenerContainerOptions("partners", weights, order, 8));
	}

}
