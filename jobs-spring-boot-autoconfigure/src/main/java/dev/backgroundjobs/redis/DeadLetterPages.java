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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Pages of dead letters. A cursor says where a page ended, by time of death and id, so it
 * stays good while dead letters come and go.
 */
final class DeadLetterPages {

	private static final Pattern CURSOR = Pattern.compile("(\\d{1,15})~([A-Za-z0-9._-]{1,64})");

	/** Steps go from one partition to the next. */
	private static final Pattern IN_PARTITION = Pattern.compile("(\\d{1,4})/(.*)");

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final Duration keepCancelled;

	private final Outboxes outboxes;

	/**
	 * Create pages.
	 * @param keepCancelled how long the steps behind a deleted one are kept whose callers
	 * follow them
	 * @param outboxes bring away what joins elsewhere have to hear
	 */
	DeadLetterPages(RedisConnection connection, RedisKeys keys, Duration keepCancelled, Outboxes outboxes) {
		this.connection = connection;
		this.keys = keys;
		this.keepCancelled = keepCancelled;
		this.outboxes = outboxes;
	}

	/**
	 * A page, latest first: of each partition what comes after the cursor, and the latest
	 * of that.
	 */
	Page list(List<QueuePartition> partitions, int limit, @Nullable String cursor) {
		long total = 0;
		boolean more = false;
		List<Letter> letters = new ArrayList<>();
		@Nullable Letter first = null;
		for (QueuePartition partition : partitions) {
			Reply reply = call(partition, "list", limit, "", 0, cursor);
			total += reply.number(2);
			List<String> ids = reply.texts(6);
			Reply times = reply.list(7);
			for (int k = 0; k < ids.size(); k++) {
				letters.add(new Letter(times.number(k), new JobId(partition, ids.get(k))));
			}
			if (end(reply) != null) {
				more = true;
				// a short page hides what stands behind it
				Letter last = letters.get(letters.size() - 1);
				first = (first == null || Letter.LATEST_FIRST.compare(last, first) < 0) ? last : first;
			}
		}
		letters.sort(Letter.LATEST_FIRST);
		List<Letter> page = new ArrayList<>(letters.subList(0, Math.min(limit, letters.size())));
		if (first != null) {
			Letter end = first;
			page.removeIf((letter) -> Letter.LATEST_FIRST.compare(letter, end) > 0);
		}
		more |= page.size() < letters.size();
		return new Page(total, page.stream().map(Letter::id).toList(),
				(more && !page.isEmpty()) ? page.get(page.size() - 1).cursor() : null);
	}

	/**
	 * Retry or delete some, the oldest of a partition first, one partition after the
	 * other.
	 */
	DeadStep change(List<QueuePartition> partitions, String verb, @Nullable String jobName, int max,
			@Nullable String cursor) {
		Matcher position = IN_PARTITION.matcher((cursor != null) ? cursor : "");
		boolean inPartition = position.matches();
		int number = inPartition ? Integer.parseInt(position.group(1)) : 0;
		String within = inPartition ? position.group(2) : cursor;
		Assert.isTrue(number < partitions.size(),
				() -> "'" + cursor + "' is no cursor of dead letters: use the one " + "of the page before");
		Reply reply = call(partitions.get(number), verb, DeadStep.MOST, (jobName != null) ? jobName : "", max,
				StringUtils.hasText(within) ? within : null);
		this.outboxes.of(partitions.get(number)).changed(reply, 8);
		String end = end(reply);
		boolean another = end == null && number + 1 < partitions.size();
		String next = another ? (number + 1) + "/" : (end != null && number > 0) ? number + "/" + end : end;
		return new DeadStep((int) reply.number(3), reply.list(6).size(), next);
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
				RedisConnection.bytes(max), RedisConnection.bytes(this.keepCancelled.toMillis())));
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
	record Page(long total, List<JobId> ids, @Nullable String cursor) {

	}

	/**
	 * A dead letter.
	 *
	 * @param time when it died
	 * @param id its id
	 */
	private record Letter(long time, JobId id) {

		static final Comparator<Letter> LATEST_FIRST = Comparator.comparingLong(Letter::time)
			.thenComparing((letter) -> letter.id().local())
			.reversed();

		String cursor() {
			return this.time + "~" + this.id.local();
		}

	}

}
