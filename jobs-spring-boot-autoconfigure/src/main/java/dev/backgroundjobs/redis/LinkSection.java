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

import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import org.jspecify.annotations.Nullable;

/**
 * The place in a chain, as a section of a record that scripts read and fill in:
 *
 * <pre>
 * length(1) successor length(1) predecessor steps-behind(1) hole(4)
 * </pre>
 *
 * The highest bit of the steps behind says that the successor is given the result.
 */
final class LinkSection {

	private static final int HANDS_OVER = 128;

	private LinkSection() {
	}

	static byte[] encode(@Nullable JobLink link) {
		if (link == null) {
			return new byte[0];
		}
		byte[] successor = bytes(link.successor());
		byte[] predecessor = bytes(link.predecessor());
		return ByteBuffer.allocate(7 + successor.length + predecessor.length)
			.put((byte) successor.length)
			.put(successor)
			.put((byte) predecessor.length)
			.put(predecessor)
			.put((byte) (link.behind() | (link.handsOver() ? HANDS_OVER : 0)))
			.putInt(link.hole())
			.array();
	}

	static JobLink decode(ByteBuffer record) {
		JobId successor = id(record);
		JobId predecessor = id(record);
		int behind = record.get() & 0xff;
		return new JobLink(predecessor, successor, behind & ~HANDS_OVER, (behind & HANDS_OVER) != 0, record.getInt());
	}

	private static byte[] bytes(@Nullable JobId id) {
		return (id != null) ? id.toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	private static @Nullable JobId id(ByteBuffer record) {
		byte[] id = new byte[record.get() & 0xff];
		record.get(id);
		return (id.length > 0) ? JobId.parse(new String(id, StandardCharsets.UTF_8)) : null;
	}

}
