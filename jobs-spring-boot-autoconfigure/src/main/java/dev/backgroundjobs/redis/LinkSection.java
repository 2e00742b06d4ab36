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
import dev.backgroundjobs.core.JobLink.Role;
import org.jspecify.annotations.Nullable;

/**
 * The place in a chain, as a section of a record that scripts read and fill in:
 *
 * <pre>
 * length(1) successor length(1) predecessor steps-behind(1) hole(4)
 * </pre>
 *
 * The highest bit of the steps behind says that the successor is given the result. The
 * next one says that the job is a child of a join, its successor; the lowest one then
 * says that it has failed for that when it is dead. The predecessor of a join is
 * {@code *}.
 */
final class LinkSection {

	private static final int HANDS_OVER = 128;

	private static final int CHILD = 64;

	private static final int FAILED_WHEN_DEAD = 1;

	private static final String CHILDREN = "*";

	private LinkSection() {
	}

	static byte[] encode(@Nullable JobLink link) {
		if (link == null) {
			return new byte[0];
		}
		byte[] successor = bytes(link.successor());
		byte[] predecessor = (link.role() == Role.JOIN) ? CHILDREN.getBytes(StandardCharsets.UTF_8)
				: bytes(link.predecessor());
		return ByteBuffer.allocate(7 + successor.length + predecessor.length)
			.put((byte) successor.length)
			.put(successor)
			.put((byte) predecessor.length)
			.put(predecessor)
			.put((byte) (behind(link) | (link.handsOver() ? HANDS_OVER : 0)))
			.putInt(link.hole())
			.array();
	}

	static JobLink decode(ByteBuffer record) {
		JobId successor = id(text(record));
		String predecessor = text(record);
		int number = record.get() & 0xff;
		int behind = number & ~HANDS_OVER;
		Role role = predecessor.equals(CHILDREN) ? Role.JOIN
				: ((behind & CHILD) == 0) ? Role.STEP : (behind == CHILD) ? Role.CHILD : Role.CHILD_FAILED_WHEN_DEAD;
		return new JobLink((role != Role.JOIN) ? id(predecessor) : null, successor,
				((behind & CHILD) == 0) ? behind : 0, (number & HANDS_OVER) != 0, record.getInt(), role);
	}

	private static int behind(JobLink link) {
		return switch (link.role()) {
			case CHILD -> CHILD;
			case CHILD_FAILED_WHEN_DEAD -> CHILD | FAILED_WHEN_DEAD;
			default -> link.behind();
		};
	}

	private static byte[] bytes(@Nullable JobId id) {
		return (id != null) ? id.toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	private static String text(ByteBuffer record) {
		byte[] text = new byte[record.get() & 0xff];
		record.get(text);
		return new String(text, StandardCharsets.UTF_8);
	}

	private static @Nullable JobId id(String text) {
		return text.isEmpty() ? null : JobId.parse(text);
	}

}
