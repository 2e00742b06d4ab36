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

package dev.backgroundjobs.redis;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.WorkerDescription;

/**
 * A worker's entry in the registry as text: a line a property.
 */
final class WorkerText {

	private WorkerText() {
	}

	static String encode(WorkerDescription worker) {
		String queues = worker.queues()
			.entrySet()
			.stream()
			.map((queue) -> queue.getKey() + ":" + queue.getValue())
			.collect(Collectors.joining(","));
		return String.join("\n", worker.id(), worker.host(), String.valueOf(worker.pid()),
				String.valueOf(worker.startedAt().toEpochMilli()), String.valueOf(worker.busy()), queues,
				String.join(",", worker.running()));
	}

	static WorkerDescription decode(String text) {
		String[] lines = text.split("\n", -1);
		Map<String, Integer> queues = new TreeMap<>();
		for (String queue : lines[5].split(",")) {
			int colon = queue.indexOf(':');
			if (colon > 0) {
				queues.put(queue.substring(0, colon), Integer.valueOf(queue.substring(colon + 1)));
			}
		}
		List<String> running = lines[6].isEmpty() ? List.of() : List.of(lines[6].split(","));
		return new WorkerDescription(lines[0], lines[1], Long.parseLong(lines[2]),
				Instant.ofEpochMilli(Long.parseLong(lines[3])), queues, Integer.parseInt(lines[4]), running);
	}

}
