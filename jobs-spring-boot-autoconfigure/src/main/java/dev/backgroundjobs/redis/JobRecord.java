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
import java.time.Instant;

import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;

/**
 * A job as bytes. The header is read by scripts; the script that stores the record writes
 * the two times into it. The rest is ours alone.
 *
 * <pre>
 * level(1) version(1) flags(1) | due(6) enqueued(6) | name-length(2) name properties-length(2) properties arguments
 * </pre>
 *
 * @param job the job
 * @param due when it is due
 * @param enqueued when it was enqueued
 */
record JobRecord(Job job, Instant due, Instant enqueued) {

	private static final byte NORMAL = '1';

	private static final byte VERSION = '1';

	private static final int RETAINED = 1;

	private static final int FLAGS_KNOWN = RETAINED;

	private static final int TIMES = 3;

	private static final int HEADER = TIMES + 12;

	/**
	 * The record without its times, as it is sent.
	 */
	static byte[] encode(Job job) {
		byte[] name = job.name().getBytes(StandardCharsets.UTF_8);
		ByteBuffer record = ByteBuffer.allocate(TIMES + 4 + name.length + job.arguments().length);
		record.put(NORMAL).put(VERSION).put((byte) (job.retained() ? RETAINED : 0));
		record.putShort((short) name.length).put(name);
		record.putShort((short) 0);
		record.put(job.arguments());
		return record.array();
	}

	/**
	 * Read a stored record.
	 * @throws UnreadableRecordException if it is not one, or a newer one
	 */
	static JobRecord decode(JobId id, byte[] bytes) throws UnreadableRecordException {
		try {
			if (bytes[1] != VERSION || (bytes[2] & ~FLAGS_KNOWN) != 0) {
				throw new UnreadableRecordException("The record of job '" + id + "' was written by a newer version");
			}
			ByteBuffer record = ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER);
			String name = text(record);
			text(record);
			byte[] arguments = new byte[record.remaining()];
			record.get(arguments);
			return new JobRecord(new Job(id, name, arguments, (bytes[2] & RETAINED) != 0), time(bytes, TIMES),
					time(bytes, TIMES + 6));
		}
		catch (RuntimeException ex) {
			throw new UnreadableRecordException("The record of job '" + id + "' cannot be read");
		}
	}

	/**
	 * The record in which an ended job is kept: without its arguments.
	 */
	byte[] encodeEnded() {
		byte[] encoded = encode(new Job(this.job.id(), this.job.name(), new byte[0], this.job.retained()));
		byte[] record = new byte[encoded.length + 12];
		System.arraycopy(encoded, 0, record, 0, TIMES);
		time(record, TIMES, this.due);
		time(record, TIMES + 6, this.enqueued);
		System.arraycopy(encoded, TIMES, record, HEADER, encoded.length - TIMES);
		return record;
	}

	private static String text(ByteBuffer record) {
		byte[] text = new byte[record.getShort() & 0xffff];
		record.get(text);
		return new String(text, StandardCharsets.UTF_8);
	}

	private static Instant time(byte[] record, int offset) {
		byte[] number = new byte[8];
		System.arraycopy(record, offset, number, 2, 6);
		return Instant.ofEpochMilli(ByteBuffer.wrap(number).getLong());
	}

	private static void time(byte[] record, int offset, Instant time) {
		byte[] number = ByteBuffer.allocate(8).putLong(time.toEpochMilli()).array();
		System.arraycopy(number, 2, record, offset, 6);
	}

	/**
	 * Bytes that are no record, or one of a newer version.
	 */
	static final class UnreadableRecordException extends Exception {

		UnreadableRecordException(String message) {
			super(message);
		}

	}

}
