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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.listener.JobListenerContainerOptions.Order;
import org.jspecify.annotations.Nullable;

/**
 * Decides which queue of a container its free slots are for. By weight, queues take
 * turns, and none holds more than its share of the slots while jobs wait in another: so
 * slow jobs leave the slots of the others alone. Belongs to the poll thread.
 */
final class QueueShares {

	private final Map<String, Integer> weights;

	private final Order order;

	private final Map<String, Integer> credits = new HashMap<>();

	QueueShares(JobListenerContainerOptions options) {
		this.weights = options.queues();
		this.order = options.order();
	}

	/**
	 * Share out free slots.
	 * @param free how many there are
	 * @param ready the queues that can be asked for jobs now
	 * @param asked those that have been asked and may have more jobs: what is theirs is
	 * left until they have answered
	 * @param held how many jobs of a queue the container holds
	 * @return how many slots each queue gets
	 */
	Map<String, Integer> of(int free, Set<String> ready, Set<String> asked, ToIntFunction<String> held) {
		List<String> candidates = this.weights.keySet()
			.stream()
			.filter((queue) -> ready.contains(queue) || asked.contains(queue))
			.toList();
		if (candidates.isEmpty()) {
			return Map.of();
		}
		if (candidates.size() == 1 || this.order == Order.STRICT) {
			String first = candidates.get(0);
			return ready.contains(first) ? Map.of(first, free) : Map.of();
		}
		return byWeight(free, candidates, ready, held);
	}

	private Map<String, Integer> byWeight(int free, List<String> candidates, Set<String> ready,
			ToIntFunction<String> held) {
		this.credits.keySet().retainAll(candidates);
		Map<String, Integer> holds = new HashMap<>();
		candidates.forEach((queue) -> holds.put(queue, held.applyAsInt(queue)));
		int all = free + holds.values().stream().mapToInt(Integer::intValue).sum();
		Map<String, Integer> shares = new LinkedHashMap<>();
		for (int k = 0; k < free; k++) {
			List<String> below = belowShare(candidates, holds, all);
			String next = turn(below.isEmpty() ? candidates : below, ready);
			if (next == null) {
				break;
			}
			shares.merge(next, 1, Integer::sum);
			holds.merge(next, 1, Integer::sum);
		}
		return shares;
	}

	private List<String> belowShare(List<String> candidates, Map<String, Integer> holds, int all) {
		long weight = weight(candidates);
		List<String> below = new ArrayList<>(candidates.size());
		for (String queue : candidates) {
			if (holds.getOrDefault(queue, 0) * weight < (long) weight(queue) * all) {
				below.add(queue);
			}
		}
		return below;
	}

	/**
	 * The queue whose turn it is, and which has had it then: of weights 2 and 1 the turns
	 * are one, other, one.
	 * @return the queue, or {@code null} if it cannot be asked now
	 */
	private @Nullable String turn(List<String> queues, Set<String> ready) {
		String next = queues.get(0);
		for (String queue : queues) {
			if (credit(queue) > credit(next)) {
				next = queue;
			}
		}
		if (!ready.contains(next)) {
			return null;
		}
		for (String queue : queues) {
			this.credits.merge(queue, weight(queue), Integer::sum);
		}
		this.credits.merge(next, -weight(queues), Integer::sum);
		return next;
	}

	private int credit(String queue) {
		return this.credits.getOrDefault(queue, 0) + weight(queue);
	}

	private int weight(String queue) {
		return this.weights.getOrDefault(queue, 1);
	}

	private int weight(List<String> queues) {
		return queues.stream().mapToInt(this::weight).sum();
	}

}
