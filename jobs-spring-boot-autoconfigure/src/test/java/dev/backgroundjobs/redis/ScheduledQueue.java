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

import io.lettuce.core.api.sync.RedisCommands;

/**
 * The schedules of a queue, reached through the scripts.
 */
abstract class ScheduledQueue {

	abstract RedisCommands<String, String> redis();

	abstract String key(String name);

	abstract ScriptReply run(RedisScript script, String... arguments);

	ScriptReply fire(String schedule, long slot, String id) {
		return fire(schedule, "1", slot, id);
	}

	ScriptReply fire(String schedule, String revision, long slot, String id) {
		return run(RedisScript.FIRE, schedule, revision, String.valueOf(slot), id);
	}

	void define(String misfire, String overlap, String... schedules) {
		for (String schedule : schedules) {
			define(1, schedule, misfire, overlap);
			redis().hset(key("rc"), schedule, "0");
		}
	}

	ScriptReply define(long revision, String schedule, String misfire, String overlap) {
		return define(revision, schedule, "D", misfire, overlap);
	}

	/**
	 * Define one of an origin; in lower case it comes from another queue.
	 */
	ScriptReply define(long revision, String schedule, String origin) {
		return define(revision, schedule, origin, "FIRE_ONCE", "QUEUE_ONE");
	}

	private ScriptReply define(long revision, String schedule, String origin, String misfire, String overlap) {
		return run(RedisScript.DEFINE, "1", schedule, String.valueOf(revision), origin, misfire, overlap, "10000",
				"max=1", TestQueue.record(1, 0, schedule));
	}

}
