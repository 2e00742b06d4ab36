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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobLock;
import dev.backgroundjobs.core.JobResult;
import org.jspecify.annotations.Nullable;

/**
 * A job as bytes. The header is read by scripts; the script that stores the record writes
 * the times into it: sent is only how long after its due time the job expires, if it
 * does. The rest is ours alone.
 *
 * <pre>
 * level(1) version(1) flags(1) | due(6) enqueued(6) [expires(6)] [lock-length(1) lock] [link] | name-length(2) name headers-length(2) headers arguments
 * </pre>
 *
 * The place in a chain is described by {@link LinkSection}. No headers take no bytes.
 * Otherwise they are, see {@link JobHeaders}, a version and names with their values. A
 * job that has succeeded has no arguments any more; behind the name stands its result, if
 * flag 32 says so: {@code =} and JSON, or {@code !} and why it was not kept.
 *
 * @param job the job
 * @param due when it is due
 * @param enqueued when it was enqueued
 * @param result its result, if it has ended and has one
 */
record JobRecord(Job job, Instant due, Instant enqueued, @Nullable JobResult result) {

	private static final byte FIRST_LEVEL = '0';

	/** The levels, the first one first. */
	private static final List<JobPriority> LEVELS = List.of(JobPriority.HIGH, JobPriority.NORMAL, JobPriority.LOW);

	private static final byte VERSION = '1';

	private static final int RETAINED = 1;

	private static final int EXPIRES = 2;

	private static final int UNIQUE = 4;

	private static final int CHAINED = 16;

	private static final int RESULT = 32;

	private static final int FLAGS_KNOWN = RETAINED | EXPIRES | UNIQUE | CHAINED | RESULT;

	/** What a result begins with, and what stands there instead of one. */
	private static final byte KEPT = '=';

	private static final byte NOT_KEPT = '!';

	private static final int FLAGS = 2;

	private static final int TIMES = 3;

	private static final int TIME = 6;

	private static final int HEADER = TIMES + 2 * TIME;

	private static final Duration LONGEST = Duration.ofMillis(1L << 47);

	/**
	 * The record without its times, as it is sent.
	 */
	static byte[] encode(Job job, @Nullable Duration expiresAfter) {
		byte[] name = job.name().getBytes(StandardCharsets.UTF_8);
		int expires = (expiresAfter != null) ? EXPIRES : 0;
		byte[] lock = lock(job.lock());
		byte[] headers = JobHeaders.encode(job.headers());
		byte[] link = LinkSection.encode(job.link());
		ByteBuffer record = ByteBuffer.allocate(TIMES + ((expires != 0) ? TIME : 0) + lock.length + link.length + 4
				+ name.length + headers.length + job.arguments().length);
		int flags = (job.retained() ? RETAINED : 0) | expires | ((job.lock() != null) ? UNIQUE : 0)
				| ((job.link() != null) ? CHAINED : 0);
		record.put(level(job.priority())).put(VERSION).put((byte) flags);
		if (expiresAfter != null) {
			record.put(time(((expiresAfter.compareTo(LONGEST) < 0) ? expiresAfter : LONGEST).toMillis()));
		}
		record.put(lock);
		record.put(link);
		record.putShort((short) name.length).put(name);
		record.putShort((short) headers.length).put(headers);
		record.put(job.arguments());
		return record.array();
	}

	/**
	 * Read a record as it is sent, without its times.
	 * @throws UnreadableRecordException if it is not one, or a newer one
	 */
	static Job decodeSent(JobId id, byte[] sent) throws UnreadableRecordException {
		byte[] record = new byte[sent.length + 2 * TIME];
		System.arraycopy(sent, 0, record, 0, Math.min(TIMES, sent.length));
		System.arraycopy(sent, TIMES, record, HEADER, Math.max(0, sent.length - TIMES));
		return decode(id, record).job();
	}

	/**
	 * How long after its due time a job expires, in a record as it is sent.
	 */
	static @Nullable Duration expiresAfter(byte[] sent) {
		return ((sent[2] & EXPIRES) != 0) ? Duration.ofMillis(time(sent, TIMES).toEpochMilli()) : null;
	}

