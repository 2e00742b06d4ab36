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
import java.util.LinkedHashMap;
import java.util.Map;

import dev.backgroundjobs.core.JobId;

import org.springframework.util.Assert;

/**
 * The headers of a job as bytes: none, or
 *
 * <pre>
 * version(1) | name-length(1) name value-length(2) value | name-length(1) ...
 * </pre>
 */
final class JobHeaders {

	private static final byte VERSION = '1';

	private static final int LONGEST_NAME = 0xff;

	private static final int LONGEST = 0xffff;

	private JobHeaders() {
	}

	/**
	 * Write headers.
	 * @throws IllegalArgumentException if they do not fit into a record
	 */
	static byte[] encode(Map<String, String> headers) {
		if (headers.isEmpty()) {
			return new byte[0];
		}
		Map<byte[], byte[]> texts = new LinkedHashMap<>();
		int size = 1;
		for (Map.Entry<String, String> header : headers.entrySet()) {
			byte[] name = header.getKey().getBytes(StandardCharsets.UTF_8);
			byte[] value = header.getValue().getBytes(StandardCharsets.UTF_8);
			Assert.isTrue(name.length <= LONGEST_NAME,
					() -> "The name of header '" + header.getKey() + "' is too long");
			texts.put(name, value);
			size += 3 + name.length + value.length;
		}
		Assert.isTrue(size <= LONGEST, "The headers take more than " + LONGEST + " bytes");
		ByteBuffer encoded = ByteBuffer.allocate(size).put(VERSION);
		texts.forEach(
				(name, value) -> encoded.put((byte) name.length).put(name).putShort((short) value.length).put(value));
		return encoded.array();
	}

	/**
	 * Read what was written.
	 * @throws JobRecord.UnreadableRecordException if it was written by a newer version
	 */
	static Map<String, String> decode(JobId id, byte[] bytes) throws JobRecord.UnreadableRecordException {
		if (bytes.length == 0) {
			return Map.of();
		}
		if (bytes[0] != VERSION) {
			throw new JobRecord.UnreadableRecordException(
					"The headers of job '" + id + "' were written by a newer version", true);
		}
		ByteBuffer headers = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
		Map<String, String> decoded = new LinkedHashMap<>();
		while (headers.hasRemaining()) {
			String name = text(headers, headers.get() & 0xff);
			decoded.put(name, text(headers, headers.getShort() & 0xffff));
		}
		return decoded;
	}

	private static String text(ByteBuffer headers, int length) {
		byte[] text = new byte[length];
		headers.get(text);
		return new String(text, StandardCharsets.UTF_8);
	}

}
