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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.backgroundjobs.core.QueueFigures;

/**
 * The answer of {@code inspect.lua}.
 */
final class QueueFiguresReply {

	private QueueFiguresReply() {
	}

	static QueueFigures decode(String queue, Reply reply) {
		Map<String, Long> counters = new LinkedHashMap<>();
		Reply counted = reply.list(12);
		for (int i = 0; i < counted.size(); i += 2) {
			counters.put(counted.text(i), counted.number(i + 1));
		}
		long oldest = reply.number(11);
		return new QueueFigures(queue, reply.number(2) == 1, Math.max(0, reply.number(3)), reply.number(4),
				reply.number(5), reply.number(6), reply.number(7), reply.number(8),
				(oldest > 0) ? Duration.ofMillis(Math.max(0, reply.number(1) - oldest)) : null, counters);
	}

}
