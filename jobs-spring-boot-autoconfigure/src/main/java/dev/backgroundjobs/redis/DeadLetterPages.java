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

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Pages of dead letters. A cursor says where a page ended, by time of death and id, so it
 * stays good while dead letters come and go.
 */
final class DeadLetterPages {

	private static final Pattern CURSOR = Pattern.compile("(\\d{1,15})~([A-Za-z0-9._-]{1,64})");

	private final RedisConnection connection;

	private final RedisKeys keys;

	DeadLetterPages(RedisConnection connection, RedisKeys keys) {
		this.connection = connection;
		this.keys = keys;
	}

	/**
	 * A page, latest first.
	 */
	Page list(QueuePartition partition, int limit, @Nullable String cursor) {
		Reply reply = call(partition, "list", limit, "", 0, cursor);
		return new Page(reply.number(2), reply.texts(6), end(reply));
	}

	/**
	 * Retry or delete some, the oldest first.
	 */
	DeadStep change(QueuePartition partition, String verb, @Nullable String jobName, int max, @Nullable String cursor) {
		Reply reply = call(partition, verb, DeadStep.MOST, (jobName != null) ? jobName : "", max, cursor);
		return new DeadStep((int) reply.number(3), reply.list(6).size(), end(reply));
	}

	private Reply call(QueuePartition partition, String verb, int limit, String jobName, int max,
			@Nullable String cursor) {
		Matcher after = (cursor != null) ? CURSOR.matcher(cursor) : null;
		Assert.isTrue(after == null || after.matches(),
				() -> "'" + cursor + "' is no cursor of dead letters: use the one of the page before");
		return Answers.ok(this.connection.eval(RedisScript.DEAD, this.keys.of(partition), RedisConnection.bytes(verb),
				RedisConnection.bytes((after != null) ? after.group(1) : ""),
				RedisConnection.bytes((after != null) ? after.group(2) : ""),
				RedisConnection.bytes(Math.min(limit, DeadStep.MOST)), RedisConnection.bytes(jobName),
				RedisConnection.bytes(max)));
	}

	private static @Nullable String end(Reply reply) {
		return reply.text(5).isEmpty() ? null : reply.text(4) + "~" + reply.text(5);
	}

	/**
	 * A page of ids.
	 *
	 * @param total how many dead letters there are
	 * @param ids those of the page
	 * @param cursor for the next page
	 */
	record Page(long total, List<String> ids, @Nullable String cursor) {

	}

}