	/**
	 * Read a stored record.
	 * @throws UnreadableRecordException if it is not one, or a newer one
	 */
	static JobRecord decode(JobId id, byte[] bytes) throws UnreadableRecordException {
		try {
			if (bytes[1] != VERSION || (bytes[FLAGS] & ~FLAGS_KNOWN) != 0) {
				throw new UnreadableRecordException("The record of job '" + id + "' was written by a newer version",
						true);
			}
			int header = HEADER + (((bytes[FLAGS] & EXPIRES) != 0) ? TIME : 0);
			ByteBuffer record = ByteBuffer.wrap(bytes, header, bytes.length - header);
			JobLock lock = ((bytes[FLAGS] & UNIQUE) != 0) ? lock(record) : null;
			JobLink link = ((bytes[FLAGS] & CHAINED) != 0) ? LinkSection.decode(record) : null;
			String name = new String(section(record), StandardCharsets.UTF_8);
			Map<String, String> headers = JobHeaders.decode(id, section(record));
			byte[] rest = new byte[record.remaining()];
			record.get(rest);
			boolean ended = (bytes[FLAGS] & RESULT) != 0;
			Job job = new Job(id, name, ended ? new byte[0] : rest, (bytes[FLAGS] & RETAINED) != 0,
					LEVELS.get(bytes[0] - FIRST_LEVEL), headers, link, lock);
			return new JobRecord(job, time(bytes, TIMES), time(bytes, TIMES + TIME), ended ? result(rest) : null);
		}
		catch (RuntimeException ex) {
			throw new UnreadableRecordException("The record of job '" + id + "' cannot be read", false);
		}
	}

	/**
	 * The record in which a job is kept that has succeeded: its result in the place of
	 * its arguments and headers.
	 */
	byte[] encodeEnded() {
		JobLink link = (this.job.link() != null) ? this.job.link().withHole(JobLink.NO_HOLE) : null;
		byte[] encoded = encode(new Job(this.job.id(), this.job.name(), ended(), this.job.retained(),
				this.job.priority(), Map.of(), link, this.job.lock()), null);
		if (this.result != null) {
			encoded[FLAGS] |= RESULT;
		}
		return ByteBuffer.allocate(encoded.length + 2 * TIME)
			.put(encoded, 0, TIMES)
			.put(time(this.due.toEpochMilli()))
			.put(time(this.enqueued.toEpochMilli()))
			.put(encoded, TIMES, encoded.length - TIMES)
			.array();
	}

	private byte[] ended() {
		if (this.result == null) {
			return new byte[0];
		}
		byte[] json = this.result.json();
		byte[] content = (json != null) ? json : String.valueOf(this.result.problem()).getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(1 + content.length).put((json != null) ? KEPT : NOT_KEPT).put(content).array();
	}

	private static JobResult result(byte[] stored) {
		byte[] content = Arrays.copyOfRange(stored, 1, stored.length);
		return (stored[0] == KEPT) ? JobResult.of(content)
				: JobResult.notKept(new String(content, StandardCharsets.UTF_8));
	}

	/**
	 * What scripts may know of a lock: how long it is held, by its first letter, and the
	 * key.
	 */
	private static byte[] lock(@Nullable JobLock lock) {
		if (lock == null) {
			return new byte[0];
		}
		byte[] text = (lock.until().name().charAt(0) + lock.key()).getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(1 + text.length).put((byte) text.length).put(text).array();
	}

	private static JobLock lock(ByteBuffer record) {
		byte[] bytes = new byte[record.get() & 0xff];
		record.get(bytes);
		String text = new String(bytes, StandardCharsets.UTF_8);
		UniqueJob.Until until = Arrays.stream(UniqueJob.Until.values())
			.filter((value) -> value != UniqueJob.Until.DEFAULT && value.name().charAt(0) == text.charAt(0))
			.findFirst()
			.orElseThrow();
		return new JobLock(until, text.substring(1));
	}

	private static byte level(JobPriority priority) {
		return (byte) (FIRST_LEVEL + LEVELS.indexOf(priority));
	}

	private static byte[] section(ByteBuffer record) {
		byte[] section = new byte[record.getShort() & 0xffff];
		record.get(section);
		return section;
	}

	private static Instant time(byte[] record, int offset) {
		byte[] number = new byte[8];
		System.arraycopy(record, offset, number, 8 - TIME, TIME);
		return Instant.ofEpochMilli(ByteBuffer.wrap(number).getLong());
	}

	private static byte[] time(long millis) {
		return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(millis).array(), 8 - TIME, 8);
	}

	/**
	 * Bytes that are no record, or one of a newer version.
	 */
	static final class UnreadableRecordException extends Exception {

		private final boolean newer;

		UnreadableRecordException(String message, boolean newer) {
			super(message);
			this.newer = newer;
		}

		/**
		 * Whether a process of a newer version may read it.
		 */
		boolean isNewer() {
			return this.newer;
		}

	}

}
